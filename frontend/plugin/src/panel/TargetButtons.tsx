import { useStyles2 } from '@grafana/ui';
import type { Action, Client, Run } from '@leverframe/api';
import { isTerminal } from '@leverframe/api/runState';
import React, { useCallback } from 'react';

import { ActionButton } from './ActionButton';
import { getStyles } from './layout';
import type { ButtonModel, TargetGroup } from './model';
import { RunProgress } from './run/RunProgress';

interface Props {
  group: TargetGroup;
  /** Whether the target's name is shown. */
  named: boolean;
  runs: Run[];
  titles: ReadonlyMap<string, Action> | null;
  client: Client | null;
  datasource: string;
  active: boolean;
  now: number;
  onPress: (action: Action) => void;
  onNews: (run: Run) => void;
  /** A run has just ended: rights and rests may be others now. */
  onEnd: () => void;
  onDismiss: () => void;
}

/** The buttons of one target, and the runs on it. */
export function TargetButtons(props: Props) {
  const { group, named, runs, titles, client, datasource, active, now, onPress, onDismiss } = props;
  const { onNews, onEnd } = props;
  const styles = useStyles2(getStyles);
  const news = useCallback(
    (run: Run) => {
      onNews(run);
      if (isTerminal(run.state)) {
        onEnd();
      }
    },
    [onNews, onEnd]
  );
  return (
    <div className={styles.group} role="group" aria-label={group.name || 'No target'}>
      <div className={styles.head}>
        {named && <p className={styles.name}>{group.name}</p>}
        {group.buttons.map((button) => (
          <ActionButton
            key={button.key}
            button={whileRunning(button, runs)}
            now={now}
            onPress={() => button.action !== null && onPress(button.action)}
          />
        ))}
      </div>
      {client !== null &&
        runs.map((run) => (
          <RunProgress
            key={run.id}
            client={client}
            datasource={datasource}
            known={run}
            title={titles?.get(run.action)?.title ?? run.action}
            active={active}
            onNews={news}
            onDismiss={onDismiss}
          />
        ))}
    </div>
  );
}

/** The same action on the same target is under way: its progress stands below. */
function whileRunning(button: ButtonModel, runs: Run[]): ButtonModel {
  const running = runs.some((run) => run.action === button.action?.name && !isTerminal(run.state));
  return running && button.blocked === null
    ? { ...button, blocked: { why: 'This is already under way.', until: null } }
    : button;
}

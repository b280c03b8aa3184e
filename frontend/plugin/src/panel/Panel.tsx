import { dateTimeFormat, LoadingState, type PanelProps } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Action, Run } from '@leverframe/api';
import { adviceOf } from '@leverframe/api/problem';
import React, { useCallback, useMemo, useState } from 'react';

import { clientOf } from '../shared/transport';
import { useNow } from '../shared/useNow';
import { chooseDatasource } from './datasource';
import { getStyles } from './layout';
import { buildModel, lastRest } from './model';
import { type PanelOptions, readButtons } from './options';
import { PlanDialog } from './dialog/PlanDialog';
import { TargetButtons } from './TargetButtons';
import { useCatalogue } from './useCatalogue';
import { isPublic, useInert } from './useInert';
import { useShownRuns } from './run/useShownRuns';

/** The dialog that is open. It is bound to one action and one target, whatever the rows do now. */
interface Pressed {
  action: Action;
  target: string;
}

/** Buttons that show a plan, ask, run once, and say whether it helped. */
export function Panel({ options, data, timeRange, replaceVariables }: PanelProps<PanelOptions>) {
  const styles = useStyles2(getStyles);
  const inert = useInert(data.request?.app);
  const [pressed, setPressed] = useState<Pressed | null>(null);

  const { uid, why } = chooseDatasource(options.datasourceUid ?? '', (text) =>
    replaceVariables(text)
  );
  const buttons = useMemo(() => readButtons(options.buttons), [options.buttons]);
  const idle = buttons.length === 0 || isPublic();
  const client = useMemo(() => (uid === null || idle ? null : clientOf(uid)), [uid, idle]);
  const tick = `${timeRange.to.valueOf()} ${data.request?.requestId ?? ''}`;

  // Targets are known before their kinds are; so the list of targets grows once.
  const [kinds, setKinds] = useState<string[]>([]);
  const { catalogue, reload } = useCatalogue(client, kinds, tick);
  const rested = lastRest(catalogue);
  const now = useNow(rested !== null, rested ?? undefined);
  const { groups, notices } = buildModel({
    buttons,
    series: data.series,
    replace: (text) => replaceVariables(text),
    catalogue,
    now,
    inert,
  });
  const targets = groups.map(({ target }) => target).filter((target) => target.includes('/'));
  if (targets.join(' ') !== kinds.join(' ')) {
    setKinds(targets);
  }
  const shown = useShownRuns(client, kinds, tick);

  const { show, look } = shown;
  const onAccepted = useCallback(
    (run: Run) => {
      setPressed(null);
      show(run);
      reload();
    },
    [show, reload]
  );
  const onClose = useCallback(() => {
    setPressed(null);
    // What was not known for sure may be under way.
    look();
    reload();
  }, [look, reload]);

  if (why !== null) {
    return <Alert severity="warning" title={why} />;
  }
  if (buttons.length === 0) {
    return <p className={styles.empty}>No buttons yet. Add one in the options of the panel.</p>;
  }
  const { stop, problem } = catalogue;
  return (
    <div className={styles.panel}>
      {problem !== null && (
        <Alert severity="error" title={problem.message} bottomSpacing={0}>
          {adviceOf(problem.code)}
        </Alert>
      )}
      {stop?.stopped && (
        <Alert severity="warning" title="The stop switch is thrown" bottomSpacing={0}>
          {`Nothing starts${stop.by ? `; thrown by ${stop.by}` : ''}${
            stop.since ? ` at ${dateTimeFormat(stop.since)}` : ''
          }${stop.reason ? `: ${stop.reason}` : ''}.`}
        </Alert>
      )}
      {inert !== null && <p className={styles.empty}>{inert}</p>}
      {notices.map((notice) => (
        <p key={notice} className={styles.empty} role="note">
          {notice}
        </p>
      ))}
      {groups.length === 0 && notices.length === 0 && (
        <p className={styles.empty}>
          {data.state === LoadingState.Loading ? 'Loading …' : 'The query has no rows.'}
        </p>
      )}
      <div className={styles[options.layout] ?? styles.row}>
        {groups.map((group) => (
          <TargetButtons
            key={group.target}
            group={group}
            named={groups.length > 1 || options.layout === 'list'}
            runs={shown.runs.filter((run) => run.target === group.target)}
            titles={catalogue.actions}
            client={client}
            datasource={uid}
            active={inert === null}
            now={now}
            onPress={(action) => setPressed({ action, target: group.target })}
            onNews={show}
            onEnd={reload}
            onDismiss={() => shown.dismiss(group.target)}
          />
        ))}
      </div>
      {pressed !== null && client !== null && inert === null && (
        <PlanDialog
          client={client}
          datasource={uid}
          action={pressed.action}
          target={pressed.target}
          onAccepted={onAccepted}
          onClose={onClose}
        />
      )}
    </div>
  );
}

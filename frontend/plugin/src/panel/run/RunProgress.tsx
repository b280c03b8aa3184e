import { css } from '@emotion/css';
import { type GrafanaTheme2, locationUtil } from '@grafana/data';
import { IconButton, LinkButton, Text, useStyles2 } from '@grafana/ui';
import type { Client, Run } from '@leverframe/api';
import { isCancellable, isTerminal } from '@leverframe/api/runState';
import React, { useEffect, useState } from 'react';

import { runPath } from '../../ids';
import { formatSeconds } from '../../shared/duration';
import { ProgressBar } from '../../shared/ProgressBar';
import { RunStatus } from '../../shared/RunStatus';
import { useNow } from '../../shared/useNow';
import { useRun } from '../../shared/useRun';
import { CancelRun } from './CancelRun';
import { nameOf } from '../model';
import { RunResult } from './RunResult';

interface Props {
  client: Client;
  datasource: string;
  /** What is known of it already. */
  known: Run;
  /** The action's title. */
  title: string;
  /** False in the panel editor. */
  active: boolean;
  /** News of the run. */
  onNews: (run: Run) => void;
  onDismiss: () => void;
}

/** A run as it goes on, and what came of it. */
export function RunProgress({
  client,
  datasource,
  known,
  title,
  active,
  onNews,
  onDismiss,
}: Props) {
  const styles = useStyles2(getStyles);
  const seen = useRun(client, known.id, known);
  const run = seen.run ?? known;
  const over = isTerminal(run.state);
  // Only the answer to the press says so, not the events after it.
  const [deduplicated] = useState(known.deduplicated);
  const name = `${title} ${nameOf(run.target)}`;

  useEffect(() => onNews(run), [run, onNews]);

  return (
    <div className={styles.run} role="group" aria-label={name}>
      <div className={styles.line}>
        <Text variant="bodySmall" weight="medium">
          {name}
        </Text>
        <span role="status">
          <RunStatus run={run} />
        </span>
        <Text variant="bodySmall" color="secondary">
          <Elapsed key={run.seq} run={run} />
        </Text>
      </div>
      {!over && <ProgressBar value={run.progress ?? null} label={`Progress of ${name}`} />}
      {!over && run.phase && <Text variant="bodySmall">{run.phase}</Text>}
      {deduplicated && (
        <Text variant="bodySmall" color="secondary">
          This was already under way; nothing was started twice.
        </Text>
      )}
      <RunResult run={run} />
      {seen.link === 'lost' && (
        <Text variant="bodySmall" color="warning">
          {seen.problem?.message ??
            'The connection is lost; trying again. The run goes on without us.'}
        </Text>
      )}
      <div className={styles.line}>
        {active && isCancellable(run.state) && <CancelRun client={client} run={run} title={name} />}
        <LinkButton
          size="sm"
          variant="secondary"
          fill="text"
          href={locationUtil.assureBaseUrl(runPath(run.id, datasource))}
          aria-label={`Details of ${name}`}
        >
          Details
        </LinkButton>
        {(over || seen.problem !== null) && (
          <IconButton name="times" aria-label={`Dismiss ${name}`} onClick={onDismiss} />
        )}
      </div>
    </div>
  );
}

/** Counts on from what the run said last; mounted anew with each of its events. */
function Elapsed({ run }: { run: Run }) {
  const open = !isTerminal(run.state);
  const now = useNow(open);
  const [since] = useState(now);
  return <>{formatSeconds(run.elapsed + (open ? (now - since) / 1_000 : 0))}</>;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    run: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
      padding: theme.spacing(1),
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      overflowWrap: 'anywhere',
    }),
    line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  };
}

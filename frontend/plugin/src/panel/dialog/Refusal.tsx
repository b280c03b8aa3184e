import { dateTimeFormat, locationUtil } from '@grafana/data';
import { Alert, Stack, TextLink } from '@grafana/ui';
import { adviceOf, type ProblemError } from '@leverframe/api/problem';
import React from 'react';

import { runPath } from '../../ids';
import { formatSeconds, secondsUntil } from '../../shared/duration';
import { useNow } from '../../shared/useNow';
import { ChangeTable, GuardList } from './PlanPreview';

interface Props {
  problem: ProblemError;
  /** Uid of the data source, for links to runs. */
  datasource: string;
}

/** Why something was refused, until when, and what can be done. */
export function Refusal({ problem, datasource }: Props) {
  const advice = adviceOf(problem.code);
  return (
    <Alert
      severity={problem.unsure || problem.status >= 500 ? 'error' : 'warning'}
      title={problem.message}
      bottomSpacing={0}
    >
      <Stack direction="column" gap={1}>
        {problem.detail !== '' && <span>{problem.detail}</span>}
        {problem.guards.length > 0 && <GuardList guards={problem.guards} />}
        {problem.changes.length > 0 && (
          <ChangeTable changes={problem.changes} caption="Since the plan was made" />
        )}
        <NextAllowed time={problem.nextAllowed} />
        {advice !== null && <span>{advice}</span>}
        {problem.holder !== null && (
          <RunLink
            id={problem.holder}
            datasource={datasource}
            text="The run that holds the target"
          />
        )}
        {problem.runId !== null && (
          <RunLink id={problem.runId} datasource={datasource} text="This refusal among the runs" />
        )}
      </Stack>
    </Alert>
  );
}

/** In another tab, for the dialog must not be lost. */
function RunLink({ id, datasource, text }: { id: string; datasource: string; text: string }) {
  return (
    <TextLink href={locationUtil.assureBaseUrl(runPath(id, datasource))} inline={false} external>
      {text}
    </TextLink>
  );
}

/** Counts down to the next allowed time. */
export function NextAllowed({ time }: { time: string | null }) {
  const now = useNow(time !== null);
  const seconds = secondsUntil(time, now);
  if (time === null || seconds === null) {
    return null;
  }
  // The time is said once; a countdown would be read out every second.
  return (
    <span>
      {seconds > 0 ? (
        <>
          Allowed again at {dateTimeFormat(time)}{' '}
          <span aria-hidden="true">(in {formatSeconds(seconds)})</span>
        </>
      ) : (
        'It may be tried again now.'
      )}
    </span>
  );
}

// What a person has to know of a run before anything else.
import type { Run } from '@leverframe/api';
import { isTerminal } from '@leverframe/api/runState';
import { Alert } from '@grafana/ui';
import React from 'react';

import { formatSeconds, secondsUntil } from '../shared/duration';
import { useNow } from '../shared/useNow';
import { when, words } from './words';

export function RunNotes({ run }: { run: Run }) {
  return (
    <>
      {run.unknown && (
        <Alert
          severity="warning"
          title={
            run.unknown.what === 'goal'
              ? 'Whether it helped is not known'
              : 'Whether a step took effect is not known'
          }
        >
          Since {when(run.unknown.since)}. The target is looked at again and again; once it is
          known, the run goes on as {words(run.unknown.resume)}.
        </Alert>
      )}
      {run.why && (
        <Alert
          severity={run.state === 'refused' ? 'warning' : 'error'}
          title={run.state === 'refused' ? 'Why it was refused' : 'Why it did not go on'}
        >
          {run.why}
          <NextAllowed run={run} />
        </Alert>
      )}
      {!run.why && <NextAllowed run={run} />}
      {run.effects_left.length > 0 && (
        <Alert severity="warning" title="What stays changed">
          <ul>
            {run.effects_left.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}

/** Counts down to the time from which the same may be tried again. */
function NextAllowed({ run }: { run: Run }) {
  const isAhead =
    run.next_allowed !== null && run.next_allowed !== undefined && isTerminal(run.state);
  const now = useNow(isAhead);
  const left = isAhead ? secondsUntil(run.next_allowed, now) : null;
  if (left === null) {
    return null;
  }
  return (
    <div>
      {left > 0
        ? `It may be tried again in ${formatSeconds(left)}, at ${when(run.next_allowed)}.`
        : 'It may be tried again now.'}
    </div>
  );
}

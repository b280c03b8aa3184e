import { Stack, Text } from '@grafana/ui';
import type { Run } from '@leverframe/api';
import { isTerminal } from '@leverframe/api/runState';
import React from 'react';

import { valueText } from '../../shared/valueText';
import { NextAllowed } from '../dialog/Refusal';

/** What came of a run: the measured effect, why it ended so, and what stays changed. */
export function RunResult({ run }: { run: Run }) {
  const lines = linesOf(run);
  return (
    <Stack direction="column" gap={0.5}>
      {lines.map((line) => (
        <Text key={line} variant="bodySmall">
          {line}
        </Text>
      ))}
      {run.next_allowed && <NextAllowed time={run.next_allowed} />}
    </Stack>
  );
}

/** Returns the result line by line. */
export function linesOf(run: Run): string[] {
  const lines: string[] = [];
  const { verify, unknown } = run;
  if (verify && verify.value !== null && verify.value !== undefined) {
    const before =
      verify.baseline === null || verify.baseline === undefined
        ? ''
        : `, before ${verify.baseline}`;
    lines.push(`Measured ${valueText(verify.value)}, wanted ${verify.expect}${before}.`);
  } else if (verify && isTerminal(run.state)) {
    lines.push(`Wanted ${verify.expect}; nothing was measured.`);
  }
  if (run.state === 'succeeded' && !run.verified && !verify) {
    lines.push('This action does not measure its effect.');
  }
  if (unknown) {
    const what = unknown.what === 'goal' ? 'Whether it helped' : 'What the last step did';
    lines.push(`${what} is not known; the service goes on looking. Nothing is repeated blindly.`);
  }
  if (run.why) {
    lines.push(run.why);
  }
  if (run.effects_left.length > 0) {
    lines.push(`Still changed: ${run.effects_left.join(', ')}.`);
  }
  return lines;
}

import { Button, Stack, Text } from '@grafana/ui';
import type { Client, Run } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import React, { useRef, useState } from 'react';

import { newKey } from '../../shared/newKey';

interface Props {
  client: Client;
  run: Run;
  title: string;
}

/** Asks once more, then asks the run to end; one request, however often it is clicked. */
export function CancelRun({ client, run, title }: Props) {
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const key = useRef<string | null>(null);
  const busy = useRef(false);

  const cancel = () => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    key.current ??= newKey();
    setSent(true);
    client
      .cancel(run.id, null, key.current)
      .then(() => setProblem(null))
      .catch((error: unknown) => {
        if (!(error instanceof ProblemError && error.unsure)) {
          key.current = null;
        }
        setProblem(error instanceof ProblemError ? error.message : 'This could not be sent.');
        setSent(false);
      })
      .finally(() => (busy.current = false));
  };

  if (!asking) {
    return (
      <Button
        size="sm"
        variant="secondary"
        fill="outline"
        aria-label={`Cancel ${title}`}
        onClick={() => setAsking(true)}
      >
        Cancel
      </Button>
    );
  }
  return (
    <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
      <Text variant="bodySmall">Stop here and take back what can be taken back?</Text>
      <Button size="sm" variant="destructive" disabled={sent} onClick={cancel} autoFocus>
        {sent ? 'Asked to cancel' : 'Yes, cancel'}
      </Button>
      <Button size="sm" variant="secondary" disabled={sent} onClick={() => setAsking(false)}>
        Go on
      </Button>
      {problem !== null && (
        <span role="alert">
          <Text variant="bodySmall" color="error">
            {problem}
          </Text>
        </span>
      )}
    </Stack>
  );
}

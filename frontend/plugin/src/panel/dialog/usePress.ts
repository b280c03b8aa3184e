import type { ActionBody, Client, Run } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import { useCallback, useRef, useState } from 'react';

import { newKey } from '../../shared/newKey';

/** Where a press stands. */
export interface Press {
  sending: boolean;
  /** The last refusal, or why the outcome is not known. */
  problem: ProblemError | null;
  /** True while it is not known whether the service took it: only the same may be asked again. */
  unsure: boolean;
  /** Sends once, however often it is called. */
  send: (body: ActionBody) => void;
  /** Forgets a refusal. */
  clear: () => void;
}

/** One intent: what is sent, and the key that keeps it from running twice. */
interface Attempt {
  body: ActionBody;
  key: string;
}

/**
 * Sends a press. A key belongs to one attempt: it is kept as long as the outcome is not known, and a
 * new one is drawn after a refusal, for the service repeats its first answer to an old key.
 */
export function usePress(client: Client, action: string, onAccepted: (run: Run) => void): Press {
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [sending, setSending] = useState(false);
  const attempt = useRef<Attempt | null>(null);
  // A ref, for two clicks may come before the next render.
  const busy = useRef(false);

  const send = useCallback(
    (body: ActionBody) => {
      if (busy.current) {
        return;
      }
      busy.current = true;
      setSending(true);
      // While unsure the attempt is kept, and what is sent is what was sent.
      const current = attempt.current ?? { body, key: newKey() };
      attempt.current = current;
      client
        .run(action, current.body, current.key)
        .then((run) => {
          attempt.current = null;
          setProblem(null);
          onAccepted(run);
        })
        .catch((error: unknown) => {
          const problem =
            error instanceof ProblemError ? error : new ProblemError('unreadable', { status: 0 });
          if (!problem.unsure) {
            attempt.current = null;
          }
          setProblem(problem);
        })
        .finally(() => {
          busy.current = false;
          setSending(false);
        });
    },
    [client, action, onAccepted]
  );

  const clear = useCallback(() => setProblem(null), []);
  return { sending, problem, unsure: problem !== null && problem.unsure, send, clear };
}

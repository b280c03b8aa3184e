import { type Client, type Run } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import { isTerminal } from '@leverframe/api/runState';
import { useEffect, useState } from 'react';

import { followRun, type Link } from './followRun';

/** A run as it is seen now. */
export interface SeenRun {
  run: Run | null;
  link: Link;
  /** Why it can no longer be followed. */
  problem: ProblemError | null;
}

/** Follows a run to its end. `known` is what is already known of it, as from the answer to a press. */
export function useRun(client: Client, id: string, known: Run | null = null): SeenRun {
  const start = known?.id === id ? known : null;
  const fresh = (): SeenRun & { id: string } => ({
    id,
    run: start,
    link: 'connecting',
    problem: null,
  });
  const [seen, setSeen] = useState(fresh);

  useEffect(() => {
    if (start !== null && isTerminal(start.state)) {
      return undefined;
    }
    const aborted = new AbortController();
    const set = (news: Partial<SeenRun>) =>
      setSeen((now) => ({ ...(now.id === id ? now : fresh()), ...news }));
    const follower = {
      onRun: (run: Run) => set({ run }),
      onLink: (link: Link) => set({ link }),
    };
    followRun(client, id, start?.seq ?? 0, follower, aborted.signal).catch((error: unknown) => {
      if (!aborted.signal.aborted) {
        const problem =
          error instanceof ProblemError ? error : new ProblemError('unreadable', { status: 0 });
        set({ link: 'lost', problem });
      }
    });
    return () => aborted.abort();
    // A newer `known` of the same run says nothing that the stream does not say.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, id]);

  return seen.id === id ? seen : fresh();
}

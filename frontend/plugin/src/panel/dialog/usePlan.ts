import type { Action, Client, Plan } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import { useCallback, useEffect, useState } from 'react';

/** How long typing has to rest before a plan is asked for. */
const REST_MILLIS = 300;

/** A plan for exactly the parameters that stand in the form. */
export interface PlanState {
  plan: Plan | null;
  problem: ProblemError | null;
  loading: boolean;
  /** Asks for a new plan. */
  renew: () => void;
}

/** Keeps a plan for `params` (as JSON; null while the form has faults). Planning changes nothing. */
export function usePlan(
  client: Client,
  action: Action,
  target: string,
  params: string | null
): PlanState {
  const [round, setRound] = useState(0);
  const wanted = params === null ? null : `${round} ${params}`;
  const [answer, setAnswer] = useState<{
    of: string;
    plan: Plan | null;
    problem: ProblemError | null;
  } | null>(null);

  useEffect(() => {
    if (wanted === null || params === null) {
      return undefined;
    }
    const aborted = new AbortController();
    const ask = async () => {
      try {
        const body = { target, params: JSON.parse(params) as Record<string, unknown> };
        const plan = await client.plan(action.name, body, aborted.signal);
        return { of: wanted, plan, problem: null };
      } catch (error) {
        const problem =
          error instanceof ProblemError ? error : new ProblemError('unreadable', { status: 0 });
        return { of: wanted, plan: null, problem };
      }
    };
    const timer = setTimeout(
      () => void ask().then((news) => aborted.signal.aborted || setAnswer(news)),
      answer === null ? 0 : REST_MILLIS
    );
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
    // An answer must not lead to the next question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, action.name, target, wanted]);

  const renew = useCallback(() => setRound((n) => n + 1), []);
  const fits = answer !== null && answer.of === wanted;
  return {
    plan: fits ? answer.plan : null,
    problem: fits ? answer.problem : null,
    loading: wanted !== null && !fits,
    renew,
  };
}

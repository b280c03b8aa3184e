// Loads something, again at intervals while somebody looks, and keeps what it had when loading fails.
import { ProblemError } from '@leverframe/api/problem';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** The last answer; null until there is one. */
  value: T | null;
  /** Why the last attempt failed; null if it did not. */
  problem: ProblemError | null;
  loading: boolean;
  reload: () => void;
}

type Load<T> = (signal: AbortSignal) => Promise<T>;

/** The last answer, and to which question it was one. */
interface Answered<T> {
  load: Load<T> | null;
  round: number;
  value: T | null;
  problem: ProblemError | null;
}

/**
 * `load` must be stable: a new one is a new question. `every` is the pause between two answers in
 * milliseconds; null asks once.
 */
export function useLoaded<T>(load: Load<T>, every: number | null = null): Loaded<T> {
  const [answered, setAnswered] = useState<Answered<T>>({
    load: null,
    round: 0,
    value: null,
    problem: null,
  });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const loading = answered.load !== load || answered.round !== round;

  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) {
          setAnswered({ load, round, value, problem: null });
        }
      },
      (error: unknown) => {
        if (!abort.signal.aborted) {
          setAnswered((old) => ({ load, round, value: old.value, problem: problemFrom(error) }));
        }
      }
    );
    return () => abort.abort();
  }, [load, round]);

  useAgain(reload, loading ? null : every);
  const { value, problem } = answered;
  return { value, problem, loading, reload };
}

/** Calls after a pause, but not while the page is out of sight; then at once when it is back. */
function useAgain(call: () => void, pause: number | null) {
  const due = useRef(false);
  useEffect(() => {
    if (pause === null) {
      return undefined;
    }
    due.current = false;
    const timer = window.setTimeout(() => {
      if (document.hidden) {
        due.current = true;
      } else {
        call();
      }
    }, pause);
    const onVisible = () => {
      if (!document.hidden && due.current) {
        due.current = false;
        call();
      }
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [call, pause]);
}

export function problemFrom(error: unknown): ProblemError {
  if (error instanceof ProblemError) {
    return error;
  }
  return new ProblemError('unreadable', {
    status: 0,
    detail: error instanceof Error ? error.message : null,
  });
}

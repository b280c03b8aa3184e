import type { Client, Run } from '@leverframe/api';
import { isTerminal, OPEN_STATES } from '@leverframe/api/runState';
import { useCallback, useEffect, useState } from 'react';

const RUNS_MAX = 200;

/** The runs that a panel shows. */
export interface ShownRuns {
  runs: Run[];
  /** Shows a run, or what is newly known of it. */
  show: (run: Run) => void;
  /** Takes the ended runs of a target off the panel. */
  dismiss: (target: string) => void;
  /** Looks again for unfinished runs. */
  look: () => void;
}

/**
 * Keeps the runs on these targets: those pressed here, and those found unfinished, as after a
 * reload. An ended one stays until it is dismissed or another run on its target follows.
 */
export function useShownRuns(client: Client | null, targets: string[], tick: string): ShownRuns {
  const [runs, setRuns] = useState<Run[]>([]);
  const [again, setAgain] = useState(0);
  const wanted = targets.filter((target) => target.includes('/')).join(' ');

  useEffect(() => {
    if (client === null || wanted === '') {
      return undefined;
    }
    const aborted = new AbortController();
    const list = wanted.split(' ');
    const target = list.length === 1 ? list[0] : undefined;
    client
      .runs({ target, state: OPEN_STATES, limit: RUNS_MAX }, aborted.signal)
      .then(({ items }) =>
        setRuns((now) =>
          merge(
            now,
            items.filter((run) => list.includes(run.target))
          )
        )
      )
      // The banner of the catalogue says that the service is away; the next tick asks again.
      .catch(() => undefined);
    return () => aborted.abort();
  }, [client, wanted, tick, again]);

  const show = useCallback((run: Run) => setRuns((now) => merge(now, [run])), []);
  const dismiss = useCallback((target: string) => {
    setRuns((now) => now.filter((run) => run.target !== target || !isTerminal(run.state)));
  }, []);
  const look = useCallback(() => setAgain((n) => n + 1), []);
  const shown = wanted.split(' ');
  return { runs: visible(runs.filter((run) => shown.includes(run.target))), show, dismiss, look };
}

/** Open runs, and of each target the newest also when it has ended; newest first. */
function visible(runs: Run[]): Run[] {
  const newestFirst = [...runs].sort((a, b) => b.created.localeCompare(a.created));
  return newestFirst.filter(
    (run) =>
      !isTerminal(run.state) || run === newestFirst.find((newest) => newest.target === run.target)
  );
}

/** Puts the newer knowledge of each run in its old place, and new runs to the end. */
function merge(known: Run[], news: Run[]): Run[] {
  const byId = new Map(known.map((run) => [run.id, run]));
  let changed = false;
  for (const run of news) {
    const old = byId.get(run.id);
    if (old === undefined || run.seq > old.seq) {
      byId.set(run.id, run);
      changed = true;
    }
  }
  return changed ? [...byId.values()] : known;
}

import type { Action, Client } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import { useCallback, useEffect, useRef, useState } from 'react';

import { type Catalogue, NO_CATALOGUE } from './model';

/** Beyond this many targets only the general catalogue is asked; the plan still knows each. */
const TARGETS_ASKED_MAX = 24;
const ASKED_AT_ONCE = 4;

/**
 * Keeps what the service says of its actions and of the stop switch. Asks anew whenever `tick`
 * changes, never twice at the same time.
 */
export function useCatalogue(client: Client | null, targets: string[], tick: string) {
  const [state, setState] = useState<{ client: Client | null; catalogue: Catalogue }>({
    client,
    catalogue: NO_CATALOGUE,
  });
  const [again, setAgain] = useState(0);
  const wanted = targets.slice(0, TARGETS_ASKED_MAX).join(' ');
  const busy = useRef<Client | null>(null);
  const missed = useRef(false);

  useEffect(() => {
    if (client === null) {
      return;
    }
    if (busy.current === client) {
      missed.current = true;
      return;
    }
    busy.current = client;
    missed.current = false;
    void load(client, wanted === '' ? [] : wanted.split(' ')).then((news) => {
      if (busy.current !== client) {
        return;
      }
      busy.current = null;
      setState((old) => {
        const before = old.client === client ? old.catalogue : NO_CATALOGUE;
        return { client, catalogue: { ...before, ...news } };
      });
      if (missed.current) {
        setAgain((n) => n + 1);
      }
    });
  }, [client, wanted, tick, again]);

  // An answer for a panel that is gone is dropped.
  useEffect(() => () => void (busy.current = null), []);

  const reload = useCallback(() => setAgain((n) => n + 1), []);
  return { catalogue: state.client === client ? state.catalogue : NO_CATALOGUE, reload };
}

async function load(client: Client, targets: string[]): Promise<Partial<Catalogue>> {
  try {
    const [actions, stop] = await Promise.all([client.actions(), client.stop()]);
    const byTarget = new Map<string, ReadonlyMap<string, Action>>();
    for (let from = 0; from < targets.length; from += ASKED_AT_ONCE) {
      const some = targets.slice(from, from + ASKED_AT_ONCE);
      const pages = await Promise.all(some.map((target) => client.actions(target)));
      some.forEach((target, n) => byTarget.set(target, byName(pages[n]?.items ?? [])));
    }
    return { actions: byName(actions.items), byTarget, stop, problem: null };
  } catch (error) {
    const problem =
      error instanceof ProblemError ? error : new ProblemError('unreadable', { status: 0 });
    return { problem };
  }
}

function byName(actions: Action[]): ReadonlyMap<string, Action> {
  return new Map(actions.map((action) => [action.name, action]));
}

// The filter of the page of runs, as it stands in the address.
import type { RunFilter, RunState } from '@leverframe/api';
import { OPEN_STATES, RUN_STATES } from '@leverframe/api/runState';

/** Stands for every state that something can follow. */
export const OPEN = 'open';

/** Each is a text of the address; the empty one asks for everything. */
export interface FilterTexts {
  action: string;
  target: string;
  state: string;
  actor: string;
}

const NAMES = ['action', 'target', 'state', 'actor'] as const;

export function readFilter(parameters: URLSearchParams): FilterTexts {
  const [action, target, state, actor] = NAMES.map((name) => parameters.get(name)?.trim() ?? '');
  return { action: action ?? '', target: target ?? '', state: state ?? '', actor: actor ?? '' };
}

export function writeFilter(
  parameters: URLSearchParams,
  changes: Partial<FilterTexts>
): URLSearchParams {
  const written = new URLSearchParams(parameters);
  for (const [name, text] of Object.entries(changes)) {
    if (text.trim() === '') {
      written.delete(name);
    } else {
      written.set(name, text.trim());
    }
  }
  return written;
}

export function toRunFilter({ action, target, state, actor }: FilterTexts): RunFilter {
  return {
    action: action || undefined,
    target: target || undefined,
    state: statesOf(state),
    actor: actor || undefined,
  };
}

function statesOf(text: string): RunState[] | undefined {
  if (text === '') {
    return undefined;
  }
  if (text === OPEN) {
    return [...OPEN_STATES];
  }
  const known = RUN_STATES.find((state) => state === text);
  // A word that is no state is passed on, so that the service says so.
  return [known ?? (text as RunState)];
}

export function isFiltered(filter: FilterTexts): boolean {
  return NAMES.some((name) => filter[name] !== '');
}

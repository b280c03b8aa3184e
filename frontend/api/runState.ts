/** The states of a run, in groups. */
import type { RunState } from './client';

const TERMINAL: Record<RunState, boolean> = {
  awaiting_approval: false,
  queued: false,
  running: false,
  verifying: false,
  undoing: false,
  cancelling: false,
  unknown: false,
  refused: true,
  succeeded: true,
  no_effect: true,
  failed: true,
  undone: true,
  undo_failed: true,
  cancelled: true,
  expired: true,
};

/** Every state, open ones first. */
export const RUN_STATES = Object.keys(TERMINAL) as RunState[];

/** The states that something can follow. */
export const OPEN_STATES = RUN_STATES.filter((state) => !TERMINAL[state]);

/** Tells whether nothing can follow; a word from a newer service counts as open. */
export function isTerminal(state: RunState): boolean {
  return TERMINAL[state] ?? false;
}

/** Tells whether a run in this state can still be asked to end. */
export function isCancellable(state: RunState): boolean {
  return !isTerminal(state) && state !== 'cancelling' && state !== 'undoing';
}

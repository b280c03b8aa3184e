/** What a run's state is called, and how good or bad it is. */
import type { Run } from '@leverframe/api';

/** How a state is to be seen. */
export type Tone = 'waiting' | 'busy' | 'good' | 'neutral' | 'warning' | 'bad';

/** A state in words. */
export interface RunWords {
  text: string;
  tone: Tone;
}

/** Returns the words for a run's state. */
export function wordsOf({ state, verified }: Pick<Run, 'state' | 'verified'>): RunWords {
  switch (state) {
    case 'awaiting_approval':
      return { text: 'Waiting for approval', tone: 'waiting' };
    case 'queued':
      return { text: 'Queued', tone: 'waiting' };
    case 'running':
      return { text: 'Running', tone: 'busy' };
    case 'verifying':
      return { text: 'Checking the effect', tone: 'busy' };
    case 'undoing':
      return { text: 'Taking back', tone: 'busy' };
    case 'cancelling':
      return { text: 'Cancelling', tone: 'busy' };
    case 'unknown':
      return { text: 'Outcome unknown', tone: 'warning' };
    case 'refused':
      return { text: 'Refused', tone: 'warning' };
    case 'succeeded':
      return verified
        ? { text: 'Done and verified', tone: 'good' }
        : { text: 'Done, not verified', tone: 'neutral' };
    case 'no_effect':
      return { text: 'Done, but no effect', tone: 'warning' };
    case 'failed':
      return { text: 'Failed', tone: 'bad' };
    case 'undone':
      return { text: 'Taken back', tone: 'warning' };
    case 'undo_failed':
      return { text: 'Taking back failed', tone: 'bad' };
    case 'cancelled':
      return { text: 'Cancelled', tone: 'neutral' };
    case 'expired':
      return { text: 'Expired', tone: 'neutral' };
    default:
      return newer(state);
  }
}

/** A state that a newer service knows and this page does not. */
function newer(state: never): RunWords {
  return { text: String(state), tone: 'neutral' };
}

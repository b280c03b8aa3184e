/** Follows one run to its end: by its stream of events while that holds, else by asking again. */
import type { Client, Run } from '@leverframe/api';
import { ProblemError } from '@leverframe/api/problem';
import { isTerminal } from '@leverframe/api/runState';

/** How the run is seen at the moment. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost';

/** What a follower hears. */
export interface Follower {
  onRun(run: Run): void;
  onLink(link: Link): void;
}

/** How long the first line of a stream may take. */
const FIRST_EVENT_MILLIS = 5_000;

const POLL_MILLIS = 1_000;
const POLL_MILLIS_MAX = 10_000;

/** A browser opens six connections to one host; the dashboard's queries need most of them. */
const STREAMS_MAX = 2;
let streams = 0;

/** Refusals after which asking again is of no use. */
const FINAL = new Set([
  'not_found',
  'auth_forbidden',
  'auth_anonymous',
  'signed_out',
  'invalid_params',
]);

/**
 * Follows until the run has ended. Rejects with a `ProblemError` when it may not be read, or with
 * the signal's reason.
 */
export async function followRun(
  client: Client,
  id: string,
  after: number,
  follower: Follower,
  signal: AbortSignal
): Promise<void> {
  let seen = after;
  const take = (run: Run): boolean => {
    if (run.seq > seen) {
      seen = run.seq;
      follower.onRun(run);
    }
    return isTerminal(run.state);
  };
  follower.onLink('connecting');
  if (await stream(client, id, seen, take, follower, signal)) {
    return;
  }
  await poll(client, id, () => seen, take, follower, signal);
}

/** Returns whether the end was seen. */
async function stream(
  client: Client,
  id: string,
  seen: number,
  take: (run: Run) => boolean,
  follower: Follower,
  signal: AbortSignal
): Promise<boolean> {
  if (streams >= STREAMS_MAX) {
    return false;
  }
  streams += 1;
  const own = new AbortController();
  const leave = () => own.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  const mute = setTimeout(() => own.abort(), FIRST_EVENT_MILLIS);
  try {
    // From the event before: so the first line is due at once, and a proxy that holds lines back
    // is found out.
    for await (const run of client.events(id, Math.max(0, seen - 1), own.signal)) {
      clearTimeout(mute);
      follower.onLink('live');
      if (take(run)) {
        return true;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    rethrowFinal(error);
  } finally {
    clearTimeout(mute);
    signal.removeEventListener('abort', leave);
    streams -= 1;
  }
  return false;
}

async function poll(
  client: Client,
  id: string,
  seen: () => number,
  take: (run: Run) => boolean,
  follower: Follower,
  signal: AbortSignal
): Promise<void> {
  let pause = POLL_MILLIS;
  for (;;) {
    try {
      const run = await client.newer(id, seen(), signal);
      follower.onLink('polling');
      pause = POLL_MILLIS;
      if (run !== null && take(run)) {
        return;
      }
    } catch (error) {
      signal.throwIfAborted();
      rethrowFinal(error);
      follower.onLink('lost');
      pause = Math.min(pause * 2, POLL_MILLIS_MAX);
    }
    await rest(pause, signal);
  }
}

function rethrowFinal(error: unknown): void {
  if (error instanceof ProblemError && FINAL.has(error.code)) {
    throw error;
  }
}

function rest(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, millis);
    signal.addEventListener('abort', stop, { once: true });
  });
}

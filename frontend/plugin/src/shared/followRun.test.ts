import type { Client, Run } from '@leverframe/api';
import { runOf } from '@leverframe/api/mocks';
import { ProblemError } from '@leverframe/api/problem';

import { followRun, type Link } from './followRun';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

type Answers = Array<Run | null | Error>;

function clientOf(streamed: Answers, polled: Answers): Client {
  return {
    events: async function* () {
      for (const one of streamed) {
        if (one instanceof Error) {
          throw one;
        }
        if (one !== null) {
          yield one;
        }
      }
    },
    newer: async () => {
      const one = polled.shift();
      if (one instanceof Error) {
        throw one;
      }
      return one ?? null;
    },
  } as unknown as Client;
}

function follow(client: Client, after = 0) {
  const [runs, links]: [Run[], Link[]] = [[], []];
  const aborted = new AbortController();
  const follower = {
    onRun: (run: Run) => runs.push(run),
    onLink: (link: Link) => links.push(link),
  };
  const end = followRun(client, 'r', after, follower, aborted.signal);
  return { runs, links, end, abort: () => aborted.abort() };
}

const second = runOf({ seq: 2 });
const last = runOf({ seq: 3, state: 'succeeded', verified: true });

test('a stream is followed to its end', async () => {
  const seen = follow(clientOf([runOf(), second, last], []));
  await seen.end;
  expect(seen.runs.map((run) => run.seq)).toEqual([1, 2, 3]);
  expect(seen.links).toContain('live');
});

test('what was seen already is not told again', async () => {
  const seen = follow(clientOf([runOf(), second, last], []), 2);
  await seen.end;
  expect(seen.runs).toEqual([last]);
});

test('a cut stream goes on by asking', async () => {
  const seen = follow(clientOf([runOf()], [null, second, last]));
  await jest.advanceTimersByTimeAsync(5_000);
  await seen.end;
  expect(seen.runs.map((run) => run.seq)).toEqual([1, 2, 3]);
  expect(seen.links.at(-1)).toBe('polling');
});

test('a lost connection is told, and asked again', async () => {
  const gone = new ProblemError('no_answer', { status: 0 });
  const seen = follow(clientOf([gone], [gone, gone, last]));
  await jest.advanceTimersByTimeAsync(20_000);
  await seen.end;
  expect(seen.links).toEqual(['connecting', 'lost', 'lost', 'polling']);
  expect(seen.runs).toEqual([last]);
});

test('a stream that is held back is left for asking', async () => {
  const client = {
    ...clientOf([], [last]),
    // Opens, and never brings a line.
    events: (_id: string, _after: number, signal: AbortSignal) => ({
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('left')))
          ),
      }),
    }),
  } as unknown as Client;
  const seen = follow(client);
  await jest.advanceTimersByTimeAsync(5_000);
  await seen.end;
  expect(seen.runs).toEqual([last]);
});

test('a run that may not be read ends the following', async () => {
  const refused = new ProblemError('not_found', { status: 404 });
  await expect(follow(clientOf([refused], [])).end).rejects.toBe(refused);
});

test('leaving ends the asking', async () => {
  const seen = follow(clientOf([], []));
  await jest.advanceTimersByTimeAsync(2_000);
  seen.abort();
  await expect(seen.end).rejects.toBeDefined();
});

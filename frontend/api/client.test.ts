import { Client, queryString, type Answer, type Call, type Transport } from './client';
import { ProblemError } from './problem';

function clientOf(answer: Answer): { client: Client; calls: Call[] } {
  const calls: Call[] = [];
  const transport: Transport = {
    send: async (call) => {
      calls.push(call);
      return answer;
    },
    lines: async function* () {
      yield* [];
    },
  };
  return { client: new Client(transport), calls };
}

test('lists are repeated and what is undefined is left out', () => {
  expect(queryString({ state: ['queued', 'running'], target: 'node/a b', actor: undefined })).toBe(
    '?state=queued&state=running&target=node%2Fa+b'
  );
  expect(queryString({})).toBe('');
});

test('a run carries its key, and the name cannot leave its segment', async () => {
  const { client, calls } = clientOf({ status: 202, body: { id: 'r' } });
  await client.run('../stop', { target: 'node/web-1' }, 'key-1');
  expect(calls).toEqual([
    {
      method: 'POST',
      path: 'actions/..%2Fstop/run',
      body: { target: 'node/web-1' },
      idempotencyKey: 'key-1',
    },
  ]);
});

test('a refusal becomes an error with its code and its next time', async () => {
  const body = {
    type: 'urn:leverframe:problem:cooldown',
    status: 429,
    code: 'cooldown',
    title: 'x',
    detail: 'rests for 20 s',
    next_allowed: '2026-01-02T03:04:05.000Z',
    run_id: 'r-1',
  };
  const { client } = clientOf({ status: 429, body });
  const error = await client.run('drain-node', { target: 'node/a' }, 'k').catch((e) => e);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    code: 'cooldown',
    status: 429,
    detail: 'rests for 20 s',
    nextAllowed: '2026-01-02T03:04:05.000Z',
    runId: 'r-1',
    unsure: false,
  });
});

test.each([
  [0, null, 'no_answer', true],
  [401, { message: 'Unauthorized' }, 'signed_out', false],
  [500, { message: 'An error occurred within the plugin' }, 'unreadable', true],
  [403, { message: 'no' }, 'unreadable', false],
  [502, { code: 'outcome_unknown' }, 'outcome_unknown', true],
  [200, 'not json', 'unreadable', true],
])('status %i with %j is %s', async (status, body, code, unsure) => {
  const { client } = clientOf({ status, body });
  await expect(client.run('a', { target: 'node/a' }, 'k')).rejects.toMatchObject({ code, unsure });
});

test('nothing newer is null', async () => {
  const { client, calls } = clientOf({ status: 204, body: null });
  await expect(client.newer('r-1', 7)).resolves.toBeNull();
  expect(calls[0]).toMatchObject({ path: 'runs/r-1', query: { after: 7 } });
});

import type { FetchResponse } from '@grafana/runtime';
import { concat, from, NEVER, Observable, of, throwError } from 'rxjs';

import { linesOf } from './lines';

type Chunk = FetchResponse<Uint8Array | undefined>;

function chunk(text: string | null, status = 200): Chunk {
  const data = text === null ? undefined : new TextEncoder().encode(text);
  return { status, ok: status < 300, data } as Chunk;
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const value of values) {
    read.push(value);
  }
  return read;
}

test('values are whole however the bytes are cut', async () => {
  const bytes = new TextEncoder().encode('{"a":"ä"}\n\n{"b":2}\n{"c":3}');
  for (let size = 1; size <= bytes.length; size += 1) {
    const parts: Chunk[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      parts.push({ status: 200, ok: true, data: bytes.slice(at, at + size) } as Chunk);
    }
    const { values, refused } = linesOf(from([...parts, chunk(null)]));
    await expect(all(values)).resolves.toEqual([{ a: 'ä' }, { b: 2 }, { c: 3 }]);
    expect(refused()).toBeNull();
  }
});

test('a refusal is kept whole and yields no value', async () => {
  const { values, refused } = linesOf(of(chunk('{"code":', 403), chunk('"auth_forbidden"}', 403)));
  await expect(all(values)).resolves.toEqual([]);
  expect(refused()).toEqual({ status: 403, body: { code: 'auth_forbidden' } });
});

test('a lost connection is an error', async () => {
  const { values } = linesOf(
    concat(
      of(chunk('{"a":1}\n')),
      throwError(() => new Error('lost'))
    )
  );
  await expect(all(values)).rejects.toThrow('lost');
});

test('a line without an end is refused', async () => {
  const { values } = linesOf(of(chunk('x'.repeat(1_000_001))));
  await expect(all(values)).rejects.toThrow('too long');
});

test('leaving closes the connection', async () => {
  let closed = false;
  const endless = new Observable<Chunk>(() => () => (closed = true));
  const aborted = new AbortController();
  const { values } = linesOf(concat(of(chunk('1\n')), endless, NEVER), aborted.signal);
  const first = await values.next();
  expect(first.value).toBe(1);
  const next = values.next();
  aborted.abort();
  await expect(next).rejects.toBeDefined();
  expect(closed).toBe(true);
});

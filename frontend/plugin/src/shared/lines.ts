/** NDJSON: from chunks of bytes to values. */
import type { FetchResponse } from '@grafana/runtime';
import type { Answer } from '@leverframe/api';
import type { Observable } from 'rxjs';

/** A run is far smaller; a line beyond this is not ours. */
const LINE_CHARS_MAX = 1_000_000;

type Chunk = FetchResponse<Uint8Array | undefined>;

/** The values of a stream, and after its end the refusal, if it was one. */
export interface Lines {
  values: AsyncGenerator<unknown>;
  refused: () => Answer | null;
}

/** Reads one JSON value a line. An answer that is no success is kept whole as a refusal. */
export function linesOf(chunks: Observable<Chunk>, signal?: AbortSignal): Lines {
  let refusal: Answer | null = null;
  async function* values(): AsyncGenerator<unknown> {
    const decoder = new TextDecoder();
    let rest = '';
    let status = 200;
    for await (const chunk of pull(chunks, signal)) {
      status = chunk.status;
      rest += decoder.decode(chunk.data, { stream: true });
      if (rest.length > LINE_CHARS_MAX) {
        throw new Error('a line is too long');
      }
      if (!chunk.ok) {
        continue;
      }
      const parts = rest.split('\n');
      rest = parts.pop() ?? '';
      yield* parts.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown);
    }
    if (status >= 300) {
      refusal = { status, body: parsed(rest) };
    } else if (rest.trim() !== '') {
      yield JSON.parse(rest) as unknown;
    }
  }
  return { values: values(), refused: () => refusal };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Turns what is pushed into what is pulled; leaving the loop ends the subscription. */
async function* pull<T>(source: Observable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  const waiting: T[] = [];
  let end: { error: unknown } | 'complete' | null = null;
  let wake: () => void = () => undefined;
  const stir = () => wake();
  const subscription = source.subscribe({
    next: (value) => {
      waiting.push(value);
      stir();
    },
    error: (error: unknown) => {
      end = { error };
      stir();
    },
    complete: () => {
      end = 'complete';
      stir();
    },
  });
  signal?.addEventListener('abort', stir);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const value = waiting.shift();
      if (value !== undefined) {
        yield value;
      } else if (end !== null) {
        const last = end as { error: unknown } | 'complete';
        if (last !== 'complete') {
          throw last.error;
        }
        return;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    signal?.removeEventListener('abort', stir);
    subscription.unsubscribe();
  }
}

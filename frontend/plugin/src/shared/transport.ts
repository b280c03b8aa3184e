/** The client's transport inside Grafana: the data source's resources, by its uid. */
import { config, getBackendSrv, isFetchError } from '@grafana/runtime';
import { type Answer, type Call, Client, queryString, type Transport } from '@leverframe/api';
import { problemOf } from '@leverframe/api/problem';
import { lastValueFrom } from 'rxjs';

import { linesOf } from './lines';

/** Returns a client that acts through the data source with this uid. */
export function clientOf(uid: string): Client {
  return new Client(grafanaTransport(uid));
}

/** Returns the transport over `api/datasources/uid/<uid>/resources/…`. */
export function grafanaTransport(uid: string): Transport {
  // Relative, so that it also holds where Grafana lives under a sub-path.
  const base = `api/datasources/uid/${encodeURIComponent(uid)}/resources/`;
  const url = (call: Call) => `${base}${call.path}${queryString(call.query)}`;
  return {
    send: (call) => send(url(call), call),
    lines: (call) => lines(url(call), call),
  };
}

async function send(url: string, call: Call): Promise<Answer> {
  const request = getBackendSrv().fetch<unknown>({
    url,
    method: call.method,
    data: call.body,
    headers: call.idempotencyKey ? { 'Idempotency-Key': call.idempotencyKey } : {},
    // The panel and the pages say themselves what came back.
    showErrorAlert: false,
    showSuccessAlert: false,
    retry: 0,
    ...(call.signal ? { abortSignal: call.signal } : {}),
  });
  try {
    const { status, data } = await lastValueFrom(request);
    return { status, body: data };
  } catch (error) {
    call.signal?.throwIfAborted();
    // A lost connection rejects without a status, a call that Grafana itself cancelled with -1.
    return isFetchError(error) && error.status > 0
      ? { status: error.status, body: error.data }
      : { status: 0, body: null };
  }
}

async function* lines(url: string, call: Call): AsyncGenerator<unknown> {
  const responses = getBackendSrv().chunked({
    url,
    method: call.method,
    // `fetch` adds the organisation itself, `chunked` does not.
    headers: { 'X-Grafana-Org-Id': config.bootData.user.orgId },
    showErrorAlert: false,
  });
  const { refused, values } = linesOf(responses, call.signal);
  yield* values;
  const answer = refused();
  if (answer !== null) {
    throw problemOf(answer.status, answer.body);
  }
}

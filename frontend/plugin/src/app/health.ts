// The check list: what the backend found out about each upstream of a data source.
import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { ProblemError } from '@leverframe/api/problem';
import { lastValueFrom } from 'rxjs';

export interface Upstream {
  name: string;
  state: 'ok' | 'failed' | 'not_configured';
  message: string;
  hint: string;
}

export interface Health {
  isOk: boolean;
  message: string;
  upstreams: Upstream[];
  /** Faults and warnings that belong to no upstream, in the backend's words. */
  others: string[];
}

/** Asks. Grafana answers 400 with the same body where something is wrong. */
export async function checkHealth(uid: string, signal: AbortSignal): Promise<Health> {
  const url = `api/datasources/uid/${encodeURIComponent(uid)}/health`;
  const request = { url, method: 'GET', showErrorAlert: false, abortSignal: signal };
  try {
    const { data } = await lastValueFrom(getBackendSrv().fetch<unknown>(request));
    return readHealth(data, 200);
  } catch (error) {
    signal.throwIfAborted();
    if (isFetchError(error) && error.status > 0) {
      return readHealth(error.data, error.status);
    }
    if (error instanceof ProblemError) {
      throw error;
    }
    throw new ProblemError('no_answer', { status: 0 });
  }
}

/** Reads the answer; what is none of the plugin's is a failure of its own. */
export function readHealth(body: unknown, status: number): Health {
  const { message, status: word, details } = fields(body);
  if (typeof word !== 'string') {
    const said = typeof message === 'string' ? message : null;
    throw new ProblemError('unreadable', { status, detail: said });
  }
  const { upstreams, verboseMessage } = fields(details);
  const lines = typeof verboseMessage === 'string' ? verboseMessage.split('\n') : [];
  return {
    isOk: word === 'OK',
    message: typeof message === 'string' ? message : '',
    upstreams: Array.isArray(upstreams) ? upstreams.filter(isUpstream) : [],
    others: lines.filter((line) => line.startsWith('settings: ') || line.startsWith('warning: ')),
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isUpstream(value: unknown): value is Upstream {
  const { name, state, message, hint } = fields(value);
  return [name, state, message, hint].every((text) => typeof text === 'string');
}

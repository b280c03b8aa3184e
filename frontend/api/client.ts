/** The service as the frontends see it. How the bytes travel is the transport's business. */
import { ProblemError, problemOf } from './problem';
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Action = Schemas['Action'];
export type ActionBody = Schemas['ActionBody'];
export type Change = Schemas['Change'];
export type Confirm = Schemas['Confirm'];
export type Guard = Schemas['Guard'];
export type Node = Schemas['Node'];
export type NodeState = Schemas['NodeState'];
export type Plan = Schemas['Plan'];
export type Risk = Schemas['Risk'];
export type Run = Schemas['Run'];
export type RunState = Schemas['RunState'];
export type Step = Schemas['Step'];
export type StepState = Schemas['StepState'];
export type Stop = Schemas['Stop'];
export type Verify = Schemas['Verify'];

/** A bounded list; pass `next` as `cursor` to go on. */
export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** Values of a query string; a list is repeated, `undefined` is left out. */
export type Query = Record<string, string | number | readonly string[] | undefined>;

/** One exchange. `path` is relative to where the service's resources live, already encoded. */
export interface Call {
  method: 'GET' | 'POST';
  path: string;
  query?: Query | undefined;
  body?: unknown;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** What came back; status 0 if nothing did. */
export interface Answer {
  status: number;
  body: unknown;
}

/** How a front room reaches the service. */
export interface Transport {
  /** Sends and waits; never throws for a status. Rejects only when `signal` is aborted. */
  send(call: Call): Promise<Answer>;
  /** Opens a stream of JSON values, one a line; throws what `problemOf` makes of a refusal. */
  lines(call: Call): AsyncIterable<unknown>;
}

/** Which runs are wanted. */
export interface RunFilter {
  action?: string | undefined;
  target?: string | undefined;
  state?: readonly RunState[] | undefined;
  actor?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Which nodes are wanted. */
export interface NodeFilter {
  pool?: string | undefined;
  state?: readonly NodeState[] | undefined;
  label?: readonly string[] | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Turns a query into a query string, with its `?`, or into nothing. */
export function queryString(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    values.forEach((one) => parameters.append(name, String(one)));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The typed client. Every method rejects with a `ProblemError`, or with the signal's reason. */
export class Client {
  constructor(private readonly transport: Transport) {}

  /** Lists the actions; with a target only those that take it, and until when each rests on it. */
  actions(target?: string, signal?: AbortSignal): Promise<Page<Action>> {
    return this.ask({ method: 'GET', path: 'actions', query: { target }, signal });
  }

  /** Plans: changes nothing. */
  plan(action: string, body: ActionBody, signal?: AbortSignal): Promise<Plan> {
    return this.ask({ method: 'POST', path: `actions/${segment(action)}/plan`, body, signal });
  }

  /** Runs. The same key with the same body never runs twice. */
  run(action: string, body: ActionBody, idempotencyKey: string): Promise<Run> {
    const path = `actions/${segment(action)}/run`;
    return this.ask({ method: 'POST', path, body, idempotencyKey });
  }

  /** Lists runs, newest first. */
  runs(filter: RunFilter = {}, signal?: AbortSignal): Promise<Page<Run>> {
    return this.ask({ method: 'GET', path: 'runs', query: { ...filter }, signal });
  }

  /** Reads one run. */
  getRun(id: string, signal?: AbortSignal): Promise<Run> {
    return this.ask({ method: 'GET', path: `runs/${segment(id)}`, signal });
  }

  /** Reads one run if it has gone on since event `after`; `null` if it has not. */
  async newer(id: string, after: number, signal?: AbortSignal): Promise<Run | null> {
    const call: Call = { method: 'GET', path: `runs/${segment(id)}`, query: { after }, signal };
    const answer = await this.transport.send(call);
    return answer.status === 204 ? null : accept<Run>(answer);
  }

  /** Follows a run: every value is the whole run, the last one has ended. */
  events(id: string, after: number, signal?: AbortSignal): AsyncIterable<Run> {
    const path = `runs/${segment(id)}/events`;
    const lines = this.transport.lines({ method: 'GET', path, query: { after }, signal });
    return lines as AsyncIterable<Run>;
  }

  /** Asks a run to end. */
  cancel(id: string, reason: string | null, idempotencyKey: string): Promise<Run> {
    const path = `runs/${segment(id)}/cancel`;
    return this.ask({ method: 'POST', path, body: reason ? { reason } : {}, idempotencyKey });
  }

  /** Lists the nodes. */
  nodes(filter: NodeFilter = {}, signal?: AbortSignal): Promise<Page<Node>> {
    return this.ask({ method: 'GET', path: 'nodes', query: { ...filter }, signal });
  }

  /** Reads the stop switch. */
  stop(signal?: AbortSignal): Promise<Stop> {
    return this.ask({ method: 'GET', path: 'stop', signal });
  }

  /** Throws or lifts the stop switch. */
  setStop(stopped: boolean, reason: string | null, idempotencyKey: string): Promise<Stop> {
    const body = reason ? { stopped, reason } : { stopped };
    return this.ask({ method: 'POST', path: 'stop', body, idempotencyKey });
  }

  private async ask<T>(call: Call): Promise<T> {
    return accept<T>(await this.transport.send(call));
  }
}

function accept<T>(answer: Answer): T {
  if (answer.status < 200 || answer.status > 299) {
    throw problemOf(answer.status, answer.body);
  }
  if (typeof answer.body !== 'object' || answer.body === null) {
    throw new ProblemError('unreadable', { status: answer.status });
  }
  return answer.body as T;
}

function segment(id: string): string {
  return encodeURIComponent(id);
}

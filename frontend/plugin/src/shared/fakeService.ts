/** A service behind Grafana's `getBackendSrv`, for tests: what it answers, and what it was asked. */
import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import type { Action, Plan, Run, Stop } from '@leverframe/api';
import { from, Observable, type Subscriber } from 'rxjs';

/** A refusal with its body. */
export interface Refused {
  status: number;
  body: unknown;
}

type Chunk = FetchResponse<Uint8Array | undefined>;

/** Answers of the moment; a test changes them as it goes on. */
export class FakeService {
  actions: Action[] = [];
  runs: Run[] = [];
  stop: Stop = { stopped: false, since: null, by: null, reason: null };
  plan: () => Plan | Refused | Promise<Plan | Refused> = () => ({ status: 404, body: {} });
  press: () => Run | Refused | Promise<Run | Refused> = () => ({ status: 404, body: {} });
  cancel: () => Run | Refused = () => ({ status: 404, body: {} });
  /** Refuses everything, as a service that is away. */
  away: Refused | null = null;
  /** Whether streams of events open. */
  streams = true;
  /** Every request, in order. */
  readonly asked: BackendSrvRequest[] = [];
  private readonly open = new Set<Subscriber<Chunk>>();

  /** The requests of one method to paths that end so (without their query). */
  to(method: string, end: string): BackendSrvRequest[] {
    return this.asked.filter(
      (one) => one.method === method && (one.url.split('?')[0] ?? '').endsWith(end)
    );
  }

  /** Sends an event down every open stream. */
  event(run: Run): void {
    const data = new TextEncoder().encode(`${JSON.stringify(run)}\n`);
    this.open.forEach((stream) => stream.next({ ...response(200, null), data }));
  }

  /** How many streams are open. */
  get following(): number {
    return this.open.size;
  }

  /** Ends every open stream, as a restart of the plugin does. */
  cut(): void {
    [...this.open].forEach((stream) => stream.complete());
    this.open.clear();
  }

  /** Stands for `getBackendSrv()`. */
  backend() {
    return {
      fetch: (request: BackendSrvRequest) => from(this.answer(request)),
      chunked: (request: BackendSrvRequest) => this.stream(request),
    };
  }

  private async answer(request: BackendSrvRequest): Promise<FetchResponse<unknown>> {
    this.asked.push(request);
    const answer = this.away ?? (await this.route(request));
    if (isRefused(answer)) {
      const { status, body } = answer;
      if (status > 299 || status === 0) {
        throw { status, data: body, config: request };
      }
      return response(status, body);
    }
    return response(200, answer);
  }

  private async route({ url, method }: BackendSrvRequest): Promise<Refused | object> {
    const [path = '', query = ''] = url.split('/resources/')[1]?.split('?') ?? [];
    const asks = new URLSearchParams(query);
    if (method === 'POST') {
      return path.endsWith('/plan')
        ? this.plan()
        : path.endsWith('/run')
          ? this.press()
          : this.cancel();
    }
    const items =
      path === 'actions'
        ? this.actions
        : this.runs.filter((run) => (asks.get('target') ?? run.target) === run.target);
    if (path === 'stop') {
      return this.stop;
    }
    if (path.startsWith('runs/')) {
      const run = this.runs.find((one) => path === `runs/${one.id}`);
      const newer = run !== undefined && run.seq > Number(asks.get('after') ?? 0);
      return newer ? run : { status: run ? 204 : 404, body: null };
    }
    return { items, next: null };
  }

  private stream(request: BackendSrvRequest): Observable<Chunk> {
    this.asked.push(request);
    return new Observable((subscriber) => {
      if (!this.streams) {
        subscriber.error(new Error('no stream'));
        return undefined;
      }
      this.open.add(subscriber);
      return () => this.open.delete(subscriber);
    });
  }
}

function isRefused(answer: object): answer is Refused {
  return 'status' in answer && 'body' in answer;
}

function response<T>(status: number, data: T): FetchResponse<T> {
  return {
    status,
    data,
    statusText: '',
    ok: status < 300,
    headers: new Headers(),
    redirected: false,
    type: 'basic',
    url: '',
    config: { url: '' },
  };
}

/** Refusals and failures, in words for people. */

/** Every refusal of the service and of the plugin: what to call it, and what to do about it. */
const WORDS = {
  invalid_json: ['The request could not be read', 'Reload the page and try again.'],
  invalid_body: ['The request has the wrong shape', 'Reload the page and try again.'],
  invalid_params: ['A parameter is not valid', 'Correct the marked field.'],
  not_available: ['This is not available yet', null],
  auth_assertion: [
    'The service did not accept who you are',
    'Ask an administrator to check the key.',
  ],
  auth_token: ['The service did not accept who you are', 'Ask an administrator to check the key.'],
  auth_forbidden: ['You may not do this', 'Ask an administrator for the right.'],
  auth_anonymous: ['Sign in to do this', null],
  not_found: ['There is no such thing any more', null],
  method: ['This cannot be done here', null],
  plan_changed: ['The cluster has changed since the plan', 'Look at the new plan.'],
  plan_expired: ['The plan is too old', 'Look at a new plan.'],
  plan_required: ['A plan has to be seen first', 'Look at a new plan.'],
  target_busy: ['Another run holds the target', 'Wait until it has ended.'],
  budget: ['Too many nodes of the pool would be out of service', 'Return a node first.'],
  guard_blocked: ['A guard blocks this', null],
  guard_unmet: ['A guard does not hold', null],
  illegal_transition: ['The run cannot do this any more', null],
  too_large: ['The request is too large', 'Shorten the texts.'],
  media_type: ['The request has the wrong type', 'Reload the page and try again.'],
  key_reused: ['This was already sent with other values', 'Close the dialog and open it again.'],
  cooldown: ['The target is cooling down', null],
  rate: ['Too many runs of this action on this target', null],
  stopped: ['The stop switch is thrown', 'Nothing starts until it is lifted.'],
  guard_unavailable: ['A guard could not be read', 'Is Prometheus up?'],
  guard_stale: ['A guard saw only old samples', 'Does Prometheus still scrape the target?'],
  guard_empty: ['A guard found no sample', 'Does Prometheus scrape the target?'],
  guard_ambiguous: ['A guard found more than one series', 'The action has to be corrected.'],
  store_full: ['The disk of the service is full', 'Ask an administrator.'],
  store_read_only: ['The service cannot write', 'Ask an administrator.'],
  store_corrupt: ['The store of the service is damaged', 'Ask an administrator.'],
  store_busy: ['The service is busy', 'Try again in a moment.'],
  store_unavailable: ['The store of the service does not answer', 'Try again in a moment.'],
  inventory_unsure: ['It is not certain which nodes there are', 'Try again in a moment.'],
  internal: ['Something went wrong inside', 'The log has the cause.'],
  assertion_refused: [
    'The service refused the data source',
    'Ask an administrator to check the key.',
  ],
  service_unreachable: ['The service cannot be reached', 'Queries go on; try again in a moment.'],
  outcome_unknown: ['It is not known whether this was done', 'Asking again cannot do it twice.'],
} as const satisfies Record<string, readonly [string, string | null]>;

/** The closed list of codes on the wire. */
export type ProblemCode = keyof typeof WORDS;

/** Every code on the wire. */
export const PROBLEM_CODES = Object.keys(WORDS) as ProblemCode[];

/** What the browser itself finds out: nothing came back, or something that is none of ours. */
export type LocalCode = 'no_answer' | 'signed_out' | 'unreadable';

const LOCAL_WORDS: Record<LocalCode, readonly [string, string | null]> = {
  no_answer: ['Grafana does not answer', 'Check the connection and try again.'],
  signed_out: ['You are not signed in to Grafana', 'Sign in, then try again.'],
  unreadable: ['The answer could not be read', 'Ask an administrator to look into the logs.'],
};

/** One guard of a refusal. */
export interface GuardSeen {
  name: string;
  ok: boolean;
  value?: number | null;
  expect: string;
  why?: string | null;
}

/** One difference to a plan. */
export interface ChangeSeen {
  target: string;
  field: string;
  from: unknown;
  to: unknown;
}

/** What may come with a refusal. */
export interface ProblemFields {
  status: number;
  detail?: string | null;
  pointer?: string | null;
  run_id?: string | null;
  next_allowed?: string | null;
  holder?: string | null;
  guards?: GuardSeen[] | null;
  changes?: ChangeSeen[] | null;
}

/** A refusal or a failure, as the client throws it. */
export class ProblemError extends Error {
  readonly code: ProblemCode | LocalCode;
  readonly status: number;
  /** Of this occurrence, by the service; empty if it said nothing. */
  readonly detail: string;
  /** JSON pointer to the faulty field of the body. */
  readonly pointer: string | null;
  /** The refused run, where the refusal is one. */
  readonly runId: string | null;
  /** When it may be tried again. */
  readonly nextAllowed: string | null;
  /** The run that holds the target. */
  readonly holder: string | null;
  readonly guards: GuardSeen[];
  readonly changes: ChangeSeen[];

  constructor(code: ProblemCode | LocalCode, fields: ProblemFields) {
    super(titleOf(code));
    this.name = 'ProblemError';
    this.code = code;
    this.status = fields.status;
    this.detail = fields.detail ?? '';
    this.pointer = fields.pointer ?? null;
    this.runId = fields.run_id ?? null;
    this.nextAllowed = fields.next_allowed ?? null;
    this.holder = fields.holder ?? null;
    this.guards = fields.guards ?? [];
    this.changes = fields.changes ?? [];
  }

  /** Whether the press may have been accepted all the same; the same key may be sent again. */
  get unsure(): boolean {
    if (this.code === 'outcome_unknown' || this.code === 'no_answer') {
      return true;
    }
    return this.code === 'unreadable' && (this.status >= 500 || this.status < 300);
  }
}

/** Returns what a refusal is called. */
export function titleOf(code: ProblemCode | LocalCode): string {
  return code in WORDS ? WORDS[code as ProblemCode][0] : LOCAL_WORDS[code as LocalCode][0];
}

/** Returns what a person can do about it, if anything. */
export function adviceOf(code: ProblemCode | LocalCode): string | null {
  return code in WORDS ? WORDS[code as ProblemCode][1] : LOCAL_WORDS[code as LocalCode][1];
}

/** Tells whether a word is a code of the closed list. */
export function isProblemCode(word: unknown): word is ProblemCode {
  return typeof word === 'string' && Object.hasOwn(WORDS, word);
}

/** Reads an answer that is no success. */
export function problemOf(status: number, body: unknown): ProblemError {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  if (isProblemCode(fields.code)) {
    return new ProblemError(fields.code, { ...(fields as Partial<ProblemFields>), status });
  }
  const code = status === 401 ? 'signed_out' : status === 0 ? 'no_answer' : 'unreadable';
  const said = [fields.message, fields.error].find((text) => typeof text === 'string');
  return new ProblemError(code, { status, detail: (said as string | undefined) ?? null });
}

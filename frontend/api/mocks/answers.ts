/** Answers as the service gives them, for the tests of the frontends. */
import type { Action, Plan, Run } from '../client';

const TIME = '2026-01-02T03:04:05.000Z';

/** An action that drains a node, as an Editor sees it. */
export function actionOf(changes: Partial<Action> = {}): Action {
  return {
    name: 'drain-node',
    title: 'Drain node',
    description: 'Stops new connections to a node.',
    version: '0123456789ab',
    target: 'node',
    risk: 'medium',
    allowed: true,
    why_not: null,
    cooldown_until: null,
    params: { type: 'object', properties: {}, additionalProperties: false },
    confirm: { text: null, reason: 'none', typed: null },
    ...changes,
  };
}

/** A plan that drains `node/web-2`. */
export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    hash: 'hash-1',
    expires_at: '2026-01-02T03:06:05.000Z',
    action: 'drain-node',
    version: '0123456789ab',
    target: 'node/web-2',
    params: {},
    changes: [{ target: 'node/web-2', field: 'state', from: 'ready', to: 'maintenance' }],
    steps: [{ n: 1, operation: 'haproxy.set_state', title: 'Set web-2 to drain' }],
    guards: [{ name: 'spare-capacity', ok: true, value: 3, expect: '>= 2', why: null }],
    warnings: [],
    summary: 'web-2 leaves the pool web.',
    confirm: { text: 'Drain web-2? web-2 leaves the pool web.', reason: 'none', typed: null },
    ...changes,
  };
}

/** A run that has just been accepted. */
export function runOf(changes: Partial<Run> = {}): Run {
  return {
    id: '019b7d3e-0000-7000-8000-000000000001',
    seq: 1,
    created: TIME,
    updated: TIME,
    ended: null,
    action: 'drain-node',
    version: '0123456789ab',
    target: 'node/web-2',
    actor: 'grafana:1:erika',
    params: {},
    reason: null,
    ticket: null,
    plan_hash: 'hash-1',
    state: 'running',
    phase: 'Set web-2 to drain',
    progress: 0,
    elapsed: 0,
    result: null,
    verified: null,
    why: null,
    next_allowed: null,
    steps: [],
    guards: [],
    verify: null,
    unknown: null,
    effects_left: [],
    deduplicated: false,
    ...changes,
  };
}

/** A problem's body. */
export function problemBody(code: string, status: number, changes: object = {}): object {
  return {
    type: `urn:leverframe:problem:${code}`,
    title: code,
    status,
    code,
    detail: '',
    message: code,
    ...changes,
  };
}

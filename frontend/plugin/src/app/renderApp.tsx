// For tests: the app at an address, over a client that the test answers for.
import type { Action, Client, Node, Run } from '@leverframe/api';
import { render } from '@testing-library/react';
import React from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router-dom';

import { APP_ID } from '../ids';
import { App } from './App';

export type FakeClient = {
  [K in 'actions' | 'runs' | 'getRun' | 'newer' | 'events' | 'nodes' | 'stop']: jest.Mock;
};

export function fakeClient(): FakeClient {
  return {
    actions: jest.fn().mockResolvedValue({ items: [], next: null }),
    runs: jest.fn().mockResolvedValue({ items: [], next: null }),
    getRun: jest.fn(),
    newer: jest.fn(),
    events: jest.fn(),
    nodes: jest.fn().mockResolvedValue({ items: [], next: null }),
    stop: jest.fn().mockResolvedValue({ stopped: false, since: null, by: null, reason: null }),
  };
}

export function asClient(fake: FakeClient): Client {
  return fake as unknown as Client;
}

/** Renders; answers what the address is by then. */
export function renderApp(path: string): { address: () => string } {
  let address = '';
  function Address() {
    const { pathname, search } = useLocation();
    address = `${pathname}${search}`;
    return null;
  }
  render(
    <MemoryRouter
      initialEntries={[`/a/${APP_ID}${path}`]}
      future={{ v7_startTransition: true, v7_relativeSplatPath: true }}
    >
      <Address />
      <Routes>
        <Route path={`/a/${APP_ID}/*`} element={<App />} />
      </Routes>
    </MemoryRouter>
  );
  return { address: () => address };
}

export function aRun(fields: Partial<Run> = {}): Run {
  return {
    id: '01999999-0000-7000-8000-000000000001',
    seq: 5,
    created: '2026-11-21T04:00:00.000Z',
    updated: '2026-11-21T04:00:09.000Z',
    ended: '2026-11-21T04:00:09.000Z',
    action: 'drain-node',
    version: 'abcdef012345',
    target: 'node/web-2',
    actor: 'grafana:1:anna',
    params: { wait_seconds: 60 },
    reason: 'disk is full',
    ticket: null,
    plan_hash: 'f00d',
    state: 'succeeded',
    phase: null,
    progress: 1,
    elapsed: 9,
    result: 'succeeded',
    verified: true,
    why: null,
    next_allowed: null,
    steps: [],
    guards: [],
    verify: null,
    unknown: null,
    effects_left: [],
    deduplicated: false,
    ...fields,
  };
}

export function aNode(fields: Partial<Node> = {}): Node {
  return {
    id: 'web-2',
    name: 'Web two',
    address: '10.0.0.2:8080',
    pool: 'web',
    state: 'ready',
    state_since: null,
    weight: 100,
    sessions: 7,
    labels: { zone: 'a' },
    source: ['haproxy'],
    observed_at: '2026-11-21T04:00:00.000Z',
    busy_run: null,
    ...fields,
  };
}

export function anAction(fields: Partial<Action> = {}): Action {
  return {
    name: 'drain-node',
    title: 'Drain node',
    description: 'Stops new connections.',
    version: 'abcdef012345',
    target: 'node',
    risk: 'high',
    allowed: true,
    why_not: null,
    cooldown_until: null,
    params: { properties: { wait_seconds: {}, why: {} }, required: ['why'] },
    confirm: { text: null, reason: 'required', typed: null },
    ...fields,
  };
}

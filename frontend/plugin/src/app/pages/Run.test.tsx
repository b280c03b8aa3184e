import type { PluginPageProps } from '@grafana/runtime';
import { ProblemError } from '@leverframe/api/problem';
import type { Run } from '@leverframe/api';
import { screen, within } from '@testing-library/react';

import { FakePage, OURS, sourceSrv } from '../fakeGrafana';
import { aRun, asClient, fakeClient, renderApp, type FakeClient } from '../renderApp';

const mockGiven = { client: {} as FakeClient };

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getDataSourceSrv: () => sourceSrv(OURS),
  PluginPage: (props: PluginPageProps) => FakePage(props),
}));
jest.mock('../../shared/transport', () => ({ clientOf: () => asClient(mockGiven.client) }));

/** Answers the stream of events with these. */
function given(...runs: Run[]) {
  mockGiven.client.events.mockImplementation(async function* () {
    yield* runs;
  });
}

const PATH = `/runs/${aRun().id}?ds=leverframe`;

beforeEach(() => {
  mockGiven.client = fakeClient();
  mockGiven.client.newer.mockReturnValue(new Promise(() => undefined));
});

it('tells who, why, the plan and the parameters', async () => {
  given(aRun());
  renderApp(PATH);
  expect(await screen.findByText('Done and verified')).toBeInTheDocument();
  const facts = within(screen.getByRole('region', { name: 'Who and why' }));
  for (const text of [
    'grafana:1:anna',
    'disk is full',
    'f00d',
    'wait_seconds: 60',
    'drain-node, version abcdef012345',
  ]) {
    expect(facts.getByText(text)).toBeInTheDocument();
  }
  expect(screen.getByText('Took 9 s')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: /Run again/ })).toHaveAttribute(
    'href',
    '/a/leverframe-operations-app/actions?action=drain-node&target=node%2Fweb-2&ds=leverframe'
  );
});

it('shows each step with before and after', async () => {
  const step = {
    n: 1,
    operation: 'haproxy.set_state',
    title: 'Drain web-2',
    dir: 'do' as const,
    attempt: 1,
    error: null,
  };
  given(
    aRun({
      steps: [
        {
          ...step,
          state: 'done',
          before: { state: 'ready', weight: 1 },
          after: { state: 'drain', weight: 1 },
          started: '2026-11-21T04:00:00.000Z',
          ended: '2026-11-21T04:00:03.000Z',
        },
        {
          ...step,
          n: 2,
          title: 'Wait',
          state: 'failed',
          before: null,
          after: null,
          error: 'still 3 sessions',
          started: null,
          ended: null,
        },
        {
          ...step,
          dir: 'undo',
          state: 'open',
          before: null,
          after: null,
          started: null,
          ended: null,
        },
      ],
    })
  );
  renderApp(PATH);
  const steps = within(await screen.findByRole('list', { name: 'Steps' }));
  expect(steps.getByText('1. Drain web-2')).toBeInTheDocument();
  expect(steps.getByText(/took 3 s/)).toBeInTheDocument();
  expect(steps.getByText('drain')).toBeInTheDocument();
  expect(steps.getByText('still 3 sessions')).toBeInTheDocument();
  expect(steps.getByText('Taking back step 1: Drain web-2')).toBeInTheDocument();
});

it('shows guards and the measured goal', async () => {
  given(
    aRun({
      state: 'no_effect',
      verified: false,
      guards: [{ name: 'spare-capacity', ok: true, value: 3, expect: '>= 2', why: null }],
      verify: { expect: '== 0', value: 4, baseline: 7, verdict: 'unmet' },
    })
  );
  renderApp(PATH);
  expect(await screen.findByText('Done, but no effect')).toBeInTheDocument();
  const guards = within(screen.getByRole('table', { name: 'Guards' }));
  expect(guards.getByText('spare-capacity')).toBeInTheDocument();
  const goal = within(screen.getByRole('region', { name: 'Did it help?' }));
  expect(goal.getByText('Not met in time')).toBeInTheDocument();
  expect(goal.getByText('7')).toBeInTheDocument();
});

it('says that nothing is proven where there is no goal', async () => {
  given(aRun({ verified: false }));
  renderApp(PATH);
  expect(await screen.findByText('Done, not verified')).toBeInTheDocument();
  expect(
    screen.getByText('The action has no goal to measure, so nothing is proven.')
  ).toBeInTheDocument();
});

it('follows an open run', async () => {
  let goOn: () => void = () => undefined;
  mockGiven.client.events.mockImplementation(async function* () {
    yield aRun({
      seq: 1,
      state: 'running',
      verified: null,
      ended: null,
      phase: 'Drain web-2',
      progress: 0.5,
    });
    await new Promise<void>((resolve) => (goOn = resolve));
    yield aRun({ seq: 2 });
  });
  renderApp(PATH);
  expect(await screen.findByText('Running')).toBeInTheDocument();
  expect(screen.getByRole('progressbar', { name: 'Progress of the run' })).toHaveAttribute(
    'aria-valuenow',
    '50'
  );
  goOn();
  expect(await screen.findByText('Done and verified')).toBeInTheDocument();
  expect(screen.queryByRole('progressbar')).not.toBeInTheDocument();
});

it('says why it was refused, and from when it may be tried again', async () => {
  const soon = new Date(Date.now() + 90_000).toISOString();
  given(
    aRun({
      state: 'refused',
      verified: null,
      why: 'the target is cooling down',
      next_allowed: soon,
    })
  );
  renderApp(PATH);
  expect(await screen.findByText('Why it was refused')).toBeInTheDocument();
  expect(screen.getByText('the target is cooling down')).toBeInTheDocument();
  expect(screen.getByText('Nothing was sent, so there is nothing to measure.')).toBeInTheDocument();
  expect(screen.getByText(/It may be tried again in 1 min/)).toBeInTheDocument();
});

it('says what is not known and what stays changed', async () => {
  given(
    aRun({
      state: 'unknown',
      verified: null,
      ended: null,
      unknown: { what: 'effect', since: '2026-11-21T04:00:00.000Z', resume: 'running' },
      effects_left: ['web-2 stays in drain'],
    })
  );
  renderApp(PATH);
  expect(await screen.findByText('Whether a step took effect is not known')).toBeInTheDocument();
  expect(screen.getByText('web-2 stays in drain')).toBeInTheDocument();
});

it('says that there is no such run', async () => {
  mockGiven.client.events.mockImplementation(() => {
    throw new ProblemError('not_found', { status: 404 });
  });
  renderApp(PATH);
  expect(await screen.findByText('There is no such run')).toBeInTheDocument();
});

it('says why it may not be read', async () => {
  mockGiven.client.events.mockImplementation(() => {
    throw new ProblemError('auth_forbidden', { status: 403, detail: 'not your tenant' });
  });
  renderApp(PATH);
  expect(await screen.findByText('You may not do this')).toBeInTheDocument();
  expect(screen.getByText('not your tenant')).toBeInTheDocument();
});

it('says that it cannot be read at the moment', async () => {
  mockGiven.client.events.mockImplementation(() => {
    throw new ProblemError('service_unreachable', { status: 502 });
  });
  mockGiven.client.newer.mockRejectedValue(
    new ProblemError('service_unreachable', { status: 502 })
  );
  renderApp(PATH);
  expect(await screen.findByText('The run cannot be read at the moment')).toBeInTheDocument();
});

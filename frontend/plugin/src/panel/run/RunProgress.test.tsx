import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Run } from '@leverframe/api';
import { problemBody, runOf } from '@leverframe/api/mocks';
import React from 'react';

import { FakeService } from '../../shared/fakeService';
import { clientOf } from '../../shared/transport';
import { RunProgress } from './RunProgress';

let service: FakeService;

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => service.backend(),
}));

beforeEach(() => {
  service = new FakeService();
});

function show(known: Run, active = true) {
  const news: Run[] = [];
  const onDismiss = jest.fn();
  const client = clientOf('lever');
  const onNews = (run: Run) => void news.push(run);
  const view = render(
    <RunProgress
      client={client}
      datasource="lever"
      known={known}
      title="Drain node"
      active={active}
      onNews={onNews}
      onDismiss={onDismiss}
    />
  );
  return { news, onDismiss, view };
}

const verify = { expect: '== 0', value: 0, baseline: 12, verdict: 'met' as const };

test.each<[string, Partial<Run>, Array<string | RegExp>]>([
  [
    'succeeded and verified',
    { state: 'succeeded', verified: true, verify },
    ['Done and verified', 'Measured 0, wanted == 0, before 12.'],
  ],
  [
    'succeeded, nothing measured',
    { state: 'succeeded', verified: false },
    ['Done, not verified', 'This action does not measure its effect.'],
  ],
  [
    'without effect',
    { state: 'no_effect', verified: false, verify: { ...verify, value: 7 } },
    ['Done, but no effect', 'Measured 7, wanted == 0, before 12.'],
  ],
  [
    'failed',
    { state: 'failed', why: 'haproxy said no', effects_left: ['web-2 is draining'] },
    ['Failed', 'haproxy said no', 'Still changed: web-2 is draining.'],
  ],
  ['cancelled', { state: 'cancelled' }, ['Cancelled']],
  ['refused', { state: 'refused', why: 'rests' }, ['Refused', 'rests']],
  ['undone', { state: 'undone' }, ['Taken back']],
])('a run that is %s says so', (_, changes, texts) => {
  show(runOf({ seq: 9, progress: 1, elapsed: 65, ...changes }));
  texts.forEach((text) => expect(screen.getByText(text)).toBeVisible());
  expect(screen.getByText('1 min 05 s')).toBeVisible();
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(screen.queryByRole('button', { name: /Cancel/ })).toBeNull();
  expect(screen.getByRole('button', { name: /Dismiss/ })).toBeVisible();
  expect(service.following).toBe(0);
});

test('progress is live, and the end stays', async () => {
  const { news } = show(runOf());
  await waitFor(() => expect(service.following).toBe(1));
  expect(screen.getByRole('progressbar', { name: 'Progress of Drain node web-2' })).toHaveAttribute(
    'aria-valuenow',
    '0'
  );
  await act(async () => service.event(runOf({ seq: 2, progress: 0.5, phase: 'Wait' })));
  expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50');
  expect(screen.getByText('Wait')).toBeVisible();
  await act(async () =>
    service.event(runOf({ seq: 3, state: 'succeeded', verified: true, verify }))
  );
  expect(screen.getByText('Done and verified')).toBeVisible();
  expect(news.map((run) => run.seq)).toEqual([1, 2, 3]);
  await waitFor(() => expect(service.following).toBe(0));
});

test('without a stream it asks', async () => {
  service.streams = false;
  service.runs = [runOf({ seq: 5, state: 'succeeded', verified: false })];
  show(runOf());
  expect(await screen.findByText('Done, not verified')).toBeVisible();
});

test('what is unknown is said to be unknown', () => {
  const unknown = { what: 'effect', since: runOf().created, resume: 'running' as const };
  show(runOf({ state: 'unknown', unknown }));
  expect(screen.getByText('Outcome unknown')).toBeVisible();
  expect(screen.getByText(/What the last step did is not known/)).toBeVisible();
});

test('cancelling asks once and sends once', async () => {
  service.cancel = () => runOf({ seq: 2, state: 'cancelling' });
  const user = userEvent.setup();
  show(runOf());
  await user.click(screen.getByRole('button', { name: 'Cancel Drain node web-2' }));
  expect(service.to('POST', '/cancel')).toHaveLength(0);
  const yes = screen.getByRole('button', { name: 'Yes, cancel' });
  act(() => {
    yes.click();
    yes.click();
  });
  await waitFor(() => expect(service.to('POST', '/cancel')).toHaveLength(1));
  await waitFor(() => expect(service.following).toBe(1));
  await act(async () => service.event(runOf({ seq: 2, state: 'cancelling' })));
  expect(screen.getByText('Cancelling')).toBeVisible();
  await act(async () => service.event(runOf({ seq: 3, state: 'cancelled' })));
  expect(screen.getByText('Cancelled')).toBeVisible();
});

test('a cancel that comes too late says so', async () => {
  service.cancel = () => ({ status: 409, body: problemBody('illegal_transition', 409) });
  const user = userEvent.setup();
  show(runOf());
  await user.click(screen.getByRole('button', { name: /^Cancel/ }));
  await user.click(screen.getByRole('button', { name: 'Yes, cancel' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The run cannot do this any more');
});

test('in the panel editor nothing can be cancelled', () => {
  show(runOf(), false);
  expect(screen.queryByRole('button', { name: /Cancel/ })).toBeNull();
});

import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Action, Run } from '@leverframe/api';
import { actionOf, planOf, problemBody, runOf } from '@leverframe/api/mocks';
import React from 'react';

import { FakeService } from '../../shared/fakeService';
import { clientOf } from '../../shared/transport';
import { PlanDialog } from './PlanDialog';

let service: FakeService;

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => service.backend(),
}));

beforeEach(() => {
  service = new FakeService();
  service.plan = () => planOf();
  service.press = () => runOf();
});

function open(action: Action = actionOf()) {
  const accepted: Run[] = [];
  const onClose = jest.fn();
  const user = userEvent.setup();
  render(
    <PlanDialog
      client={clientOf('lever')}
      datasource="lever"
      action={action}
      target="node/web-2"
      onAccepted={(run) => accepted.push(run)}
      onClose={onClose}
    />
  );
  return { accepted, onClose, user };
}

const confirmButton = (name = 'Drain node') => screen.getByRole('button', { name });
const presses = () => service.to('POST', '/run');

test('it shows target, change, guard and the question of the service', async () => {
  open();
  expect(await screen.findByText('Drain web-2? web-2 leaves the pool web.')).toBeVisible();
  const row = screen.getByRole('row', { name: /state/ });
  expect(within(row).getByText('ready')).toBeVisible();
  expect(within(row).getByText('maintenance')).toBeVisible();
  expect(screen.getByText(/spare-capacity holds: 3, wanted >= 2/)).toBeVisible();
  expect(screen.getAllByText('node/web-2')[0]).toBeVisible();
  expect(presses()).toHaveLength(0);
});

test('a double click is one request, bound to the plan', async () => {
  let answer: (run: Run) => void = () => undefined;
  service.press = () => new Promise((resolve) => (answer = resolve));
  const { accepted, user } = open();
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  const button = confirmButton();
  // Two events before the next render, which is what a fast double click is.
  act(() => {
    button.click();
    button.click();
  });
  await user.click(button);
  expect(presses()).toHaveLength(1);
  expect(presses()[0]?.data).toEqual({ target: 'node/web-2', plan_hash: 'hash-1' });
  expect(presses()[0]?.headers?.['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
  await act(async () => answer(runOf()));
  expect(accepted).toHaveLength(1);
});

test('high risk wants a reason and the name typed', async () => {
  service.plan = () => planOf({ confirm: { text: 'Sure?', reason: 'required', typed: null } });
  const { user, accepted } = open(actionOf({ risk: 'high' }));
  await screen.findByText('Sure?');
  expect(confirmButton()).toBeDisabled();
  await user.type(screen.getByLabelText(/Reason/), '  kernel update ');
  await user.type(screen.getByLabelText(/Type “web-2”/), 'web-1');
  expect(confirmButton()).toBeDisabled();
  await user.clear(screen.getByLabelText(/Type “web-2”/));
  await user.type(screen.getByLabelText(/Type “web-2”/), 'web-2{Enter}');
  expect(presses()).toHaveLength(0);
  await user.click(confirmButton());
  await waitFor(() => expect(accepted).toHaveLength(1));
  expect(presses()[0]?.data).toMatchObject({ reason: 'kernel update' });
});

test('the form waits for what is needed, and plans anew for each value', async () => {
  const params = {
    type: 'object',
    required: ['weight'],
    properties: { weight: { type: 'integer', title: 'Weight', maximum: 256 } },
  };
  const { user } = open(actionOf({ params }));
  expect(screen.getByText('Fill in the form to see the plan.')).toBeVisible();
  expect(service.to('POST', '/plan')).toHaveLength(0);
  await user.type(screen.getByLabelText(/Weight/), '300');
  expect(screen.getByText('At most 256.')).toBeVisible();
  await user.clear(screen.getByLabelText(/Weight/));
  await user.type(screen.getByLabelText(/Weight/), '20');
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  expect(service.to('POST', '/plan').at(-1)?.data).toEqual({
    target: 'node/web-2',
    params: { weight: 20 },
  });
  await user.click(confirmButton());
  expect(presses()[0]?.data).toMatchObject({ params: { weight: 20 } });
});

test('a guard that does not hold forbids, with its value', async () => {
  const guard = { name: 'spare-capacity', ok: false, value: 1, expect: '>= 2', why: 'too few' };
  service.plan = () => planOf({ guards: [guard] });
  open();
  expect(await screen.findByText(/does not hold: 1, wanted >= 2 \(too few\)/)).toBeVisible();
  expect(confirmButton()).toBeDisabled();
});

test('a refusal says why and until when, and the next press has a new key', async () => {
  const soon = new Date(Date.now() + 1_500).toISOString();
  const body = problemBody('cooldown', 429, { detail: 'rests', next_allowed: soon, run_id: 'r-9' });
  service.press = () => ({ status: 429, body });
  const { user, accepted } = open();
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  await user.click(confirmButton());
  expect(await screen.findByText('The target is cooling down')).toBeVisible();
  expect(screen.getByText(/Allowed again at/)).toBeVisible();
  expect(screen.getByRole('link', { name: /refusal/ })).toHaveAttribute(
    'href',
    expect.stringContaining('/a/leverframe-operations-app/runs/r-9?ds=lever')
  );
  expect(confirmButton()).toBeDisabled();
  service.press = () => runOf();
  await waitFor(() => expect(confirmButton()).toBeEnabled(), { timeout: 4_000 });
  await user.click(confirmButton());
  await waitFor(() => expect(accepted).toHaveLength(1));
  const [first, second] = presses().map((one) => one.headers?.['Idempotency-Key']);
  expect(first).not.toBe(second);
});

test('an open outcome may only be asked again, with the same key and body', async () => {
  service.press = () => ({ status: 502, body: problemBody('outcome_unknown', 502) });
  const { user, accepted } = open(
    actionOf({ confirm: { text: null, reason: 'optional', typed: null } })
  );
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  await user.click(confirmButton());
  expect(await screen.findByText('It is not known whether this was done')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'New plan' })).toBeNull();
  service.press = () => runOf({ deduplicated: true });
  await user.click(confirmButton('Ask again'));
  await waitFor(() => expect(accepted).toHaveLength(1));
  const [first, second] = presses();
  expect(first?.headers).toEqual(second?.headers);
  expect(first?.data).toEqual(second?.data);
});

test('a changed plan shows the difference and wants a new look', async () => {
  const changes = [{ target: 'node/web-2', field: 'state', from: 'ready', to: 'draining' }];
  service.press = () => ({ status: 409, body: problemBody('plan_changed', 409, { changes }) });
  const { user } = open();
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  await user.click(confirmButton());
  expect(await screen.findByText('The cluster has changed since the plan')).toBeVisible();
  expect(screen.getByText('draining')).toBeVisible();
  expect(confirmButton()).toBeDisabled();
  service.plan = () => planOf({ hash: 'hash-2' });
  await user.click(screen.getByRole('button', { name: 'New plan' }));
  await waitFor(() => expect(confirmButton()).toBeEnabled());
  expect(screen.queryByText('The cluster has changed since the plan')).toBeNull();
  await user.click(confirmButton());
  expect(presses().at(-1)?.data).toMatchObject({ plan_hash: 'hash-2' });
});

test('a parameter that the service refuses is marked', async () => {
  const params = { properties: { weight: { type: 'integer', title: 'Weight', default: 5 } } };
  const body = problemBody('invalid_params', 400, {
    pointer: '/params/weight',
    detail: 'not even',
  });
  service.plan = () => ({ status: 400, body });
  open(actionOf({ params }));
  const alert = await screen.findAllByText('not even');
  expect(alert).toHaveLength(2);
  expect(confirmButton()).toBeDisabled();
});

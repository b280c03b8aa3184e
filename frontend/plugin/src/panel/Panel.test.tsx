import { CoreApp, FieldType, LoadingState, type PanelProps, toDataFrame } from '@grafana/data';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { actionOf, planOf, problemBody, runOf } from '@leverframe/api/mocks';
import React from 'react';

import { FakeService } from '../shared/fakeService';
import { NEW_BUTTON, type PanelOptions } from './options';
import { Panel } from './Panel';

let service: FakeService;
let sources: Array<{ uid: string; name: string }>;

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => service.backend(),
  getDataSourceSrv: () => ({
    // As Grafana does: its built-in data source is in every list but those by plugin.
    getList: ({ pluginId }: { pluginId?: string }) =>
      pluginId === undefined ? [...sources, { uid: 'grafana', name: '-- Grafana --' }] : sources,
  }),
}));

beforeEach(() => {
  service = new FakeService();
  service.actions = [actionOf()];
  service.plan = () => planOf();
  service.press = () => runOf();
  sources = [{ uid: 'lever', name: 'Leverframe' }];
});

const one: PanelOptions = {
  datasourceUid: '',
  layout: 'row',
  buttons: [{ ...NEW_BUTTON, action: 'drain-node', target: '$node' }],
};

function props(
  options: Partial<PanelOptions> = {},
  changes: object = {}
): PanelProps<PanelOptions> {
  const timeRange = { to: { valueOf: () => 1 } };
  return {
    options: { ...one, ...options },
    data: { state: LoadingState.Done, series: [], timeRange },
    timeRange,
    replaceVariables: (text: string) => text.replace('$node', 'web-2'),
    ...changes,
  } as unknown as PanelProps<PanelOptions>;
}

const button = (name: string | RegExp) => screen.findByRole('button', { name });

test('press, plan, confirm, progress: the button rests while its run goes on', async () => {
  const user = userEvent.setup();
  render(<Panel {...props()} />);
  await user.click(await button('Drain node web-2'));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('Drain web-2?');
  const confirm = await button('Drain node');
  await waitFor(() => expect(confirm).toBeEnabled());
  await user.dblClick(confirm);
  expect(await screen.findByText('Running')).toBeVisible();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(service.to('POST', '/run')).toHaveLength(1);
  expect(await button(/Drain node web-2: This is already under way/)).toHaveAttribute(
    'aria-disabled',
    'true'
  );
});

test('a Viewer sees the button, and why it cannot be pressed', async () => {
  service.actions = [actionOf({ allowed: false, why_not: 'the role Viewer may not' })];
  const user = userEvent.setup();
  render(<Panel {...props()} />);
  const disabled = await button('Drain node web-2: the role Viewer may not');
  await user.click(disabled);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(service.to('POST', '/plan')).toHaveLength(0);
});

test('an unfinished run is found again after a reload', async () => {
  service.runs = [runOf({ seq: 4, progress: 0.5 }), runOf({ id: 'other', target: 'node/web-9' })];
  render(<Panel {...props()} />);
  expect(await screen.findByRole('progressbar')).toHaveAttribute('aria-valuenow', '50');
  const [asked] = service.to('GET', '/runs');
  expect(asked?.url).toContain('target=node%2Fweb-2');
  expect(asked?.url).toContain('state=running&state=verifying');
  expect(screen.getAllByRole('progressbar')).toHaveLength(1);
  expect(service.to('POST', '/run')).toHaveLength(0);
});

test('an ended run stays until it is dismissed, and makes place for the next', async () => {
  service.streams = false;
  const user = userEvent.setup();
  service.runs = [runOf()];
  const { rerender } = render(<Panel {...props()} />);
  await screen.findByText('Running');
  service.runs = [runOf({ seq: 5, state: 'failed', why: 'haproxy said no' })];
  expect(await screen.findByText('haproxy said no', {}, { timeout: 4_000 })).toBeVisible();
  const later = { id: 'later', created: '2026-01-02T03:05:00.000Z', seq: 1 };
  service.runs = [runOf(later)];
  rerender(<Panel {...props({}, { timeRange: { to: { valueOf: () => 2 } } })} />);
  expect(await screen.findByText('Running')).toBeVisible();
  expect(screen.queryByText('haproxy said no')).toBeNull();
  service.runs = [runOf({ ...later, seq: 2, state: 'cancelled' })];
  await user.click(await screen.findByRole('button', { name: /^Dismiss/ }, { timeout: 4_000 }));
  expect(screen.queryByRole('status')).toBeNull();
});

test('each row has its button, in every layout', async () => {
  const series = [
    toDataFrame({ fields: [{ name: 'id', type: FieldType.string, values: ['web-1', 'web-2'] }] }),
  ];
  const rows = { buttons: [{ ...NEW_BUTTON, action: 'drain-node', source: 'rows' as const }] };
  const data = { state: LoadingState.Done, series };
  const { rerender } = render(<Panel {...props(rows, { data })} />);
  for (const layout of ['row', 'grid', 'list'] as const) {
    rerender(<Panel {...props({ ...rows, layout }, { data })} />);
    expect(await button('Drain node web-1')).toBeVisible();
    expect(await button('Drain node web-2')).toBeVisible();
    expect(screen.getByText('web-1')).toBeVisible();
  }
});

test('a row that moves does not move the open dialog', async () => {
  const seriesOf = (values: string[]) => [
    toDataFrame({ fields: [{ name: 'id', type: FieldType.string, values }] }),
  ];
  const rows = { buttons: [{ ...NEW_BUTTON, action: 'drain-node', source: 'rows' as const }] };
  const at = (values: string[]) =>
    props(rows, { data: { state: LoadingState.Done, series: seriesOf(values) } });
  const user = userEvent.setup();
  const { rerender } = render(<Panel {...at(['web-2', 'web-3'])} />);
  await user.click(await button('Drain node web-2'));
  await screen.findByRole('dialog');
  rerender(<Panel {...at(['web-3', 'web-2'])} />);
  expect(screen.getByRole('dialog')).toHaveTextContent('Drain node: web-2');
  rerender(<Panel {...at(['web-3'])} />);
  expect(screen.getByRole('dialog')).toHaveTextContent('Drain node: web-2');
  const confirm = await button('Drain node');
  await waitFor(() => expect(confirm).toBeEnabled());
  await user.click(confirm);
  expect(service.to('POST', '/run')[0]?.data).toMatchObject({ target: 'node/web-2' });
});

test('in the panel editor nothing can be pressed', async () => {
  const data = { state: LoadingState.Done, series: [], request: { app: CoreApp.PanelEditor } };
  render(<Panel {...props({}, { data })} />);
  expect(await button(/Buttons do nothing while the panel is edited/)).toHaveAttribute(
    'aria-disabled',
    'true'
  );
});

test('with the service away the panel says so, and comes back with the next refresh', async () => {
  service.away = { status: 502, body: problemBody('service_unreachable', 502) };
  const { rerender } = render(<Panel {...props()} />);
  expect(await screen.findByText('Queries go on; try again in a moment.')).toBeVisible();
  service.away = null;
  rerender(<Panel {...props({}, { timeRange: { to: { valueOf: () => 2 } } })} />);
  const back = await button('Drain node web-2');
  await waitFor(() => expect(back).not.toHaveAttribute('aria-disabled', 'true'));
});

test('the stop switch is shown with who threw it', async () => {
  service.stop = { stopped: true, since: '2026-01-02T03:04:05.000Z', by: 'erika', reason: 'audit' };
  render(<Panel {...props()} />);
  expect(await screen.findByText(/thrown by erika.*audit/)).toBeVisible();
  expect(await button(/The stop switch is thrown/)).toHaveAttribute('aria-disabled', 'true');
});

test('a rest counts down on the button', async () => {
  const until = new Date(Date.now() + 30_000).toISOString();
  service.actions = [actionOf({ cooldown_until: until })];
  render(<Panel {...props()} />);
  expect(await screen.findByText(/\((30|29) s\)/)).toBeVisible();
});

test.each([
  [[], 'There is no Leverframe data source yet.'],
  [
    [
      { uid: 'a', name: 'A' },
      { uid: 'b', name: 'B' },
    ],
    'There are several Leverframe data sources; choose one in the options.',
  ],
])('without a clear data source it asks for one', (list, text) => {
  sources = list;
  render(<Panel {...props()} />);
  expect(screen.getByText(text)).toBeVisible();
});

test('without buttons it says what to do, and asks nobody', () => {
  render(<Panel {...props({ buttons: [] })} />);
  expect(screen.getByText(/No buttons yet/)).toBeVisible();
  expect(service.asked).toEqual([]);
});

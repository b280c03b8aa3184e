import type { PluginPageProps } from '@grafana/runtime';
import { ProblemError } from '@leverframe/api/problem';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { download } from '../csv';
import { FakePage, OURS, sourceSrv } from '../fakeGrafana';
import { aRun, asClient, fakeClient, renderApp, type FakeClient } from '../renderApp';

const mockGiven = { all: OURS, client: {} as FakeClient, asked: [] as string[] };

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getDataSourceSrv: () => sourceSrv(mockGiven.all),
  PluginPage: (props: PluginPageProps) => FakePage(props),
}));
jest.mock('../../shared/transport', () => ({
  clientOf: (uid: string) => {
    mockGiven.asked.push(uid);
    return asClient(mockGiven.client);
  },
}));
jest.mock('../csv', () => ({ ...jest.requireActual<object>('../csv'), download: jest.fn() }));

beforeEach(() => {
  mockGiven.all = OURS;
  mockGiven.client = fakeClient();
  mockGiven.asked = [];
});

afterEach(() => jest.useRealTimers());

it('lists runs with a link to each that keeps the data source', async () => {
  mockGiven.client.runs.mockResolvedValue({
    items: [aRun({ state: 'refused', verified: null, why: 'spare-capacity: 1 is not >= 2' })],
  });
  renderApp('/runs');
  const row = (await screen.findAllByRole('row'))[1] as HTMLElement;
  expect(within(row).getByText('Refused')).toBeInTheDocument();
  expect(within(row).getByText('spare-capacity: 1 is not >= 2')).toBeInTheDocument();
  expect(within(row).getByText('disk is full')).toBeInTheDocument();
  const href = within(row).getByRole('link').getAttribute('href');
  expect(href).toBe(
    '/a/leverframe-operations-app/runs/01999999-0000-7000-8000-000000000001?ds=leverframe'
  );
});

it('says that it is loading, and that there is nothing', async () => {
  renderApp('/runs');
  expect(screen.getByText('Loading runs…')).toBeInTheDocument();
  expect(await screen.findByText('Nothing has been run yet')).toBeInTheDocument();
});

it('says why it cannot show anything, and tries again', async () => {
  mockGiven.client.runs.mockRejectedValueOnce(
    new ProblemError('service_unreachable', { status: 502, detail: 'connection refused' })
  );
  renderApp('/runs');
  expect(await screen.findByText('The service cannot be reached')).toBeInTheDocument();
  expect(screen.getByText('connection refused')).toBeInTheDocument();
  mockGiven.client.runs.mockResolvedValue({ items: [aRun()] });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Done and verified')).toBeInTheDocument();
  expect(screen.queryByText('The service cannot be reached')).not.toBeInTheDocument();
});

it('looks again while it is live, and keeps what it had when that fails', async () => {
  jest.useFakeTimers();
  mockGiven.client.runs.mockResolvedValue({ items: [aRun({ state: 'running', verified: null })] });
  renderApp('/runs');
  expect(await screen.findByText('Running')).toBeInTheDocument();
  mockGiven.client.runs.mockRejectedValue(new ProblemError('no_answer', { status: 0 }));
  await act(() => jest.advanceTimersByTimeAsync(5000));
  expect(screen.getByText('Grafana does not answer')).toBeInTheDocument();
  expect(screen.getByText('Running')).toBeInTheDocument();
  mockGiven.client.runs.mockResolvedValue({ items: [aRun()] });
  await act(() => jest.advanceTimersByTimeAsync(5000));
  expect(screen.getByText('Done and verified')).toBeInTheDocument();
  expect(screen.queryByText('Grafana does not answer')).not.toBeInTheDocument();
});

it('rests when it is told to', async () => {
  renderApp('/runs');
  await screen.findByText('Nothing has been run yet');
  jest.useFakeTimers();
  await userEvent
    .setup({ advanceTimers: jest.advanceTimersByTime })
    .click(screen.getByRole('switch', { name: 'Live' }));
  const asked = mockGiven.client.runs.mock.calls.length;
  await act(() => jest.advanceTimersByTimeAsync(60_000));
  expect(mockGiven.client.runs).toHaveBeenCalledTimes(asked);
});

it('filters by what the address says, and writes the address', async () => {
  const { address } = renderApp('/runs?action=drain-node&state=open&ds=other');
  expect(await screen.findByText('No run fits this filter')).toBeInTheDocument();
  expect(mockGiven.asked).toEqual(['other']);
  expect(mockGiven.client.runs.mock.lastCall?.[0]).toMatchObject({
    action: 'drain-node',
    state: expect.arrayContaining(['queued', 'running', 'unknown']) as string[],
    limit: 50,
  });
  await userEvent.type(screen.getByLabelText('Target'), 'node/web-2{Enter}');
  expect(address()).toContain('target=node%2Fweb-2');
  expect(mockGiven.client.runs.mock.lastCall?.[0]).toMatchObject({
    action: 'drain-node',
    target: 'node/web-2',
  });
  await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
  expect(address()).toBe('/a/leverframe-operations-app/runs?ds=other');
});

it('shows more', async () => {
  mockGiven.client.runs.mockResolvedValue({ items: [aRun()], next: 'c' });
  renderApp('/runs');
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }));
  expect(mockGiven.client.runs.mock.lastCall?.[0]).toMatchObject({ limit: 100 });
});

it('downloads every page of what the filter finds', async () => {
  renderApp('/runs?action=drain-node');
  await screen.findByText('No run fits this filter');
  mockGiven.client.runs
    .mockResolvedValueOnce({ items: [aRun({ id: 'a' })], next: 'c' })
    .mockResolvedValueOnce({ items: [aRun({ id: 'b' })], next: null });
  await userEvent.click(screen.getByRole('button', { name: 'CSV' }));
  expect(mockGiven.client.runs).toHaveBeenLastCalledWith(
    expect.objectContaining({ action: 'drain-node', cursor: 'c', limit: 200 }),
    expect.anything()
  );
  const [name, content] = (download as jest.Mock).mock.lastCall as [string, string];
  expect(name).toMatch(/^leverframe-runs-\d{4}-\d\d-\d\d\.csv$/);
  expect(content.split('\r\n').map((line) => line.split(',')[0])).toEqual(['id', 'a', 'b', '']);
});

it('says on every page that the stop switch is thrown', async () => {
  mockGiven.client.stop.mockResolvedValue({
    stopped: true,
    since: '2026-11-21T04:00:00.000Z',
    by: 'grafana:1:anna',
    reason: 'fire',
  });
  renderApp('/runs');
  expect(await screen.findByText('The stop switch is thrown: nothing starts')).toBeInTheDocument();
  expect(screen.getByText(/by grafana:1:anna\. fire/)).toBeInTheDocument();
});

describe('data sources', () => {
  it('are missing', () => {
    mockGiven.all = [];
    renderApp('/runs');
    expect(screen.getByText('There is no Leverframe data source yet')).toBeInTheDocument();
  });

  it('are named wrongly by the address', () => {
    renderApp('/runs?ds=gone');
    expect(screen.getByText('There is no Leverframe data source gone')).toBeInTheDocument();
  });
});

it('sends the bare address to the runs and knows no other pages', async () => {
  const { address } = renderApp('');
  expect(await screen.findByText('Nothing has been run yet')).toBeInTheDocument();
  expect(address()).toBe('/a/leverframe-operations-app/runs');
  renderApp('/nothing');
  expect(screen.getByText('There is no such page')).toBeInTheDocument();
});

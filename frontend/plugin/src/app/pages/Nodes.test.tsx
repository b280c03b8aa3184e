import type { PluginPageProps } from '@grafana/runtime';
import { ProblemError } from '@leverframe/api/problem';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { FakePage, OURS, sourceSrv } from '../fakeGrafana';
import { aNode, asClient, fakeClient, renderApp, type FakeClient } from '../renderApp';

const mockGiven = { client: {} as FakeClient };

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getDataSourceSrv: () => sourceSrv(OURS),
  PluginPage: (props: PluginPageProps) => FakePage(props),
}));
jest.mock('../../shared/transport', () => ({ clientOf: () => asClient(mockGiven.client) }));

beforeEach(() => {
  mockGiven.client = fakeClient();
});

describe('nodes', () => {
  it('are listed with what holds them and what can be done', async () => {
    mockGiven.client.nodes.mockResolvedValue({
      items: [aNode({ busy_run: 'r1', state: 'draining' })],
    });
    renderApp('/nodes');
    const table = within(await screen.findByRole('table', { name: 'Nodes' }));
    expect(table.getByText('draining')).toBeInTheDocument();
    expect(table.getByText('zone: a')).toBeInTheDocument();
    expect(table.getByRole('link', { name: 'a run' })).toHaveAttribute(
      'href',
      '/a/leverframe-operations-app/runs/r1?ds=leverframe'
    );
    expect(table.getByRole('link', { name: 'for Web two' })).toHaveAttribute(
      'href',
      '/a/leverframe-operations-app/actions?target=node%2Fweb-2&ds=leverframe'
    );
  });

  it('are filtered', async () => {
    mockGiven.client.nodes.mockResolvedValue({
      items: [aNode(), aNode({ id: 'db-1', name: 'Db one', pool: 'db', labels: {} })],
    });
    renderApp('/nodes');
    await screen.findByText(/Db one/, { selector: 'td' });
    await userEvent.type(screen.getByPlaceholderText(/Filter by/), 'zone=a');
    expect(screen.queryByText(/Db one/, { selector: 'td' })).not.toBeInTheDocument();
    await userEvent.type(screen.getByPlaceholderText(/Filter by/), 'bc');
    expect(screen.getByText('No node fits this filter')).toBeInTheDocument();
  });

  it('are loading, missing, or not to be had', async () => {
    mockGiven.client.nodes.mockResolvedValueOnce({ items: [] });
    renderApp('/nodes');
    expect(screen.getByText('Loading nodes…')).toBeInTheDocument();
    expect(await screen.findByText('The inventory is empty')).toBeInTheDocument();
    mockGiven.client.nodes.mockRejectedValueOnce(
      new ProblemError('inventory_unsure', { status: 503 })
    );
    await userEvent.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('It is not certain which nodes there are')).toBeInTheDocument();
  });
});

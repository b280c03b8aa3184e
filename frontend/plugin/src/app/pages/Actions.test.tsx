import type { PluginPageProps } from '@grafana/runtime';
import { ProblemError } from '@leverframe/api/problem';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { FakePage, OURS, sourceSrv } from '../fakeGrafana';
import { anAction, asClient, fakeClient, renderApp, type FakeClient } from '../renderApp';

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

describe('actions', () => {
  it('are listed as the viewer may use them', async () => {
    const inMinutes = new Date(Date.now() + 120_000).toISOString();
    mockGiven.client.actions.mockResolvedValue({
      items: [
        anAction({ allowed: false, why_not: 'needs the role Editor' }),
        anAction({
          name: 'return-node',
          title: 'Return node',
          risk: 'low',
          cooldown_until: inMinutes,
          params: {},
        }),
      ],
    });
    renderApp('/actions?target=node/web-2');
    const table = within(await screen.findByRole('table', { name: 'Actions' }));
    expect(table.getByText('Not allowed: needs the role Editor')).toBeInTheDocument();
    expect(table.getByText('wait_seconds, why*')).toBeInTheDocument();
    expect(table.getByText(/^Allowed in (2 min 00 s|1 min 59 s)/)).toBeInTheDocument();
    expect(table.getByRole('columnheader', { name: 'You, on node/web-2' })).toBeInTheDocument();
    expect(mockGiven.client.actions.mock.lastCall?.[0]).toBe('node/web-2');
  });

  it('are asked for another target', async () => {
    const { address } = renderApp('/actions');
    expect(await screen.findByText('The catalogue is empty')).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Target/), 'pool/web{Enter}');
    expect(address()).toContain('target=pool%2Fweb');
    expect(await screen.findByText('No action takes pool/web')).toBeInTheDocument();
  });

  it('show one alone, and all again', async () => {
    mockGiven.client.actions.mockResolvedValue({
      items: [anAction(), anAction({ name: 'return-node', title: 'Return node' })],
    });
    renderApp('/actions?action=return-node');
    expect(await screen.findByText('Return node')).toBeInTheDocument();
    expect(screen.queryByText('Drain node')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show all actions' }));
    expect(screen.getByText('Drain node')).toBeInTheDocument();
  });

  it('may be not to be had', async () => {
    mockGiven.client.actions.mockRejectedValue(new ProblemError('auth_anonymous', { status: 403 }));
    renderApp('/actions');
    expect(await screen.findByText('Sign in to do this')).toBeInTheDocument();
  });
});

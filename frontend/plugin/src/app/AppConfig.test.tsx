import type { FetchError } from '@grafana/runtime';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { of, throwError } from 'rxjs';

import { AppConfig } from './AppConfig';
import { OURS, sourceSrv } from './fakeGrafana';

const mockFetch = jest.fn();
const mockGiven = { all: OURS };

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getDataSourceSrv: () => sourceSrv(mockGiven.all),
  getBackendSrv: () => ({ fetch: mockFetch }),
}));

const FAILED = {
  status: 'ERROR',
  message: '1 of 2 failed: service',
  details: {
    verboseMessage:
      'prometheus: works\nservice: refused\nsettings: timeoutSeconds: must be a number\nwarning: Grafana’s own url is set',
    upstreams: [
      { name: 'prometheus', state: 'ok', message: 'http://p:9090 answers queries', hint: '' },
      {
        name: 'service',
        state: 'failed',
        message: 'http://l:8642: connection refused',
        hint: 'check serviceUrl',
      },
      { name: 'node-api/workers', state: 'not_configured', message: 'not configured', hint: '' },
    ],
  },
};

function failing(status: number, data: unknown) {
  const error: FetchError = { status, data, config: { url: '' } };
  return throwError(() => error);
}

beforeEach(() => {
  mockFetch.mockReset();
  mockGiven.all = OURS.slice(1);
});

it('lists each upstream and what to do about it', async () => {
  mockFetch.mockReturnValue(failing(400, FAILED));
  render(<AppConfig />);
  const items = await screen.findAllByRole('listitem');
  const texts = items.map((item) => item.textContent ?? '');
  expect(texts[0]).toMatch(/Works.*Prometheus.*answers queries/);
  expect(texts[1]).toMatch(
    /Failed.*Leverframe service.*connection refused.*What to do: check serviceUrl/
  );
  expect(texts[2]).toMatch(/Not configured.*Node API workers/);
  expect(texts[3]).toMatch(/Settings.*timeoutSeconds: must be a number/);
  expect(texts[4]).toMatch(/Grafana’s own url is set/);
  expect(mockFetch.mock.lastCall?.[0]).toMatchObject({
    url: 'api/datasources/uid/leverframe/health',
    showErrorAlert: false,
  });
});

it('checks again', async () => {
  mockFetch.mockReturnValueOnce(failing(400, FAILED));
  render(<AppConfig />);
  await screen.findByText('1 of 2 failed: service');
  mockFetch.mockReturnValue(
    of({ data: { status: 'OK', message: 'Works: all 2 configured upstreams answer', details: {} } })
  );
  await userEvent.click(screen.getByRole('button', { name: 'Check Leverframe again' }));
  expect(await screen.findByText('Works: all 2 configured upstreams answer')).toBeInTheDocument();
});

it('checks every data source', async () => {
  mockGiven.all = OURS;
  mockFetch.mockReturnValue(failing(400, FAILED));
  render(<AppConfig />);
  await within(screen.getByRole('region', { name: 'Data source Leverframe' })).findAllByRole(
    'listitem'
  );
  await within(screen.getByRole('region', { name: 'Data source Other cluster' })).findAllByRole(
    'listitem'
  );
});

it('says when nobody answers, or somebody else', async () => {
  mockFetch.mockReturnValue(failing(404, { message: 'Plugin not found' }));
  render(<AppConfig />);
  expect(await screen.findByText('The answer could not be read')).toBeInTheDocument();
  expect(screen.getByText('Plugin not found')).toBeInTheDocument();
  mockFetch.mockReturnValue(throwError(() => new TypeError('failed to fetch')));
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Grafana does not answer')).toBeInTheDocument();
});

it('says that there is no data source', () => {
  mockGiven.all = [];
  render(<AppConfig />);
  expect(screen.getByText('There is no Leverframe data source yet')).toBeInTheDocument();
});

import type { DataSourceSettings } from '@grafana/data';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { ConfigEditor } from './ConfigEditor';
import type { Settings } from './config/settings';
import type { LeverframeOptions, LeverframeSecrets } from './types';

function setup(given: Partial<Settings> = {}) {
  const seen: Settings[] = [];
  const start = {
    id: 1,
    uid: 'leverframe',
    url: '',
    jsonData: {},
    secureJsonData: {},
    secureJsonFields: {},
    readOnly: false,
    ...given,
  } as DataSourceSettings<LeverframeOptions, LeverframeSecrets>;

  function Host() {
    const [options, setOptions] = useState(start);
    const change = (next: Settings) => {
      seen.push(next);
      setOptions(next);
    };
    return <ConfigEditor options={options} onOptionsChange={change} />;
  }

  render(<Host />);
  return { last: () => seen.at(-1) };
}

/** The reset button nearest to a secret's field. */
function resetOf(label: RegExp): HTMLElement {
  let at: HTMLElement | null = screen.getByLabelText(label);
  while (at) {
    const [button] = within(at).queryAllByRole('button', { name: 'Reset' });
    if (button) {
      return button;
    }
    at = at.parentElement;
  }
  throw new Error(`${label} has no button to reset it`);
}

it('writes addresses and numbers under our own names', async () => {
  const { last } = setup();
  await userEvent.type(screen.getByLabelText(/^Prometheus address/), 'http://p:9090');
  await userEvent.type(screen.getByLabelText(/^Service address/), 'http://l:8642');
  await userEvent.type(screen.getByLabelText(/^Timeout in seconds/), '20');
  await userEvent.click(screen.getByRole('radio', { name: 'GET' }));
  expect(last()).toMatchObject({
    url: '',
    jsonData: {
      prometheusUrl: 'http://p:9090',
      serviceUrl: 'http://l:8642',
      timeoutSeconds: 20,
      httpMethod: 'GET',
    },
  });
  await userEvent.clear(screen.getByLabelText(/^Timeout in seconds/));
  expect(last()?.jsonData).not.toHaveProperty('timeoutSeconds');
});

it('says what is wrong before it is saved', async () => {
  setup({
    jsonData: {
      prometheusUrl: 'http://user:secret@p:9090',
      timeInterval: '15',
      timeoutSeconds: 601,
    },
  });
  expect(screen.getByText('User and password have fields of their own')).toBeInTheDocument();
  expect(screen.getByText('Write a duration as in 15s or 1m')).toBeInTheDocument();
  expect(screen.getByText('A whole number from 1 to 600')).toBeInTheDocument();
});

it('types a new secret', async () => {
  const { last } = setup();
  await userEvent.type(screen.getByLabelText(/^Assertion key/), 'k');
  expect(last()?.secureJsonData).toEqual({ assertionKey: 'k' });
  expect(JSON.stringify(last()?.jsonData)).not.toContain('k');
});

it('shows secrets as configured, never their values, and resets each alone', async () => {
  const { last } = setup({
    secureJsonFields: { assertionKey: true, prometheusToken: true, tlsCaCert: true },
  });
  for (const label of [/^Assertion key/, /^Prometheus token/, /^CA certificates/]) {
    expect(screen.getByLabelText(label)).toBeDisabled();
    expect(screen.getByLabelText(label)).toHaveValue('configured');
  }
  expect(screen.getByLabelText(/^Prometheus password/)).toBeEnabled();
  await userEvent.click(resetOf(/^Assertion key/));
  expect(last()).toMatchObject({
    secureJsonFields: { assertionKey: false, prometheusToken: true, tlsCaCert: true },
    secureJsonData: { assertionKey: '' },
  });
  expect(screen.getByLabelText(/^Assertion key/)).toBeEnabled();
});

it('shows an address that is a secret as configured', () => {
  setup({ secureJsonFields: { prometheusUrl: true } });
  expect(screen.getByLabelText(/^Prometheus address/)).toHaveValue('configured');
});

describe('node APIs', () => {
  it('are added with their paths and token', async () => {
    const { last } = setup();
    await userEvent.click(screen.getByRole('button', { name: 'Add node API' }));
    expect(screen.getByText('Use 1 to 128 letters, digits, _ . : or -')).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Name/), 'workers');
    await userEvent.type(screen.getByLabelText(/^Address/), 'http://n:1');
    await userEvent.type(screen.getByLabelText(/^Paths/), '/nodes{Enter}/v1/nodes');
    await userEvent.type(screen.getByLabelText(/^Token/), 't');
    expect(last()).toMatchObject({
      jsonData: {
        nodeApis: [{ name: 'workers', url: 'http://n:1', paths: ['/nodes', '/v1/nodes'] }],
      },
      secureJsonData: { 'nodeApi.workers.token': 't' },
    });
  });

  it('lose their token with their name', async () => {
    const { last } = setup({
      jsonData: { nodeApis: [{ name: 'a', url: 'http://n:1', paths: ['/nodes'] }] },
      secureJsonFields: { 'nodeApi.a.token': true },
    });
    expect(screen.getByLabelText(/^Token/)).toHaveValue('configured');
    await userEvent.type(screen.getByLabelText(/^Name/), 'b');
    expect(last()).toMatchObject({
      jsonData: { nodeApis: [{ name: 'ab' }] },
      secureJsonFields: { 'nodeApi.a.token': false },
      secureJsonData: { 'nodeApi.a.token': '' },
    });
  });

  it('are removed whole', async () => {
    const { last } = setup({
      jsonData: { nodeApis: [{ name: 'a', url: 'http://n:1', paths: ['/nodes'] }] },
      secureJsonFields: { 'nodeApi.a.token': true },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove node API a' }));
    expect(last()?.jsonData).toEqual({});
    expect(last()?.secureJsonFields).toEqual({ 'nodeApi.a.token': false });
  });
});

it('is for reading only where the data source is provisioned so', () => {
  setup({ readOnly: true, jsonData: { serviceUrl: 'http://l:8642' } });
  expect(screen.getByLabelText(/^Service address/)).toBeDisabled();
  expect(screen.getByRole('button', { name: 'Add node API' })).toBeDisabled();
});

it('warns of the door that Grafana would open', () => {
  setup({ url: 'http://p:9090' });
  expect(screen.getByText("Grafana's own url is set")).toBeInTheDocument();
});

import { CoreApp } from '@grafana/data';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { DataSource } from './DataSource';
import { QueryEditor } from './QueryEditor';
import type { LeverframeQuery } from './types';

interface Given {
  query?: Partial<LeverframeQuery>;
  app?: CoreApp;
  annotation?: unknown;
}

/** Keeps the query as Grafana does, so that typing works. */
function setup({ query = {}, app, annotation }: Given = {}) {
  const onChange = jest.fn();
  const onRunQuery = jest.fn();
  const datasource = {
    nodeApis: [
      { name: 'workers', paths: ['/nodes', '/v1/nodes'] },
      { name: 'other', paths: ['/list'] },
    ],
  } as unknown as DataSource;

  function Host() {
    const [current, setCurrent] = useState({ refId: 'A', ...query } as LeverframeQuery);
    const change = (next: LeverframeQuery) => {
      onChange(next);
      setCurrent(next);
    };
    return (
      <QueryEditor
        query={current}
        onChange={change}
        onRunQuery={onRunQuery}
        datasource={datasource}
        app={app}
        annotation={annotation}
      />
    );
  }

  render(<Host />);
  return { onRunQuery, last: () => onChange.mock.lastCall?.[0] as LeverframeQuery | undefined };
}

describe('the type', () => {
  it('of a fresh query is PromQL', () => {
    setup();
    expect(screen.getByRole('radio', { name: 'PromQL' })).toBeChecked();
    expect(screen.getByLabelText('PromQL', { selector: 'textarea' })).toHaveValue('');
  });

  it('changes to a whole new query and asks at once where nothing is missing', async () => {
    const { last, onRunQuery } = setup({ query: { queryType: 'promql', expr: 'up' } });
    await userEvent.click(screen.getByRole('radio', { name: 'Nodes' }));
    expect(last()).toEqual({ refId: 'A', queryType: 'nodes' });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('is limited to what an alert rule can read', () => {
    setup({ app: CoreApp.UnifiedAlerting });
    const types = within(screen.getByRole('radiogroup', { name: 'Query type' }));
    expect(types.getAllByRole('radio')).toHaveLength(2);
    expect(types.queryByRole('radio', { name: 'Actions' })).not.toBeInTheDocument();
  });

  it('is runs or PromQL for annotations', () => {
    setup({ query: { queryType: 'runs' }, annotation: {} });
    const types = within(screen.getByRole('radiogroup', { name: 'Query type' }));
    expect(types.getAllByRole('radio')).toHaveLength(2);
  });

  it('that nobody knows is said and kept', () => {
    setup({ query: { queryType: 'alerts' as never } });
    expect(
      screen.getByText('This version does not know the query’s type'.replace('’', "'"))
    ).toBeInTheDocument();
  });
});

describe('PromQL', () => {
  it('is typed, and asked with Shift+Enter', async () => {
    const { last, onRunQuery } = setup({ query: { queryType: 'promql', expr: '' } });
    await userEvent.type(screen.getByLabelText('PromQL', { selector: 'textarea' }), 'up');
    expect(last()).toMatchObject({ queryType: 'promql', expr: 'up' });
    expect(onRunQuery).not.toHaveBeenCalled();
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    expect(onRunQuery).toHaveBeenCalledTimes(1);
    expect(last()).toMatchObject({ expr: 'up' });
  });

  it('is asked for a moment, a range, or both', async () => {
    const { last } = setup({ query: { queryType: 'promql', expr: 'up', both: true } });
    expect(screen.getByRole('radio', { name: 'Both' })).toBeChecked();
    await userEvent.click(screen.getByRole('radio', { name: 'Instant' }));
    expect(last()).toMatchObject({ range: false, instant: true, both: undefined });
    await userEvent.click(screen.getByRole('radio', { name: 'Range' }));
    expect(last()).toMatchObject({ range: true, instant: false });
  });

  it('has a format, a legend, a least step and half the resolution', async () => {
    const { last } = setup({ query: { queryType: 'promql', expr: 'up' } });
    await userEvent.click(screen.getByRole('radio', { name: 'Table' }));
    await userEvent.type(screen.getByLabelText('Legend'), 'x');
    await userEvent.type(screen.getByLabelText('Min step'), '1m');
    await userEvent.click(screen.getByLabelText('Half resolution'));
    expect(last()).toMatchObject({
      format: 'table',
      legendFormat: 'x',
      interval: '1m',
      intervalFactor: 2,
    });
  });
});

describe('nodes', () => {
  it('are filtered by pool and labels', async () => {
    const { last, onRunQuery } = setup({ query: { queryType: 'nodes' } });
    await userEvent.type(screen.getByLabelText('Pool'), 'web{Enter}');
    expect(onRunQuery).toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Add label' }));
    await userEvent.type(screen.getByLabelText('Name of label 1'), 'zone');
    await userEvent.type(screen.getByLabelText('Value of label 1'), 'a');
    expect(last()).toEqual({ refId: 'A', queryType: 'nodes', pool: 'web', labels: { zone: 'a' } });
    await userEvent.click(screen.getByRole('button', { name: 'Remove label 1' }));
    expect(last()).toMatchObject({ labels: undefined });
  });
});

describe('runs', () => {
  it('are filtered and limited', async () => {
    const { last } = setup({ query: { queryType: 'runs' } });
    await userEvent.type(screen.getByLabelText('Action'), 'drain-node');
    await userEvent.type(screen.getByLabelText('Target'), 'node/web-1');
    await userEvent.type(screen.getByLabelText('Actor'), 'anna');
    await userEvent.type(screen.getByLabelText('Limit'), '20');
    expect(last()).toEqual({
      refId: 'A',
      queryType: 'runs',
      action: 'drain-node',
      target: 'node/web-1',
      actor: 'anna',
      limit: 20,
    });
  });

  it('say when the limit is out of bounds', async () => {
    setup({ query: { queryType: 'runs', limit: 9000 } });
    expect(screen.getByText('1 to 5000')).toBeInTheDocument();
  });
});

it('asks for the actions of a target', async () => {
  const { last, onRunQuery } = setup({ query: { queryType: 'actions' } });
  await userEvent.type(screen.getByLabelText('Target'), 'node/$node');
  await userEvent.tab();
  expect(last()).toEqual({ refId: 'A', queryType: 'actions', target: 'node/$node' });
  expect(onRunQuery).toHaveBeenCalled();
});

describe('JSON', () => {
  it('has typed columns', async () => {
    const { last } = setup({
      query: { queryType: 'json', api: 'workers', path: '/nodes', columns: [] },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Add column' }));
    await userEvent.type(screen.getByLabelText('Selector of column 1'), 'Node_id');
    await userEvent.type(screen.getByLabelText('Title of column 1'), 'id');
    await userEvent.click(screen.getByRole('radio', { name: 'Number' }));
    expect(last()).toMatchObject({
      columns: [{ selector: 'Node_id', text: 'id', type: 'number' }],
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove column 1' }));
    expect(last()).toMatchObject({ columns: [] });
  });

  it('has rows and parameters', async () => {
    const { last } = setup({
      query: { queryType: 'json', api: 'workers', path: '/nodes', columns: [] },
    });
    await userEvent.type(screen.getByLabelText('Rows'), '$.items');
    await userEvent.click(screen.getByRole('button', { name: 'Add parameter' }));
    await userEvent.type(screen.getByLabelText('Name of parameter 1'), 'pool');
    await userEvent.type(screen.getByLabelText('Value of parameter 1'), 'web');
    expect(last()).toMatchObject({ rows: '$.items', params: { pool: 'web' } });
  });

  it('takes a path along only if the new API lists it', async () => {
    const { last } = setup({
      query: { queryType: 'json', api: 'workers', path: '/nodes', columns: [] },
    });
    const replaced = { initialSelectionStart: 0, initialSelectionEnd: 'workers'.length };
    await userEvent.type(screen.getByLabelText('API'), 'other{Enter}', replaced);
    expect(last()).toMatchObject({ api: 'other', path: '/list' });
  });
});

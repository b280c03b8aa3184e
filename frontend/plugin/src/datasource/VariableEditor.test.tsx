import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { DataSource } from './DataSource';
import { QueryHelp } from './QueryHelp';
import type { VariableQuery } from './types';
import { VariableEditor } from './VariableEditor';

function setup(query: Partial<VariableQuery>) {
  const onChange = jest.fn();
  function Host() {
    const [current, setCurrent] = useState(query as VariableQuery);
    const change = (next: VariableQuery) => {
      onChange(next);
      setCurrent(next);
    };
    return (
      <VariableEditor
        query={current}
        onChange={change}
        onRunQuery={jest.fn()}
        datasource={{} as DataSource}
      />
    );
  }
  render(<Host />);
  return () => onChange.mock.lastCall?.[0] as VariableQuery | undefined;
}

it('begins with nodes, which may be filtered', async () => {
  const last = setup({});
  expect(screen.getByRole('radio', { name: 'Nodes' })).toBeChecked();
  await userEvent.type(screen.getByPlaceholderText('all pools'), 'web');
  expect(last()).toBeUndefined();
  await userEvent.tab();
  expect(last()).toEqual({ refId: 'Variable', variable: 'nodes', pool: 'web' });
});

it('keeps nothing of another kind', async () => {
  const last = setup({ refId: 'V', variable: 'nodes', pool: 'web' });
  await userEvent.click(screen.getByRole('radio', { name: 'Query result' }));
  expect(last()).toEqual({ refId: 'V', variable: 'query_result' });
  await userEvent.type(screen.getByLabelText(/^PromQL/), 'up');
  await userEvent.tab();
  expect(last()).toEqual({ refId: 'V', variable: 'query_result', expr: 'up' });
});

it('hands over an example from the cheat sheet', async () => {
  const onClickExample = jest.fn();
  render(
    <QueryHelp onClickExample={onClickExample} datasource={{} as never} query={{} as never} />
  );
  await userEvent.click(screen.getByRole('button', { name: 'Use: Nodes that take no new work' }));
  expect(onClickExample).toHaveBeenCalledWith({
    refId: 'A',
    queryType: 'nodes',
    state: 'draining',
  });
});

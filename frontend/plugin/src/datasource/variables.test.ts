import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';

import type { VariableQuery } from './types';
import { toQuery, values } from './variables';

const variable = (fields: Partial<VariableQuery>): VariableQuery => ({
  refId: 'V',
  variable: 'nodes',
  ...fields,
});

const nodes: DataFrame[] = [
  toDataFrame({
    fields: [
      { name: 'id', type: FieldType.string, values: ['web-2', 'web-1'] },
      { name: 'name', type: FieldType.string, values: ['Web two', 'Web one'] },
      { name: 'pool', type: FieldType.string, values: ['web', null] },
    ],
  }),
];

it('asks for what the variable is made of', () => {
  expect(toQuery(variable({ pool: '$pool', state: 'ready' }))).toEqual({
    refId: 'V',
    queryType: 'nodes',
    pool: '$pool',
    state: 'ready',
  });
  expect(toQuery(variable({ variable: 'pools' }))).toEqual({ refId: 'V', queryType: 'nodes' });
  expect(toQuery(variable({ variable: 'query_result', expr: 'up' }))).toMatchObject({
    queryType: 'promql',
    expr: 'up',
    instant: true,
  });
});

it('offers nodes by name and chooses their ids', () => {
  expect(values(variable({}), nodes)).toEqual([
    { text: 'Web two', value: 'web-2' },
    { text: 'Web one', value: 'web-1' },
  ]);
});

it('offers each pool once', () => {
  expect(values(variable({ variable: 'pools' }), [...nodes, ...nodes])).toEqual([
    { text: 'web', value: 'web' },
  ]);
});

it('writes series as lines', () => {
  const frame = toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [1700000000000] },
      { name: 'up', type: FieldType.number, labels: { __name__: 'up', job: 'a"b' }, values: [1] },
    ],
  });
  expect(values(variable({ variable: 'query_result' }), [frame])).toEqual([
    { text: 'up{job="a\\"b"} 1 1700000000000' },
  ]);
});

it('offers nothing for an empty answer', () => {
  expect(values(variable({}), [])).toEqual([]);
  expect(values(variable({ variable: 'query_result' }), [toDataFrame({ fields: [] })])).toEqual([]);
});

import { CoreApp } from '@grafana/data';

import {
  completed,
  displayText,
  fresh,
  isAskable,
  promqlDefaults,
  purposeOf,
  typesFor,
} from './queries';
import type { LeverframeQuery } from './types';

describe('defaults', () => {
  it('asks for the range in panels, for now in alerts, for both in Explore', () => {
    expect(promqlDefaults(CoreApp.Dashboard)).toMatchObject({
      queryType: 'promql',
      range: true,
      instant: false,
    });
    expect(promqlDefaults(CoreApp.UnifiedAlerting)).toMatchObject({ range: false, instant: true });
    expect(promqlDefaults(CoreApp.Explore)).toMatchObject({ range: true, instant: true });
  });

  it('takes a query without a type for PromQL', () => {
    expect(completed({ refId: 'A' })).toMatchObject({ refId: 'A', queryType: 'promql', expr: '' });
  });

  it('adds to a provisioned query only what it must have', () => {
    const alert = { refId: 'A', queryType: 'promql', expr: 'up', instant: true };
    expect(completed(alert)).toEqual(alert);
    expect(completed({ refId: 'A', queryType: 'json' })).toMatchObject({
      api: '',
      path: '',
      columns: [],
    });
  });

  it('leaves an unknown type alone', () => {
    expect(completed({ refId: 'A', queryType: 'alerts' })).toEqual({
      refId: 'A',
      queryType: 'alerts',
    });
  });

  it('takes away what Grafana mixes into a short query', () => {
    const mixed = { ...promqlDefaults(CoreApp.Dashboard), refId: 'A', queryType: 'runs' };
    expect(completed(mixed)).toEqual({ refId: 'A', queryType: 'runs' });
    const annotations = { refId: 'A', queryType: 'runs', format: 'annotations', limit: 5 };
    expect(completed(annotations)).toEqual(annotations);
  });

  it('keeps nothing of another type', () => {
    const query = { refId: 'B', hide: true, queryType: 'promql', expr: 'up' };
    expect(fresh('runs', query)).toEqual({ refId: 'B', hide: true, queryType: 'runs' });
  });
});

describe('what can be asked', () => {
  const ask = (query: Partial<LeverframeQuery>) => isAskable(completed({ refId: 'A', ...query }));

  it('is no empty expression and no half written JSON query', () => {
    expect(ask({ queryType: 'promql', expr: ' ' })).toBe(false);
    expect(ask({ queryType: 'promql', expr: 'up' })).toBe(true);
    expect(ask({ queryType: 'json', api: 'a', path: '/b' })).toBe(false);
    expect(
      ask({
        queryType: 'json',
        api: 'a',
        path: '/b',
        columns: [{ selector: 'x', text: '', type: 'string' }],
      })
    ).toBe(true);
    expect(ask({ queryType: 'nodes' })).toBe(true);
  });

  it('depends on the purpose, but the type at hand stays', () => {
    const names = (types: Array<{ value: string }>) => types.map(({ value }) => value);
    expect(names(typesFor('panel', 'promql'))).toEqual([
      'promql',
      'nodes',
      'runs',
      'actions',
      'json',
    ]);
    expect(names(typesFor('alert', 'promql'))).toEqual(['promql', 'json']);
    expect(names(typesFor('alert', 'runs'))).toEqual(['promql', 'runs', 'json']);
    expect(names(typesFor(purposeOf(undefined, true), 'runs'))).toEqual(['promql', 'runs']);
  });
});

it('says a query in a line', () => {
  expect(displayText({ refId: 'A', queryType: 'promql', expr: 'up' })).toBe('up');
  expect(
    displayText({ refId: 'A', queryType: 'runs', action: 'drain-node', target: 'node/web-1' })
  ).toBe('runs drain-node on node/web-1');
  expect(displayText({ refId: 'A', queryType: 'nodes' })).toBe('nodes');
});

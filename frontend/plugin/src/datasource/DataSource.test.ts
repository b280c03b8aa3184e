import {
  CoreApp,
  type DataQueryRequest,
  type DataSourceInstanceSettings,
  dateTime,
  FieldType,
  toDataFrame,
} from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';
import { lastValueFrom, of } from 'rxjs';

import { DataSource } from './DataSource';
import type { LeverframeOptions, LeverframeQuery, VariableQuery } from './types';

const mockReplace = jest.fn((text: string) => text.replaceAll('$pool', 'web'));

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getTemplateSrv: () => ({ replace: mockReplace }),
}));

function datasource(jsonData: LeverframeOptions = {}): DataSource {
  return new DataSource({
    id: 1,
    uid: 'leverframe',
    jsonData,
  } as DataSourceInstanceSettings<LeverframeOptions>);
}

function request<T>(...targets: T[]): DataQueryRequest<T & LeverframeQuery> {
  const [from, to] = [dateTime(0), { ...dateTime(1000), utcOffset: () => 120 }];
  const range = { from, to, raw: { from, to } };
  return { targets, range, scopedVars: {}, app: CoreApp.Dashboard } as unknown as DataQueryRequest<
    T & LeverframeQuery
  >;
}

/** What reaches the backend, and what it answers. */
function backend(...data: unknown[]) {
  return jest
    .spyOn(DataSourceWithBackend.prototype, 'query')
    .mockImplementation(() => of({ data }) as never);
}

const sent = (spy: jest.SpyInstance) =>
  (spy.mock.lastCall?.[0] as DataQueryRequest<LeverframeQuery>).targets;

afterEach(() => jest.restoreAllMocks());

it('aligns PromQL to the day of the viewer', async () => {
  const spy = backend();
  await lastValueFrom(
    datasource().query(request({ refId: 'A', expr: 'up' }, { refId: 'B', queryType: 'nodes' }))
  );
  expect(sent(spy)).toEqual([
    expect.objectContaining({ refId: 'A', queryType: 'promql', expr: 'up', utcOffsetSec: 7200 }),
    { refId: 'B', queryType: 'nodes' },
  ]);
});

it('fills in variables', () => {
  expect(
    datasource().applyTemplateVariables({ refId: 'A', queryType: 'nodes', pool: '$pool' }, {})
  ).toMatchObject({ pool: 'web' });
});

it('asks nothing that is half written', () => {
  expect(datasource().filterQuery({ refId: 'A', queryType: 'promql', expr: '' })).toBe(false);
  expect(datasource().filterQuery({ refId: 'A', queryType: 'nodes' })).toBe(true);
});

it('begins with PromQL', () => {
  expect(datasource().getDefaultQuery(CoreApp.Explore)).toMatchObject({
    queryType: 'promql',
    expr: '',
    range: true,
  });
});

it('knows the listed paths, whatever was provisioned', () => {
  expect(datasource({ nodeApis: [{ name: 'a', paths: ['/x'] }] }).nodeApis).toEqual([
    { name: 'a', paths: ['/x'] },
  ]);
  expect(datasource({ nodeApis: 'a' as never }).nodeApis).toEqual([]);
});

it('answers variables', async () => {
  const spy = backend(
    toDataFrame({
      fields: [{ name: 'pool', type: FieldType.string, values: ['web', 'db', 'web'] }],
    })
  );
  const variables = datasource().variables;
  const query: VariableQuery = { refId: 'V', variable: 'pools' };
  const answer =
    variables && 'query' in variables ? variables.query?.(request(query) as never) : undefined;
  expect(answer && (await lastValueFrom(answer)).data).toEqual([
    { text: 'db', value: 'db' },
    { text: 'web', value: 'web' },
  ]);
  expect(sent(spy)).toEqual([{ refId: 'V', queryType: 'nodes' }]);
});

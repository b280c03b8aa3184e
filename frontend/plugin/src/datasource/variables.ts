// Dashboard variables: nodes, pools, and the result of a PromQL query.
import {
  CustomVariableSupport,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  FieldType,
  type MetricFindValue,
} from '@grafana/data';
import { map, type Observable } from 'rxjs';

import type { DataSource } from './DataSource';
import type { LeverframeQuery, VariableQuery } from './types';
import { VariableEditor } from './VariableEditor';

export class LeverframeVariables extends CustomVariableSupport<DataSource, VariableQuery> {
  editor = VariableEditor;

  constructor(private readonly datasource: DataSource) {
    super();
  }

  override getDefaultQuery(): Partial<LeverframeQuery> {
    const query: Partial<VariableQuery> = { variable: 'nodes' };
    // Grafana types it as a panel's query, but hands it to the editor above.
    return query as Partial<LeverframeQuery>;
  }

  query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const [variable] = request.targets;
    const asked = { ...request, targets: variable ? [toQuery(variable)] : [] };
    return this.datasource
      .query(asked)
      .pipe(map((answer) => ({ ...answer, data: variable ? values(variable, answer.data) : [] })));
  }
}

/** Tells what has to be asked for a variable. */
export function toQuery(variable: VariableQuery): LeverframeQuery {
  const refId = variable.refId || 'Variable';
  if (variable.variable === 'query_result') {
    return { refId, queryType: 'promql', expr: variable.expr ?? '', instant: true, range: false };
  }
  return {
    refId,
    queryType: 'nodes',
    ...(variable.pool && { pool: variable.pool }),
    ...(variable.state && { state: variable.state }),
  };
}

/** Reads the answer as the choices of the variable. */
export function values(variable: VariableQuery, frames: DataFrame[]): MetricFindValue[] {
  switch (variable.variable) {
    case 'nodes':
      return nodes(frames);
    case 'pools':
      return pools(frames);
    case 'query_result':
      return frames.flatMap(results);
  }
}

function column(frame: DataFrame, name: string): unknown[] {
  return frame.fields.find((field) => field.name === name)?.values ?? [];
}

/** The value is the id, which targets and labels carry; the name is for people. */
function nodes(frames: DataFrame[]): MetricFindValue[] {
  return frames.flatMap((frame) => {
    const names = column(frame, 'name');
    return column(frame, 'id').map((id, row) => ({
      text: String(names[row] ?? id),
      value: String(id),
    }));
  });
}

function pools(frames: DataFrame[]): MetricFindValue[] {
  const found = frames
    .flatMap((frame) => column(frame, 'pool'))
    .filter((pool) => typeof pool === 'string' && pool !== '');
  return [...new Set(found)].sort().map((pool) => ({ text: String(pool), value: String(pool) }));
}

/** Writes series as `name{labels} value time`, the text that the regular expressions of dashboards expect. */
function results(frame: DataFrame): MetricFindValue[] {
  const times = frame.fields.find(({ type }) => type === FieldType.time)?.values ?? [];
  const columns = frame.fields.filter(
    ({ type }) => type === FieldType.number || type === FieldType.string
  );
  return columns.flatMap((field) =>
    field.values.map((value, row) => {
      const time = times[row];
      const text = [seriesName(field.labels ?? {}), String(value), time].filter(
        (part) => part !== '' && part !== undefined
      );
      return { text: text.join(' ') };
    })
  );
}

function seriesName(labels: Record<string, string>): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
}

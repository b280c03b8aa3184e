// What each query type is called, how it begins, and when it can be asked.
import { CoreApp } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { LeverframeQuery, QueryType } from './types';

export interface QueryTypeChoice {
  value: QueryType;
  label: string;
  description: string;
}

export const QUERY_TYPES: QueryTypeChoice[] = [
  {
    value: 'promql',
    label: 'PromQL',
    description: 'Time series and instant values from Prometheus',
  },
  { value: 'nodes', label: 'Nodes', description: 'A row for each node of the inventory' },
  { value: 'runs', label: 'Runs', description: 'A row for each run, newest first' },
  { value: 'actions', label: 'Actions', description: 'The actions, as the viewer may use them' },
  { value: 'json', label: 'JSON', description: 'A table from a listed path of a node API' },
];

/** Alert rules need numbers without a time column; annotations need events. */
const FOR_ALERTS: QueryType[] = ['promql', 'json'];
const FOR_ANNOTATIONS: QueryType[] = ['runs', 'promql'];

export type Purpose = 'panel' | 'alert' | 'annotation';

export function purposeOf(app: string | undefined, isAnnotation: boolean): Purpose {
  if (isAnnotation) {
    return 'annotation';
  }
  const alerting: Array<string | undefined> = [CoreApp.UnifiedAlerting, CoreApp.CloudAlerting];
  return alerting.includes(app) ? 'alert' : 'panel';
}

/** Lists what can be asked for a purpose; the type at hand always stays choosable. */
export function typesFor(purpose: Purpose, current: QueryType): QueryTypeChoice[] {
  const wanted: Record<Purpose, QueryType[] | null> = {
    panel: null,
    alert: FOR_ALERTS,
    annotation: FOR_ANNOTATIONS,
  };
  const list = wanted[purpose];
  return QUERY_TYPES.filter(({ value }) => !list || list.includes(value) || value === current);
}

/** The fields that belong to every query, whatever its type. */
function shared({ refId, key, hide, datasource }: DataQuery): DataQuery {
  return {
    refId,
    ...(key !== undefined && { key }),
    ...(hide !== undefined && { hide }),
    ...(datasource !== undefined && { datasource }),
  };
}

/** Begins a query of a type; nothing of another type is kept. */
export function fresh(type: QueryType, from: DataQuery, app?: string): LeverframeQuery {
  const base = shared(from);
  switch (type) {
    case 'promql':
      return { ...base, ...promqlDefaults(app) };
    case 'nodes':
      return { ...base, queryType: 'nodes' };
    case 'runs':
      return { ...base, queryType: 'runs' };
    case 'actions':
      return { ...base, queryType: 'actions' };
    case 'json':
      return { ...base, queryType: 'json', api: '', path: '', columns: [] };
  }
}

/** An alert looks at one moment, Explore at both, a panel at the range. */
export function promqlDefaults(app?: string) {
  const isAlert = purposeOf(app, false) === 'alert';
  return {
    queryType: 'promql' as const,
    expr: '',
    range: !isAlert,
    instant: isAlert || app === CoreApp.Explore,
    format: 'time_series' as const,
    legendFormat: '__auto',
  };
}

function isQueryType(type: string | undefined): type is QueryType {
  return QUERY_TYPES.some(({ value }) => value === type);
}

/** The fields of each type. */
const FIELDS: Record<QueryType, readonly string[]> = {
  promql: [
    'expr',
    'range',
    'instant',
    'both',
    'interval',
    'intervalFactor',
    'legendFormat',
    'format',
  ],
  nodes: ['pool', 'state', 'labels'],
  runs: ['action', 'target', 'state', 'actor', 'limit', 'format'],
  actions: ['target'],
  json: ['api', 'path', 'params', 'rows', 'columns'],
};

/** The one name that two types use for different words. */
const FORMATS: Partial<Record<QueryType, readonly unknown[]>> = {
  promql: ['time_series', 'table', 'heatmap'],
  runs: ['table', 'annotations'],
};

/**
 * Reads whatever a dashboard holds. Without a type it is PromQL; an unknown type is told by the backend.
 * Fields of other types are left out: Grafana itself mixes the default query into a short one.
 */
export function completed(query: DataQuery, app?: string): LeverframeQuery {
  if (query.queryType === undefined || query.queryType === '') {
    return { ...promqlDefaults(app), ...query, queryType: 'promql' } as LeverframeQuery;
  }
  const type = query.queryType;
  if (!isQueryType(type)) {
    return query as LeverframeQuery;
  }
  const begun = type === 'promql' ? { queryType: type, expr: '' } : fresh(type, query);
  return { ...begun, ...ownFields(query, type) } as LeverframeQuery;
}

function ownFields(query: DataQuery, type: QueryType): DataQuery {
  const foreign = Object.values(FIELDS)
    .flat()
    .filter((name) => !FIELDS[type].includes(name));
  const kept = Object.entries(query).filter(
    ([name, value]) =>
      !foreign.includes(name) && (name !== 'format' || (FORMATS[type]?.includes(value) ?? true))
  );
  return Object.fromEntries(kept) as unknown as DataQuery;
}

/** Tells whether asking makes sense; what is half written is not asked. */
export function isAskable(query: LeverframeQuery): boolean {
  switch (query.queryType) {
    case 'promql':
      return query.expr.trim() !== '';
    case 'json':
      return query.api !== '' && query.path !== '' && query.columns.length > 0;
    case 'nodes':
    case 'runs':
    case 'actions':
      return true;
    default:
      // An unknown type is asked, so that the backend says which ones there are.
      return true;
  }
}

/** One line for the collapsed query row. */
export function displayText(query: LeverframeQuery): string {
  switch (query.queryType) {
    case 'promql':
      return query.expr;
    case 'nodes':
      return words('nodes', query.pool && `pool ${query.pool}`, query.state);
    case 'runs':
      return words('runs', query.action, query.target && `on ${query.target}`, query.state);
    case 'actions':
      return words('actions', query.target && `for ${query.target}`);
    case 'json':
      return words(query.api, query.path);
    default:
      return '';
  }
}

function words(...parts: Array<string | undefined>): string {
  return parts.filter(Boolean).join(' ');
}

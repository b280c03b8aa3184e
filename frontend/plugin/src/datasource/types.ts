// The query model as the backend reads it, and the options by the names of its settings.
import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

export type QueryType = 'promql' | 'nodes' | 'runs' | 'actions' | 'json';

interface QueryOf<T extends QueryType> extends DataQuery {
  queryType: T;
}

export type PromqlFormat = 'time_series' | 'table';

export interface PromqlQuery extends QueryOf<'promql'> {
  expr: string;
  range?: boolean;
  instant?: boolean;
  /** Written by hand for range and instant together; the editor writes the two instead. */
  both?: boolean;
  /** The least step, as in `30s`. */
  interval?: string;
  intervalFactor?: number;
  legendFormat?: string;
  format?: PromqlFormat;
  /** Set with each request: ranges are aligned to the viewer's day. */
  utcOffsetSec?: number;
}

/** States are words of the backend, or a variable that becomes one. */
export interface NodesQuery extends QueryOf<'nodes'> {
  pool?: string;
  state?: string;
  labels?: Record<string, string>;
}

export interface RunsQuery extends QueryOf<'runs'> {
  action?: string;
  target?: string;
  state?: string;
  actor?: string;
  limit?: number;
  format?: 'table' | 'annotations';
}

export interface ActionsQuery extends QueryOf<'actions'> {
  target?: string;
}

export type ColumnType = 'string' | 'number' | 'boolean' | 'time';

export interface JsonColumn {
  selector: string;
  text: string;
  type: ColumnType;
}

export interface JsonQuery extends QueryOf<'json'> {
  api: string;
  path: string;
  params?: Record<string, string>;
  rows?: string;
  columns: JsonColumn[];
}

export type LeverframeQuery = PromqlQuery | NodesQuery | RunsQuery | ActionsQuery | JsonQuery;

export type VariableKind = 'nodes' | 'pools' | 'query_result';

export interface VariableQuery extends DataQuery {
  variable: VariableKind;
  pool?: string;
  state?: string;
  expr?: string;
}

export interface NodeApiOptions {
  name: string;
  url?: string;
  paths: string[];
}

export interface LeverframeOptions extends DataSourceJsonData {
  prometheusUrl?: string;
  prometheusUser?: string;
  serviceUrl?: string;
  nodeApis?: NodeApiOptions[];
  timeInterval?: string;
  timeoutSeconds?: number;
  httpMethod?: 'POST' | 'GET';
  acceptEncoding?: 'auto' | 'identity' | 'gzip';
  seriesLimit?: number;
  responseBytesLimit?: number;
}

/** `assertionKey`, `prometheusPassword`, `prometheusToken`, `tlsCaCert`, `nodeApi.<name>.token`; each address may stand here too. */
export type LeverframeSecrets = Record<string, string>;

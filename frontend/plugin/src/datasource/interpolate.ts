// Puts variables into queries. In PromQL a value is escaped by the place where it stands.
import type { ScopedVars } from '@grafana/data';

import { segments, type Segment } from './promqlText';
import type { LeverframeQuery } from './types';

/** Replaces variables in a text; a function decides how each value is written. */
export type Replace = (
  text: string,
  scopedVars?: ScopedVars,
  format?: string | WriteValue
) => string;

type WriteValue = (value: unknown, variable?: { multi?: boolean; includeAll?: boolean }) => string;

/** The backend knows the step of each query, so it writes these. */
const FOR_BACKEND = ['__interval', '__interval_ms'];

export function interpolated(
  query: LeverframeQuery,
  scopedVars: ScopedVars,
  replace: Replace
): LeverframeQuery {
  const text = (value: string | undefined) =>
    chosen(value === undefined ? '' : replace(value, scopedVars));
  switch (query.queryType) {
    case 'promql':
      return {
        ...query,
        expr: promql(query.expr, scopedVars, replace),
        interval: text(query.interval),
        legendFormat: replace(query.legendFormat ?? '', scopedVars),
      };
    case 'nodes':
      return {
        ...query,
        pool: text(query.pool),
        state: text(query.state),
        labels: record(query.labels, scopedVars, replace),
      };
    case 'runs':
      return {
        ...query,
        action: text(query.action),
        target: text(query.target),
        state: text(query.state),
        actor: text(query.actor),
      };
    case 'actions':
      return { ...query, target: text(query.target) };
    case 'json':
      return {
        ...query,
        api: replace(query.api, scopedVars),
        path: replace(query.path, scopedVars),
        params: record(query.params, scopedVars, replace),
      };
    default:
      return query;
  }
}

/** An empty filter asks for everything; the backend would take an empty state for a wrong one. */
function chosen(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

function record(
  fields: Record<string, string> | undefined,
  scopedVars: ScopedVars,
  replace: Replace
): Record<string, string> | undefined {
  if (!fields) {
    return undefined;
  }
  const entries = Object.entries(fields).map(
    ([name, value]) => [name, replace(value, scopedVars)] as const
  );
  return Object.fromEntries(entries.filter(([name]) => name !== ''));
}

function promql(expr: string, scopedVars: ScopedVars, replace: Replace): string {
  const vars: ScopedVars = { ...scopedVars };
  for (const name of FOR_BACKEND) {
    vars[name] = { text: `$${name}`, value: `$${name}` };
  }
  const written = segments(expr).map((segment) => replace(segment.text, vars, writerFor(segment)));
  return written.join('');
}

function writerFor(segment: Segment): WriteValue {
  if (segment.quote === null) {
    return (value) => list(value).join(', ');
  }
  const { quote, isPattern } = segment;
  return (value, variable) => {
    const isChoice = Array.isArray(value) || Boolean(variable?.multi || variable?.includeAll);
    // A plain text variable in a pattern may itself be a pattern: that is how dashboards use it.
    const values = list(value);
    const escapes = isChoice && (isPattern || values.length > 1);
    const items = escapes ? values.map(escapedPattern) : values;
    const text = items.length > 1 ? `(${items.join('|')})` : (items[0] ?? '');
    return escapedText(text, quote);
  };
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((item) => String(item ?? ''));
}

/** Escapes for RE2; what a value holds is matched as it stands. */
export function escapedPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Escapes for a PromQL string in these quotes. Backticks know no escapes, so they cannot hold one. */
export function escapedText(text: string, quote: string): string {
  if (quote === '`') {
    return text.replaceAll('`', '');
  }
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return plain.replaceAll(quote, `\\${quote}`);
}

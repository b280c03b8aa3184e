import { interpolated, type Replace } from './interpolate';
import type { LeverframeQuery } from './types';

interface Variable {
  value: unknown;
  multi?: boolean;
}

/** Replaces `$name` as Grafana does: the format decides, and unknown names stay. */
function replacing(variables: Record<string, Variable>): Replace {
  return (text, scopedVars, format) =>
    text.replace(/\$(\w+)|\$\{(\w+)\}/g, (match, plain: string, braced: string) => {
      const name = plain ?? braced;
      const scoped = scopedVars?.[name];
      const variable: Variable | undefined = scoped ? { value: scoped.value } : variables[name];
      if (!variable) {
        return match;
      }
      return typeof format === 'function'
        ? format(variable.value, variable)
        : String(variable.value);
    });
}

function expr(text: string, variables: Record<string, Variable>): string {
  const query: LeverframeQuery = { refId: 'A', queryType: 'promql', expr: text };
  const result = interpolated(
    query,
    { __interval: { text: '5s', value: '5s' } },
    replacing(variables)
  );
  return result.queryType === 'promql' ? result.expr : '';
}

describe('PromQL', () => {
  it('escapes a value for the quotes around it', () => {
    expect(expr('up{a="$v"}', { v: { value: 'b"c\\d' } })).toBe('up{a="b\\"c\\\\d"}');
    expect(expr("up{a='$v'}", { v: { value: `b"c'd` } })).toBe(`up{a='b"c\\'d'}`);
    expect(expr('up{a="$v"}', { v: { value: 'two\nlines' } })).toBe('up{a="two\\nlines"}');
  });

  it('cannot be led out of its string', () => {
    expect(expr('up{a=`$v`}', { v: { value: '`} or secret{b=`' } })).toBe('up{a=`} or secret{b=`}');
    expect(expr('up{a="$v"}', { v: { value: '"} or secret{b="' } })).toBe(
      'up{a="\\"} or secret{b=\\""}'
    );
  });

  it('writes a choice of several as a pattern of literal values', () => {
    const pools = { v: { value: ['web.a', 'db|b'], multi: true } };
    expect(expr('up{pool=~"$v"}', pools)).toBe('up{pool=~"(web\\\\.a|db\\\\|b)"}');
  });

  it('writes one of a choice literally in a pattern and plainly after =', () => {
    expect(expr('up{pool=~"$v"}', { v: { value: 'web.a', multi: true } })).toBe(
      'up{pool=~"web\\\\.a"}'
    );
    expect(expr('up{pool="$v"}', { v: { value: 'web.a', multi: true } })).toBe('up{pool="web.a"}');
    expect(expr('up{pool="$v"}', { v: { value: ['web.a'], multi: true } })).toBe(
      'up{pool="web.a"}'
    );
  });

  it('takes a plain variable in a pattern as the pattern that it is', () => {
    expect(expr('up{pool=~"$v"}', { v: { value: 'web.*' } })).toBe('up{pool=~"web.*"}');
  });

  it('writes values outside of strings as they are', () => {
    expect(
      expr('sum by ($by) ($metric)', {
        by: { value: ['a', 'b'], multi: true },
        metric: { value: 'up{a="b"}' },
      })
    ).toBe('sum by (a, b) (up{a="b"})');
  });

  it('leaves the step and unknown names to the backend', () => {
    expect(expr('rate(x[$__interval]) + rate(x[${__rate_interval}])', {})).toBe(
      'rate(x[$__interval]) + rate(x[${__rate_interval}])'
    );
  });
});

describe('other queries', () => {
  const replace = replacing({
    pool: { value: 'web' },
    none: { value: '' },
    node: { value: 'web-2' },
  });

  it('fills in filters and leaves empty ones out', () => {
    const query: LeverframeQuery = {
      refId: 'A',
      queryType: 'nodes',
      pool: '$pool',
      state: '$none',
      labels: { zone: '$pool' },
    };
    expect(interpolated(query, {}, replace)).toEqual({
      refId: 'A',
      queryType: 'nodes',
      pool: 'web',
      state: undefined,
      labels: { zone: 'web' },
    });
  });

  it('fills in targets', () => {
    expect(
      interpolated({ refId: 'A', queryType: 'runs', target: 'node/$node', limit: 5 }, {}, replace)
    ).toMatchObject({
      target: 'node/web-2',
      limit: 5,
    });
    expect(
      interpolated({ refId: 'A', queryType: 'actions', target: 'node/$node' }, {}, replace)
    ).toMatchObject({
      target: 'node/web-2',
    });
  });

  it('fills in parameters but never selectors', () => {
    const query: LeverframeQuery = {
      refId: 'A',
      queryType: 'json',
      api: 'workers',
      path: '/nodes',
      params: { pool: '$pool' },
      rows: '$pool',
      columns: [{ selector: '$pool', text: '', type: 'string' }],
    };
    expect(interpolated(query, {}, replace)).toEqual({ ...query, params: { pool: 'web' } });
  });
});

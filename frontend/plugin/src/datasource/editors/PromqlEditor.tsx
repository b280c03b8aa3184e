// PromQL: the expression, and how its answer is asked for and named.
import {
  InlineField,
  InlineSwitch,
  RadioButtonGroup,
  Stack,
  TextArea,
  useStyles2,
} from '@grafana/ui';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import React, { useId } from 'react';

import type { Purpose } from '../queries';
import type { PromqlFormat, PromqlQuery } from '../types';
import { TextField } from './TextField';

interface Props {
  query: PromqlQuery;
  onChange: (query: PromqlQuery) => void;
  onRunQuery: () => void;
  purpose: Purpose;
}

type Span = 'range' | 'instant' | 'both';

const SPANS = [
  { value: 'range' as const, label: 'Range', description: 'Values over the whole time range' },
  { value: 'instant' as const, label: 'Instant', description: 'One value at the end of the range' },
  { value: 'both' as const, label: 'Both', description: 'Range and instant in one answer' },
];

const FORMATS: Array<{ value: PromqlFormat; label: string }> = [
  { value: 'time_series', label: 'Time series' },
  { value: 'table', label: 'Table' },
];

export function PromqlEditor({ query, onChange, onRunQuery, purpose }: Props) {
  const changeAndRun = (changes: Partial<PromqlQuery>) => {
    onChange({ ...query, ...changes });
    onRunQuery();
  };
  return (
    <Stack direction="column" gap={1}>
      <Expression query={query} onChange={onChange} onRunQuery={onRunQuery} />
      <Stack direction="row" gap={0} wrap="wrap">
        <InlineField label="Type" labelWidth={16} transparent>
          <RadioButtonGroup
            aria-label="Type"
            options={
              purpose === 'annotation' ? SPANS.filter(({ value }) => value === 'range') : SPANS
            }
            value={spanOf(query)}
            onChange={(span) => changeAndRun(spanFields(span))}
          />
        </InlineField>
        <InlineField label="Format" labelWidth={16} transparent>
          <RadioButtonGroup
            aria-label="Format"
            options={FORMATS}
            value={query.format ?? 'time_series'}
            onChange={(format) => changeAndRun({ format })}
          />
        </InlineField>
      </Stack>
      <Stack direction="row" gap={0} wrap="wrap">
        <TextField
          label="Legend"
          tooltip="The name of each series. {{label}} stands for a label's value, __auto for a short name of its own."
          value={query.legendFormat}
          placeholder="{{instance}}"
          onChange={(legendFormat) => onChange({ ...query, legendFormat })}
          onRunQuery={onRunQuery}
        />
        <TextField
          label="Min step"
          tooltip="The least time between two values, as in 15s or 1m."
          value={query.interval}
          placeholder="auto"
          width={12}
          onChange={(interval) => onChange({ ...query, interval })}
          onRunQuery={onRunQuery}
        />
        <InlineField
          label="Half resolution"
          tooltip="Ask for every second value only."
          labelWidth={16}
        >
          <InlineSwitch
            aria-label="Half resolution"
            value={(query.intervalFactor ?? 1) > 1}
            onChange={(event) =>
              changeAndRun({ intervalFactor: event.currentTarget.checked ? 2 : 1 })
            }
          />
        </InlineField>
      </Stack>
    </Stack>
  );
}

function Expression({ query, onChange, onRunQuery }: Omit<Props, 'purpose'>) {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <InlineField label="PromQL" tooltip="Shift+Enter asks." labelWidth={16} grow htmlFor={id}>
      <TextArea
        id={id}
        className={styles.code}
        rows={Math.min(12, Math.max(2, query.expr.split('\n').length))}
        value={query.expr}
        placeholder='sum by (server) (rate(haproxy_server_sessions_total{proxy="$pool"}[$__rate_interval]))'
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        onChange={(event) => onChange({ ...query, expr: event.currentTarget.value })}
        onBlur={onRunQuery}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onRunQuery();
          }
        }}
      />
    </InlineField>
  );
}

/** Reads the three flags as the backend does: without any of them it is the range. */
export function spanOf({ range, instant, both }: PromqlQuery): Span {
  if (both || (range && instant)) {
    return 'both';
  }
  return instant ? 'instant' : 'range';
}

function spanFields(span: Span): Partial<PromqlQuery> {
  return { range: span !== 'instant', instant: span !== 'range', both: undefined };
}

const getStyles = (theme: GrafanaTheme2) => ({
  code: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});

// Runs: filters, and how many.
import { InlineField, Input, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { RUN_STATES } from '@leverframe/api/runState';
import type { RunsQuery } from '../types';
import { StateField } from './StateField';
import { TextField } from './TextField';

/** The backend's own bounds. */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 5000;

interface Props {
  query: RunsQuery;
  onChange: (query: RunsQuery) => void;
  onRunQuery: () => void;
}

export function RunsEditor({ query, onChange, onRunQuery }: Props) {
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      <TextField
        onRunQuery={onRunQuery}
        label="Action"
        value={query.action}
        placeholder="any"
        onChange={(action) => onChange({ ...query, action })}
      />
      <TextField
        onRunQuery={onRunQuery}
        label="Target"
        tooltip="As kind/id, for instance node/web-2."
        value={query.target}
        placeholder="any"
        onChange={(target) => onChange({ ...query, target })}
      />
      <StateField
        states={RUN_STATES}
        value={query.state}
        onChange={(state) => {
          onChange({ ...query, state });
          onRunQuery();
        }}
      />
      <TextField
        onRunQuery={onRunQuery}
        label="Actor"
        tooltip="Who pressed, for instance grafana:1:anna."
        value={query.actor}
        placeholder="anybody"
        onChange={(actor) => onChange({ ...query, actor })}
      />
      <LimitField query={query} onChange={onChange} onRunQuery={onRunQuery} />
    </Stack>
  );
}

function LimitField({ query, onChange, onRunQuery }: Props) {
  const id = useId();
  const { limit } = query;
  const invalid =
    limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX);
  return (
    <InlineField
      label="Limit"
      labelWidth={16}
      htmlFor={id}
      invalid={invalid}
      error={`1 to ${LIMIT_MAX}`}
    >
      <Input
        id={id}
        type="number"
        min={1}
        max={LIMIT_MAX}
        width={12}
        value={limit ?? ''}
        placeholder={String(LIMIT_DEFAULT)}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange({ ...query, limit: text === '' ? undefined : Number(text) });
        }}
        onBlur={onRunQuery}
      />
    </InlineField>
  );
}

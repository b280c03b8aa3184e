// Nodes: filters by pool, state and labels.
import { Stack } from '@grafana/ui';
import React from 'react';

import { NODE_STATES } from '../states';
import type { NodesQuery } from '../types';
import { PairsField } from './PairsField';
import { StateField } from './StateField';
import { TextField } from './TextField';

interface Props {
  query: NodesQuery;
  onChange: (query: NodesQuery) => void;
  onRunQuery: () => void;
}

export function NodesEditor({ query, onChange, onRunQuery }: Props) {
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={0} wrap="wrap">
        <TextField
          label="Pool"
          tooltip="Only nodes of this pool."
          value={query.pool}
          placeholder="all pools"
          onChange={(pool) => onChange({ ...query, pool })}
          onRunQuery={onRunQuery}
        />
        <StateField
          states={NODE_STATES}
          value={query.state}
          onChange={(state) => {
            onChange({ ...query, state });
            onRunQuery();
          }}
        />
      </Stack>
      <PairsField
        label="Labels"
        noun="label"
        tooltip="Only nodes that carry all of these labels."
        value={query.labels}
        onChange={(labels) => onChange({ ...query, labels })}
        onRunQuery={onRunQuery}
      />
    </Stack>
  );
}

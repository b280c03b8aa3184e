// The editor of a dashboard variable.
import type { QueryEditorProps } from '@grafana/data';
import { Field, Input, RadioButtonGroup, Stack, TextArea } from '@grafana/ui';
import React, { useId } from 'react';

import type { DataSource } from './DataSource';
import { StateField } from './editors/StateField';
import { NODE_STATES } from './states';
import type { LeverframeOptions, LeverframeQuery, VariableKind, VariableQuery } from './types';

type Props = QueryEditorProps<DataSource, LeverframeQuery, LeverframeOptions, VariableQuery>;

const KINDS: Array<{ value: VariableKind; label: string; description: string }> = [
  { value: 'nodes', label: 'Nodes', description: 'The ids of nodes' },
  { value: 'pools', label: 'Pools', description: 'The pools that nodes belong to' },
  {
    value: 'query_result',
    label: 'Query result',
    description: 'The series of an instant PromQL query',
  },
];

export function VariableEditor({ query: stored, onChange }: Props) {
  const query: VariableQuery = {
    ...stored,
    refId: stored.refId || 'Variable',
    variable: stored.variable ?? 'nodes',
  };
  // Each change is asked at once, so texts are handed over when they are left.
  const change = (changes: Partial<VariableQuery>) => onChange({ ...query, ...changes });
  const id = useId();
  return (
    <Stack direction="column" gap={2}>
      <Field label="Values" noMargin>
        <RadioButtonGroup
          aria-label="Values"
          options={KINDS}
          value={query.variable}
          onChange={(variable) => onChange({ refId: query.refId, variable })}
        />
      </Field>
      {query.variable === 'nodes' && (
        <>
          <Field
            label="Pool"
            description="Only nodes of this pool."
            htmlFor={`${id}-pool`}
            noMargin
          >
            <Input
              id={`${id}-pool`}
              width={30}
              defaultValue={query.pool}
              placeholder="all pools"
              onBlur={(event) => change({ pool: event.currentTarget.value })}
            />
          </Field>
          <StateField
            states={NODE_STATES}
            value={query.state}
            onChange={(state) => change({ state })}
          />
        </>
      )}
      {query.variable === 'query_result' && (
        <Field
          label="PromQL"
          description="Each series becomes a line name{labels} value time; take your part by the variable's regular expression."
          htmlFor={`${id}-expr`}
          noMargin
        >
          <TextArea
            id={`${id}-expr`}
            rows={3}
            defaultValue={query.expr}
            spellCheck={false}
            placeholder="topk(5, haproxy_server_current_sessions)"
            onBlur={(event) => change({ expr: event.currentTarget.value })}
          />
        </Field>
      )}
    </Stack>
  );
}

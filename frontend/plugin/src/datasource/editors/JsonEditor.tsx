// JSON: a listed path of a node API, its rows, and a typed column for each value wanted.
import { Alert, Combobox, InlineField, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import type { JsonQuery, NodeApiOptions } from '../types';
import { ColumnsField } from './ColumnsField';
import { PairsField } from './PairsField';
import { TextField } from './TextField';

interface Props {
  query: JsonQuery;
  onChange: (query: JsonQuery) => void;
  onRunQuery: () => void;
  apis: NodeApiOptions[];
}

export function JsonEditor({ query, onChange, onRunQuery, apis }: Props) {
  const changeAndRun = (changes: Partial<JsonQuery>) => {
    onChange({ ...query, ...changes });
    onRunQuery();
  };
  const paths = apis.find(({ name }) => name === query.api)?.paths ?? [];
  return (
    <Stack direction="column" gap={1}>
      {apis.length === 0 && (
        <Alert severity="info" title="No node API is configured">
          List one, and the paths that may be read, in the settings of this data source.
        </Alert>
      )}
      <Stack direction="row" gap={0} wrap="wrap">
        <ListedField
          label="API"
          value={query.api}
          listed={apis.map(({ name }) => name)}
          onChange={(api) => {
            const known = apis.find(({ name }) => name === api)?.paths ?? [];
            const keeps = known.length === 0 || known.includes(query.path);
            changeAndRun({ api, path: keeps ? query.path : (known[0] ?? '') });
          }}
        />
        <ListedField
          label="Path"
          value={query.path}
          listed={paths}
          onChange={(path) => changeAndRun({ path })}
        />
        <TextField
          label="Rows"
          tooltip="A JSONPath (RFC 9535) to the rows, as in $.items[*]. Empty: the answer itself is the list."
          value={query.rows}
          placeholder="$"
          onChange={(rows) => onChange({ ...query, rows })}
          onRunQuery={onRunQuery}
        />
      </Stack>
      <PairsField
        label="Parameters"
        noun="parameter"
        tooltip="What follows the ? of the request. Variables are filled in."
        value={query.params}
        onChange={(params) => onChange({ ...query, params })}
        onRunQuery={onRunQuery}
      />
      <ColumnsField
        columns={query.columns}
        onChange={(columns) => onChange({ ...query, columns })}
        onRunQuery={onRunQuery}
      />
    </Stack>
  );
}

interface ListedProps {
  label: string;
  value: string;
  listed: string[];
  onChange: (value: string) => void;
}

function ListedField({ label, value, listed, onChange }: ListedProps) {
  const id = useId();
  const options = listed.map((name) => ({ value: name, label: name }));
  return (
    <InlineField label={label} labelWidth={16} htmlFor={id}>
      <Combobox
        id={id}
        width={24}
        options={options}
        value={value === '' ? null : { value, label: value }}
        placeholder="Choose"
        createCustomValue
        onChange={(option) => onChange(option.value)}
      />
    </InlineField>
  );
}

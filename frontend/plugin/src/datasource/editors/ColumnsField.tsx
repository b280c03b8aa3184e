// The columns of a JSON query. Types come from here, never from the values.
import { Button, IconButton, InlineLabel, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import React from 'react';

import type { ColumnType, JsonColumn } from '../types';

/** The backend's own bound. */
const COLUMNS_MAX = 64;

const TYPES: Array<{ value: ColumnType; label: string }> = [
  { value: 'string', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Truth' },
  { value: 'time', label: 'Time' },
];

interface Props {
  columns: JsonColumn[];
  onChange: (columns: JsonColumn[]) => void;
  onRunQuery: () => void;
}

export function ColumnsField({ columns, onChange, onRunQuery }: Props) {
  const edit = (place: number, changes: Partial<JsonColumn>) =>
    onChange(columns.map((column, at) => (at === place ? { ...column, ...changes } : column)));
  return (
    <Stack direction="row" gap={0} alignItems="flex-start">
      <InlineLabel
        width={16}
        tooltip="A selector is the name of a member, or a JSONPath from the row: $.labels.zone"
      >
        Columns
      </InlineLabel>
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {columns.map((column, place) => (
          <Stack key={place} direction="row" gap={0.5} alignItems="center" wrap="wrap">
            <Input
              aria-label={`Selector of column ${place + 1}`}
              width={20}
              value={column.selector}
              placeholder="Node_id"
              onChange={(event) => edit(place, { selector: event.currentTarget.value })}
              onBlur={onRunQuery}
            />
            <Input
              aria-label={`Title of column ${place + 1}`}
              width={20}
              value={column.text}
              placeholder={column.selector || 'title'}
              onChange={(event) => edit(place, { text: event.currentTarget.value })}
              onBlur={onRunQuery}
            />
            <RadioButtonGroup
              aria-label={`Type of column ${place + 1}`}
              options={TYPES}
              value={column.type}
              onChange={(type) => {
                edit(place, { type });
                onRunQuery();
              }}
            />
            <IconButton
              name="trash-alt"
              aria-label={`Remove column ${place + 1}`}
              onClick={() => {
                onChange(columns.filter((_, at) => at !== place));
                onRunQuery();
              }}
            />
          </Stack>
        ))}
        <Button
          variant="secondary"
          icon="plus"
          aria-label="Add column"
          disabled={columns.length >= COLUMNS_MAX}
          onClick={() => onChange([...columns, { selector: '', text: '', type: 'string' }])}
        >
          Add
        </Button>
      </Stack>
    </Stack>
  );
}

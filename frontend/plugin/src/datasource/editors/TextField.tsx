// A labelled line of text in a query editor: each key changes the query, Enter or leaving it asks.
import { InlineField, Input } from '@grafana/ui';
import React, { useId } from 'react';

interface Props {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
  onRunQuery: () => void;
  placeholder?: string;
  tooltip?: string;
  width?: number;
  invalid?: boolean;
  error?: string;
}

export function TextField(props: Props) {
  const {
    label,
    value,
    onChange,
    onRunQuery,
    placeholder,
    tooltip,
    width = 24,
    invalid,
    error,
  } = props;
  const id = useId();
  return (
    <InlineField
      label={label}
      tooltip={tooltip}
      labelWidth={16}
      invalid={invalid}
      error={error}
      htmlFor={id}
    >
      <Input
        id={id}
        width={width}
        value={value ?? ''}
        placeholder={placeholder}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onRunQuery}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            onRunQuery();
          }
        }}
      />
    </InlineField>
  );
}

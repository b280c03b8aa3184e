// A choice of a state; a variable may be typed instead.
import { Combobox, InlineField } from '@grafana/ui';
import React, { useId } from 'react';

interface Props {
  states: readonly string[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function StateField({ states, value, onChange }: Props) {
  const id = useId();
  const options = states.map((state) => ({ value: state, label: state.replaceAll('_', ' ') }));
  return (
    <InlineField
      label="State"
      tooltip="Only in this state. A variable such as $state may be typed."
      labelWidth={16}
      htmlFor={id}
    >
      <Combobox
        id={id}
        width={24}
        options={options}
        value={
          value
            ? (options.find((option) => option.value === value) ?? { value, label: value })
            : null
        }
        placeholder="any"
        isClearable
        createCustomValue
        onChange={(option) => onChange(option?.value)}
      />
    </InlineField>
  );
}

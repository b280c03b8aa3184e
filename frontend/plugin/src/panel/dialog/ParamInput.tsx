import { Combobox, Field, Input, Switch } from '@grafana/ui';
import React, { useId } from 'react';

import { keyOf, type ParamField } from './paramFields';

interface Props {
  field: ParamField;
  value: string | boolean | undefined;
  fault: string | undefined;
  disabled: boolean;
  onChange: (value: string | boolean) => void;
}

/** The input for one parameter of an action. */
export function ParamInput({ field, value, fault, disabled, onChange }: Props) {
  const id = useId();
  return (
    <Field
      label={field.title}
      description={field.description}
      required={field.required}
      invalid={fault !== undefined}
      error={fault}
      htmlFor={id}
      noMargin
    >
      {inputOf({ field, value, fault, disabled, onChange }, id)}
    </Field>
  );
}

function inputOf({ field, value, disabled, onChange }: Props, id: string): React.ReactElement {
  const text = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'boolean':
      return (
        <Switch
          id={id}
          value={value === true}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Combobox
          id={id}
          value={text === '' ? null : text}
          disabled={disabled}
          placeholder="Choose"
          options={field.choices.map((choice) => ({ label: keyOf(choice), value: keyOf(choice) }))}
          onChange={(choice) => onChange(choice.value)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <Input
          id={id}
          type="number"
          value={text}
          disabled={disabled}
          required={field.required}
          min={field.minimum ?? undefined}
          max={field.maximum ?? undefined}
          step={field.kind === 'integer' ? 1 : 'any'}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return (
        <Input
          id={id}
          value={text}
          disabled={disabled}
          required={field.required}
          maxLength={field.maxLength ?? undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'unsupported':
      return <Input id={id} value="" disabled placeholder="Left to its default" />;
  }
}

import {
  Combobox,
  Field,
  FieldSet,
  IconButton,
  Input,
  RadioButtonGroup,
  Stack,
  Text,
} from '@grafana/ui';
import type { Action } from '@leverframe/api';
import React, { useId } from 'react';

import type { ButtonOptions, TargetSource } from '../options';

interface Props {
  position: number;
  count: number;
  button: ButtonOptions;
  actions: Action[];
  fieldNames: string[];
  onChange: (button: ButtonOptions) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

const SOURCES: Array<{ value: TargetSource; label: string }> = [
  { value: 'one', label: 'One target' },
  { value: 'rows', label: 'Each row' },
];

/** One entry of the list of buttons. */
export function ButtonFields(props: Props) {
  const { position, count, button, actions, fieldNames, onChange, onMove, onRemove } = props;
  const id = useId();
  const name = `Button ${position + 1}`;
  const kind = actions.find((action) => action.name === button.action)?.target ?? 'node';
  return (
    <FieldSet label={<Head {...{ name, position, count, onMove, onRemove }} />}>
      <Stack direction="column" gap={1}>
        <Field label="Action" noMargin htmlFor={`${id}-action`}>
          <Combobox
            id={`${id}-action`}
            value={button.action || null}
            placeholder="Choose an action"
            createCustomValue
            options={actions.map((action) => ({
              value: action.name,
              label: action.title,
              description: `${action.name} (${action.target}, ${action.risk} risk)`,
            }))}
            onChange={({ value }) => onChange({ ...button, action: value })}
          />
        </Field>
        <RadioButtonGroup
          aria-label={`Targets of ${name}`}
          size="sm"
          options={SOURCES}
          value={button.source}
          onChange={(source) => onChange({ ...button, source })}
        />
        {button.source === 'one' ? (
          <Field
            label="Target"
            description={`An id with or without its kind, variables allowed: ${kind}/\${${kind}}`}
            noMargin
            htmlFor={`${id}-target`}
          >
            <Input
              id={`${id}-target`}
              // Typed at leisure, told when left; anew when another entry has moved here.
              key={button.target}
              defaultValue={button.target}
              onBlur={(event) => onChange({ ...button, target: event.currentTarget.value })}
            />
          </Field>
        ) : (
          <Field
            label="Field with the ids"
            description="A field of the panel's query; one row, one button"
            noMargin
            htmlFor={`${id}-field`}
          >
            <Combobox
              id={`${id}-field`}
              value={button.idField}
              createCustomValue
              options={fieldNames.map((field) => ({ value: field, label: field }))}
              onChange={({ value }) => onChange({ ...button, idField: value })}
            />
          </Field>
        )}
      </Stack>
    </FieldSet>
  );
}

function Head({
  name,
  position,
  count,
  onMove,
  onRemove,
}: Pick<Props, 'position' | 'count' | 'onMove' | 'onRemove'> & { name: string }) {
  return (
    <Stack direction="row" gap={1} alignItems="center">
      <Text variant="h6" element="span">
        {name}
      </Text>
      <IconButton
        name="arrow-up"
        aria-label={`Move ${name} up`}
        disabled={position === 0}
        onClick={() => onMove(-1)}
      />
      <IconButton
        name="arrow-down"
        aria-label={`Move ${name} down`}
        disabled={position === count - 1}
        onClick={() => onMove(1)}
      />
      <IconButton name="trash-alt" aria-label={`Remove ${name}`} onClick={onRemove} />
    </Stack>
  );
}

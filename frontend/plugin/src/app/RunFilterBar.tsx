// The fields that filter runs: a text counts when it is left or Enter is pressed.
import { RUN_STATES } from '@leverframe/api/runState';
import { Button, Combobox, Field, Input, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { isFiltered, OPEN, type FilterTexts } from './runFilter';
import { useDraft } from './useDraft';
import { words } from './words';

interface Props {
  filter: FilterTexts;
  onChange: (changes: Partial<FilterTexts>) => void;
}

const STATES = [
  { value: OPEN, label: 'open', description: 'Still going on' },
  ...RUN_STATES.map((state) => ({ value: state as string, label: words(state) })),
];

export function RunFilterBar({ filter, onChange }: Props) {
  const id = useId();
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-end">
      <TextFilter
        label="Action"
        placeholder="drain-node"
        value={filter.action}
        onChange={(action) => onChange({ action })}
      />
      <TextFilter
        label="Target"
        placeholder="node/web-1"
        value={filter.target}
        onChange={(target) => onChange({ target })}
      />
      <Field label="State" htmlFor={id} noMargin>
        <Combobox
          id={id}
          width={22}
          isClearable
          placeholder="any"
          options={STATES}
          value={filter.state === '' ? null : filter.state}
          onChange={(option) => onChange({ state: option?.value ?? '' })}
        />
      </Field>
      <TextFilter
        label="Who"
        placeholder="grafana:1:anna"
        value={filter.actor}
        onChange={(actor) => onChange({ actor })}
      />
      {isFiltered(filter) && (
        <Button
          variant="secondary"
          fill="text"
          onClick={() => onChange({ action: '', target: '', state: '', actor: '' })}
        >
          Clear
        </Button>
      )}
    </Stack>
  );
}

interface TextProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

function TextFilter({ label, placeholder, value, onChange }: TextProps) {
  const id = useId();
  const [text, setText] = useDraft(value);
  const commit = () => {
    if (text.trim() !== value) {
      onChange(text);
    }
  };
  return (
    <Field label={label} htmlFor={id} noMargin>
      <Input
        id={id}
        width={22}
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            commit();
          }
        }}
      />
    </Field>
  );
}

// Names and values, a line each: labels of nodes, parameters of a request.
import { Button, IconButton, InlineLabel, Input, Stack } from '@grafana/ui';
import React, { useState } from 'react';

interface Props {
  label: string;
  /** What one line is, in the names of buttons. */
  noun: string;
  tooltip: string;
  value: Record<string, string> | undefined;
  onChange: (value: Record<string, string> | undefined) => void;
  onRunQuery: () => void;
}

type Pair = readonly [name: string, value: string];

export function PairsField({ label, noun, tooltip, value, onChange, onRunQuery }: Props) {
  const [pairs, setPairs] = useState<Pair[]>(() => Object.entries(value ?? {}));

  // A line without a name is not part of the query yet, so the lines are kept here as well.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (!same(record(pairs), value)) {
      setPairs(Object.entries(value ?? {}));
    }
  }

  const change = (next: Pair[]) => {
    setPairs(next);
    onChange(record(next));
  };
  const edit = (place: number, pair: Pair) =>
    change(pairs.map((old, at) => (at === place ? pair : old)));

  return (
    <Stack direction="row" gap={0} alignItems="flex-start">
      <InlineLabel width={16} tooltip={tooltip}>
        {label}
      </InlineLabel>
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {pairs.map(([name, text], place) => (
          <Stack key={place} direction="row" gap={0.5} alignItems="center">
            <Input
              aria-label={`Name of ${noun} ${place + 1}`}
              width={20}
              value={name}
              placeholder="name"
              onChange={(event) => edit(place, [event.currentTarget.value, text])}
              onBlur={onRunQuery}
            />
            <Input
              aria-label={`Value of ${noun} ${place + 1}`}
              width={24}
              value={text}
              placeholder="value"
              onChange={(event) => edit(place, [name, event.currentTarget.value])}
              onBlur={onRunQuery}
            />
            <IconButton
              name="trash-alt"
              aria-label={`Remove ${noun} ${place + 1}`}
              onClick={() => {
                change(pairs.filter((_, at) => at !== place));
                onRunQuery();
              }}
            />
          </Stack>
        ))}
        <Button
          variant="secondary"
          icon="plus"
          aria-label={`Add ${noun}`}
          onClick={() => setPairs([...pairs, ['', '']])}
        >
          Add
        </Button>
      </Stack>
    </Stack>
  );
}

function record(pairs: Pair[]): Record<string, string> | undefined {
  const named = pairs.filter(([name]) => name !== '');
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}

function same(
  left: Record<string, string> | undefined,
  right: Record<string, string> | undefined
): boolean {
  return JSON.stringify(left ?? {}) === JSON.stringify(right ?? {});
}

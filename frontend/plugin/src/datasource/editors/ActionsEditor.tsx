// Actions: for which target they are judged.
import React from 'react';

import type { ActionsQuery } from '../types';
import { TextField } from './TextField';

interface Props {
  query: ActionsQuery;
  onChange: (query: ActionsQuery) => void;
  onRunQuery: () => void;
}

export function ActionsEditor({ query, onChange, onRunQuery }: Props) {
  return (
    <TextField
      label="Target"
      tooltip="As kind/id. Rights, cool-down and kind are then told for this target."
      value={query.target}
      placeholder="all actions"
      onChange={(target) => onChange({ ...query, target })}
      onRunQuery={onRunQuery}
    />
  );
}

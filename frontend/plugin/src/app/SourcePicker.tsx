// Chooses among several data sources of ours; with one there is nothing to choose.
import { Combobox, Label, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { useSearchParams } from 'react-router-dom';

import { DATASOURCE_PARAMETER } from './routes';
import { useSource } from './SourceContext';

export function SourcePicker() {
  const { uid, all } = useSource();
  const [, setParameters] = useSearchParams();
  const id = useId();
  if (all.length < 2) {
    return null;
  }
  return (
    <Stack direction="row" alignItems="center" gap={1}>
      <Label htmlFor={id}>Data source</Label>
      <Combobox
        id={id}
        width={28}
        options={all.map((source) => ({ value: source.uid, label: source.name }))}
        value={uid}
        onChange={({ value }) => setParameters({ [DATASOURCE_PARAMETER]: value })}
      />
    </Stack>
  );
}

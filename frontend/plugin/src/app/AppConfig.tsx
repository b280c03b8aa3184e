// The app's page among the plugins: is everything that Leverframe needs there and does it answer?
import { EmptyState, Stack } from '@grafana/ui';
import React, { useMemo } from 'react';

import { CheckList } from './CheckList';
import { sources } from './SourceContext';

export function AppConfig() {
  const all = useMemo(() => sources(), []);
  if (all.length === 0) {
    return (
      <EmptyState variant="call-to-action" message="There is no Leverframe data source yet">
        Add one under Connections, or provision it; its settings page asks for the addresses and
        keys.
      </EmptyState>
    );
  }
  return (
    <Stack direction="column" gap={4}>
      {all.map(({ uid, name }) => (
        <CheckList key={uid} uid={uid} name={name} />
      ))}
    </Stack>
  );
}

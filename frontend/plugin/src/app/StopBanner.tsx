// Says on every page that the stop switch is thrown. Whether it can be read at all, the page itself tells.
import { Alert } from '@grafana/ui';
import React, { useCallback } from 'react';

import { useSource } from './SourceContext';
import { useLoaded } from './useLoaded';
import { when } from './words';

const EVERY = 10_000;

export function StopBanner() {
  const { client } = useSource();
  const load = useCallback((signal: AbortSignal) => client.stop(signal), [client]);
  const { value } = useLoaded(load, EVERY);
  if (!value?.stopped) {
    return null;
  }
  return (
    <Alert severity="error" title="The stop switch is thrown: nothing starts">
      {`Since ${when(value.since)}${value.by ? `, by ${value.by}` : ''}.${value.reason ? ` ${value.reason}` : ''}`}{' '}
      Runs that take their steps back go on.
    </Alert>
  );
}

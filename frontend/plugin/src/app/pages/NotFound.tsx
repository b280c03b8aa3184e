// An address that no page has.
import { PluginPage } from '@grafana/runtime';
import { EmptyState } from '@grafana/ui';
import React from 'react';

import { PageLink } from '../PageLink';
import { runsPath } from '../routes';

export function NotFound() {
  return (
    <PluginPage pageNav={{ text: 'Not found' }}>
      <EmptyState variant="not-found" message="There is no such page">
        <PageLink to={runsPath()}>Go to the runs</PageLink>
      </EmptyState>
    </PluginPage>
  );
}

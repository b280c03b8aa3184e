// Grafana's way into the app. Its pages are loaded when somebody opens them.
import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import React, { lazy, Suspense } from 'react';

import type { AppSettings } from './app/SourceContext';

const LazyApp = lazy(async () => ({ default: (await import('./app/App')).App }));
const LazyConfig = lazy(async () => ({ default: (await import('./app/AppConfig')).AppConfig }));

function Root() {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading…" />}>
      <LazyApp />
    </Suspense>
  );
}

/** Grafana waits for root pages, but not for these. */
function Config() {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading…" />}>
      <LazyConfig />
    </Suspense>
  );
}

export const plugin = new AppPlugin<AppSettings>()
  .setRootPage(Root)
  .addConfigPage({ title: 'Configuration', icon: 'cog', body: Config, id: 'configuration' });

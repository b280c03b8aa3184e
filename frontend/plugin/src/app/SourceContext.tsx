// Through which data source the pages speak with the service.
import { usePluginContext } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { Client } from '@leverframe/api';
import { EmptyState } from '@grafana/ui';
import React, { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';

import { DATASOURCE_ID } from '../ids';
import { clientOf } from '../shared/transport';
import { DATASOURCE_PARAMETER } from './routes';

export interface Source {
  uid: string;
  name: string;
  client: Client;
  /** All data sources of ours, for the picker. */
  all: Array<{ uid: string; name: string }>;
}

/** Settings of the app, all of them optional. */
export interface AppSettings {
  defaultDatasourceUid?: string;
}

const SourceContext = createContext<Source | null>(null);

/** Lists the data sources of ours, the organisation's default first. */
export function sources(): Array<{ uid: string; name: string }> {
  const found = getDataSourceSrv().getList({
    filter: (settings) => settings.type === DATASOURCE_ID,
  });
  const ordered = [...found].sort(
    (a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false)
  );
  return ordered.map(({ uid, name }) => ({ uid, name }));
}

/** Chooses: what the address names, what the app's settings name, or the first one. */
export function chosenUid(
  asked: string | null,
  configured: string | undefined,
  all: Array<{ uid: string }>
): string | null {
  if (asked !== null) {
    return all.some(({ uid }) => uid === asked) ? asked : null;
  }
  const preferred = all.find(({ uid }) => uid === configured) ?? all[0];
  return preferred?.uid ?? null;
}

export function SourceProvider({ children }: { children: ReactNode }) {
  const [parameters] = useSearchParams();
  const settings = usePluginContext()?.meta.jsonData as AppSettings | undefined;
  const asked = parameters.get(DATASOURCE_PARAMETER);
  const all = useMemo(() => sources(), []);
  const uid = chosenUid(asked, settings?.defaultDatasourceUid, all);
  const source = useMemo<Source | null>(() => {
    const found = all.find((one) => one.uid === uid);
    return found ? { ...found, all, client: clientOf(found.uid) } : null;
  }, [all, uid]);

  if (all.length === 0) {
    return (
      <EmptyState variant="call-to-action" message="There is no Leverframe data source yet">
        An administrator adds one under Connections, or provisions it.
      </EmptyState>
    );
  }
  if (!source) {
    return (
      <EmptyState variant="not-found" message={`There is no Leverframe data source ${asked ?? ''}`}>
        It may have been removed, or belong to another organisation.
      </EmptyState>
    );
  }
  return <SourceContext.Provider value={source}>{children}</SourceContext.Provider>;
}

export function useSource(): Source {
  const source = useContext(SourceContext);
  if (!source) {
    throw new Error('a page stands outside of its SourceProvider');
  }
  return source;
}

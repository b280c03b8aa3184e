// For tests: what Grafana is to the pages: its data sources, and the frame around a page.
import type { PluginPageProps } from '@grafana/runtime';
import React from 'react';

import { DATASOURCE_ID } from '../ids';

interface Settings {
  uid: string;
  name: string;
  type: string;
  isDefault?: boolean;
}

interface Options {
  filter?: (settings: Settings) => boolean;
}

export const OURS: Settings[] = [
  { uid: 'other', name: 'Other cluster', type: DATASOURCE_ID },
  { uid: 'leverframe', name: 'Leverframe', type: DATASOURCE_ID, isDefault: true },
];

export function sourceSrv(all: Settings[]) {
  const foreign: Settings = { uid: 'p', name: 'Prometheus', type: 'prometheus' };
  return {
    getList: ({ filter }: Options = {}) => [foreign, ...all].filter((one) => filter?.(one) ?? true),
  };
}

export function FakePage({ pageNav, subTitle, actions, children }: PluginPageProps) {
  return (
    <main>
      <h1>{pageNav?.text}</h1>
      <p>{subTitle}</p>
      {actions}
      {children}
    </main>
  );
}

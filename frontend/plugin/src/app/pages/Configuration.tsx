// The check list as a page of the app, for everybody who may read.
import { PluginPage } from '@grafana/runtime';
import React from 'react';

import { AppConfig } from '../AppConfig';

export function Configuration() {
  return (
    <PluginPage
      pageNav={{ text: 'Configuration' }}
      subTitle="What every data source of Leverframe reaches."
    >
      <AppConfig />
    </PluginPage>
  );
}

// Grafana's way into the data source.
import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './ConfigEditor';
import { DataSource } from './DataSource';
import { QueryEditor } from './QueryEditor';
import { QueryHelp } from './QueryHelp';
import type { LeverframeOptions, LeverframeQuery, LeverframeSecrets } from './types';

export const plugin = new DataSourcePlugin<
  DataSource,
  LeverframeQuery,
  LeverframeOptions,
  LeverframeSecrets
>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);

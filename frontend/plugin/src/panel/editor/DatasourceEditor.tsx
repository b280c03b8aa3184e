import type { StandardEditorProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import React from 'react';

import { DATASOURCE_ID } from '../../ids';

/** Picks one of our data sources, or a variable that holds one. */
export function DatasourceEditor({ value, onChange, id }: StandardEditorProps<string>) {
  return (
    <DataSourcePicker
      inputId={id}
      pluginId={DATASOURCE_ID}
      current={value || null}
      noDefault
      variables
      placeholder="The only one"
      onChange={(chosen) => onChange(chosen.uid)}
      onClear={() => onChange('')}
    />
  );
}

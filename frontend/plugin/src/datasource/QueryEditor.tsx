// The query editor: a choice of the type, and that type's own fields.
import type { QueryEditorProps } from '@grafana/data';
import { Alert, InlineField, RadioButtonGroup, Stack } from '@grafana/ui';
import React from 'react';

import type { DataSource } from './DataSource';
import { ActionsEditor } from './editors/ActionsEditor';
import { JsonEditor } from './editors/JsonEditor';
import { NodesEditor } from './editors/NodesEditor';
import { PromqlEditor } from './editors/PromqlEditor';
import { RunsEditor } from './editors/RunsEditor';
import { completed, fresh, purposeOf, typesFor, type Purpose } from './queries';
import type { LeverframeOptions, LeverframeQuery, QueryType } from './types';

type Props = QueryEditorProps<DataSource, LeverframeQuery, LeverframeOptions> & {
  /** Grafana's annotation page passes what it edits. */
  annotation?: unknown;
};

export function QueryEditor({
  query: stored,
  onChange,
  onRunQuery,
  datasource,
  app,
  annotation,
}: Props) {
  const purpose = purposeOf(app, annotation !== undefined);
  const query = completed(stored, app);

  const changeType = (type: QueryType) => {
    if (type !== query.queryType) {
      onChange(fresh(type, query, app));
      if (type !== 'promql' && type !== 'json') {
        onRunQuery();
      }
    }
  };

  return (
    <Stack direction="column" gap={1}>
      <InlineField label="Query type" labelWidth={16} transparent>
        <RadioButtonGroup
          aria-label="Query type"
          options={typesFor(purpose, query.queryType)}
          value={query.queryType}
          onChange={changeType}
        />
      </InlineField>
      <FieldsOf
        query={query}
        onChange={onChange}
        onRunQuery={onRunQuery}
        datasource={datasource}
        purpose={purpose}
      />
    </Stack>
  );
}

interface FieldsProps {
  query: LeverframeQuery;
  onChange: (query: LeverframeQuery) => void;
  onRunQuery: () => void;
  datasource: DataSource;
  purpose: Purpose;
}

function FieldsOf({ query, onChange, onRunQuery, datasource, purpose }: FieldsProps) {
  switch (query.queryType) {
    case 'promql':
      return (
        <PromqlEditor query={query} onChange={onChange} onRunQuery={onRunQuery} purpose={purpose} />
      );
    case 'nodes':
      return <NodesEditor query={query} onChange={onChange} onRunQuery={onRunQuery} />;
    case 'runs':
      return <RunsEditor query={query} onChange={onChange} onRunQuery={onRunQuery} />;
    case 'actions':
      return <ActionsEditor query={query} onChange={onChange} onRunQuery={onRunQuery} />;
    case 'json':
      return (
        <JsonEditor
          query={query}
          onChange={onChange}
          onRunQuery={onRunQuery}
          apis={datasource.nodeApis}
        />
      );
    default:
      return (
        <Alert severity="warning" title="This version does not know the query's type">
          Choose a type above to replace the query, or leave it as it is.
        </Alert>
      );
  }
}

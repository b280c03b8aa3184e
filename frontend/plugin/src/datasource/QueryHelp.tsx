// The cheat sheet behind the editor's help button.
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { css } from '@emotion/css';
import { Button, Stack, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { LeverframeQuery } from './types';

interface Example {
  title: string;
  says: string;
  query: LeverframeQuery;
  shown: string;
}

const EXAMPLES: Example[] = [
  {
    title: 'Sessions of each server',
    says: 'PromQL over the panel’s range. $__rate_interval is at least four scrapes long; $__interval is the step, $__range the whole range.',
    query: {
      refId: 'A',
      queryType: 'promql',
      expr: 'sum by (server) (rate(haproxy_server_sessions_total[$__rate_interval]))',
      range: true,
      legendFormat: '{{server}}',
    },
    shown: 'sum by (server) (rate(haproxy_server_sessions_total[$__rate_interval]))',
  },
  {
    title: 'A value of now, as a table',
    says: 'An instant query; the table has a column for each label.',
    query: {
      refId: 'A',
      queryType: 'promql',
      expr: 'up',
      instant: true,
      range: false,
      format: 'table',
    },
    shown: 'up',
  },
  {
    title: 'Nodes that take no new work',
    says: 'Columns: id, name, address, pool, state, state_since, weight, sessions, labels, busy_run.',
    query: { refId: 'A', queryType: 'nodes', state: 'draining' },
    shown: 'state = draining',
  },
  {
    title: 'The last runs',
    says: 'Columns: id, created, action, target, actor, state, phase, progress, elapsed, result, verified, reason, why, next_allowed. On graphs they are annotations.',
    query: { refId: 'A', queryType: 'runs', limit: 20 },
    shown: 'limit = 20',
  },
  {
    title: 'What may be done to a node',
    says: 'Judged for whoever looks at the dashboard; where no person asks, the table is empty.',
    query: { refId: 'A', queryType: 'actions', target: 'node/web-1' },
    shown: 'target = node/web-1',
  },
  {
    title: 'A list of any JSON API',
    says: 'The API and its readable paths stand in the data source’s settings. Rows by a JSONPath (RFC 9535), columns by the name of a member or by a JSONPath from the row. Variables are filled into API, path and parameters, not into selectors.',
    query: {
      refId: 'A',
      queryType: 'json',
      api: 'workers',
      path: '/nodes',
      columns: [
        { selector: 'Node_id', text: 'id', type: 'string' },
        { selector: 'status', text: 'status', type: 'string' },
      ],
    },
    shown: 'workers /nodes → Node_id, status',
  },
];

export function QueryHelp({ onClickExample }: QueryEditorHelpProps<LeverframeQuery>) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={2}>
      <Text element="h2">Leverframe cheat sheet</Text>
      <Text element="p">
        In a PromQL string a variable’s value is escaped, and after =~ a choice of several becomes
        (a|b). A plain text variable after =~ is taken as the pattern that it is.
      </Text>
      {EXAMPLES.map((example) => (
        <section key={example.title} aria-label={example.title}>
          <Text element="h3" variant="h5">
            {example.title}
          </Text>
          <div>
            <Button
              fill="text"
              className={styles.example}
              aria-label={`Use: ${example.title}`}
              onClick={() => onClickExample(example.query)}
            >
              {example.shown}
            </Button>
          </div>
          <Text element="p" color="secondary">
            {example.says}
          </Text>
        </section>
      ))}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  example: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    height: 'auto',
    whiteSpace: 'normal',
    textAlign: 'left',
  }),
});

// The inventory, as the service sees it now.
import type { Node, NodeState } from '@leverframe/api';
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Button, EmptyState, FilterInput, Icon, Stack, useStyles2 } from '@grafana/ui';
import React, { useCallback, useState } from 'react';

import { runPath } from '../../ids';
import { Outcome } from '../Outcome';
import { Page } from '../Page';
import { PageLink } from '../PageLink';
import { actionsPath } from '../routes';
import { useSource } from '../SourceContext';
import { Table } from '../Table';
import { useLoaded } from '../useLoaded';
import { inline, NOTHING, when, words } from '../words';

const EVERY = 5000;

/** The most that a page of the service has. */
const LIMIT = 200;

export function Nodes() {
  const { uid, client } = useSource();
  const [text, setText] = useState('');
  const load = useCallback(
    (signal: AbortSignal) => client.nodes({ limit: LIMIT }, signal),
    [client]
  );
  const loaded = useLoaded(load, EVERY);
  return (
    <Page title="Nodes" subTitle="Every node of the inventory, from all its sources.">
      <Stack direction="column" gap={2}>
        <Stack direction="row" gap={1}>
          <FilterInput
            placeholder="Filter by name, pool, state or label"
            value={text}
            onChange={setText}
            escapeRegex={false}
          />
          <Button
            variant="secondary"
            icon="sync"
            onClick={loaded.reload}
            tooltip="Look again"
            aria-label="Look again"
          />
        </Stack>
        <Outcome loaded={loaded} noun="nodes">
          {({ items, next }) => {
            const shown = items.filter((node) => fits(node, text));
            if (items.length === 0) {
              return (
                <EmptyState variant="call-to-action" message="The inventory is empty">
                  No source of the service knows a node.
                </EmptyState>
              );
            }
            return (
              <>
                {shown.length === 0 ? (
                  <EmptyState variant="not-found" message="No node fits this filter" />
                ) : (
                  <NodeTable nodes={shown} uid={uid} busy={loaded.loading} />
                )}
                {next && <div>The first {LIMIT} nodes are shown; a dashboard shows them all.</div>}
              </>
            );
          }}
        </Outcome>
      </Stack>
    </Page>
  );
}

export function fits(node: Node, text: string): boolean {
  const labels = Object.entries(node.labels).map(([name, value]) => `${name}=${value}`);
  const words = [node.id, node.name, node.address, node.pool, node.state, ...labels];
  const wanted = text.trim().toLowerCase();
  return words.some((word) => word?.toLowerCase().includes(wanted));
}

function NodeTable({ nodes, uid, busy }: { nodes: Node[]; uid: string; busy: boolean }) {
  return (
    <Table
      label="Nodes"
      rows={nodes}
      keyOf={(node) => node.id}
      busy={busy}
      columns={[
        {
          title: 'Node',
          cell: (node) => (
            <>
              {node.name}
              {node.name !== node.id && ` (${node.id})`}
            </>
          ),
        },
        { title: 'Address', cell: (node) => node.address ?? NOTHING },
        { title: 'Pool', cell: (node) => node.pool ?? NOTHING },
        { title: 'State', cell: (node) => <State state={node.state} /> },
        { title: 'Since', cell: (node) => when(node.state_since) },
        { title: 'Weight', cell: (node) => node.weight ?? NOTHING, isNumber: true },
        { title: 'Sessions', cell: (node) => node.sessions ?? NOTHING, isNumber: true },
        { title: 'Labels', cell: (node) => inline(node.labels) },
        {
          title: 'Held by',
          cell: (node) =>
            node.busy_run ? <PageLink to={runPath(node.busy_run, uid)}>a run</PageLink> : NOTHING,
        },
        {
          title: 'Actions',
          cell: (node) => (
            <PageLink to={actionsPath(uid, `node/${node.id}`)}>for {node.name}</PageLink>
          ),
        },
      ]}
    />
  );
}

const ICONS: Record<NodeState, IconName> = {
  ready: 'check-circle',
  draining: 'sync',
  maintenance: 'wrench',
  down: 'times-circle',
  unknown: 'question-circle',
};

function State({ state }: { state: NodeState }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles[state] ?? styles.unknown}>
      <Icon name={ICONS[state] ?? 'question-circle'} aria-hidden="true" /> {words(state)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ready: css({ color: theme.colors.success.text, whiteSpace: 'nowrap' }),
  draining: css({ color: theme.colors.info.text, whiteSpace: 'nowrap' }),
  maintenance: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
  down: css({ color: theme.colors.error.text, whiteSpace: 'nowrap' }),
  unknown: css({ color: theme.colors.warning.text, whiteSpace: 'nowrap' }),
});

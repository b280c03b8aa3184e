// The list of runs: newest first, filtered, live, and as a file.
import type { Run } from '@leverframe/api';
import { Button, EmptyState, InlineSwitch, Stack } from '@grafana/ui';
import React, { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { runPath } from '../../ids';
import { formatSeconds } from '../../shared/duration';
import { RunStatus } from '../../shared/RunStatus';
import { CsvButton } from '../CsvButton';
import { Outcome } from '../Outcome';
import { Page } from '../Page';
import { PageLink } from '../PageLink';

import { isFiltered, readFilter, toRunFilter, writeFilter, type FilterTexts } from '../runFilter';
import { RunFilterBar } from '../RunFilterBar';
import { useSource } from '../SourceContext';
import { Table } from '../Table';
import { useLoaded } from '../useLoaded';
import { inline, NOTHING, when } from '../words';

/** Runs that one more press shows, and the most that a page of the service has. */
const MORE = 50;
const MOST = 200;

/** Pause between two looks, in milliseconds. */
const LIVE_EVERY = 5000;

export function Runs() {
  const { uid, client } = useSource();
  const [parameters, setParameters] = useSearchParams();
  const [limit, setLimit] = useState(MORE);
  const [isLive, setLive] = useState(true);
  const question = JSON.stringify(toRunFilter(readFilter(parameters)));
  const filter = readFilter(parameters);

  const load = useCallback(
    (signal: AbortSignal) => client.runs({ ...JSON.parse(question), limit }, signal),
    [client, question, limit]
  );
  const loaded = useLoaded(load, isLive ? LIVE_EVERY : null);

  const change = (changes: Partial<FilterTexts>) => {
    setLimit(MORE);
    setParameters(writeFilter(parameters, changes), { replace: true });
  };

  return (
    <Page title="Runs" subTitle="Every press and what came of it.">
      <Stack direction="column" gap={2}>
        <Stack
          direction="row"
          gap={2}
          wrap="wrap"
          alignItems="flex-end"
          justifyContent="space-between"
        >
          <RunFilterBar key={uid} filter={filter} onChange={change} />
          <Stack direction="row" gap={1} alignItems="center">
            <InlineSwitch
              label="Live"
              showLabel
              transparent
              value={isLive}
              onChange={(event) => setLive(event.currentTarget.checked)}
            />
            <Button
              variant="secondary"
              icon="sync"
              onClick={loaded.reload}
              tooltip="Look again"
              aria-label="Look again"
            />
            <CsvButton filter={toRunFilter(filter)} />
          </Stack>
        </Stack>
        <Outcome loaded={loaded} noun="runs">
          {({ items, next }) =>
            items.length === 0 ? (
              <NoRuns isFiltered={isFiltered(filter)} />
            ) : (
              <>
                <RunTable runs={items} uid={uid} busy={loaded.loading} />
                {next &&
                  (limit < MOST ? (
                    <div>
                      <Button
                        variant="secondary"
                        onClick={() => setLimit(Math.min(MOST, limit + MORE))}
                      >
                        Show more
                      </Button>
                    </div>
                  ) : (
                    <div>
                      The newest {MOST} are shown. Filter for others, or download them all as CSV.
                    </div>
                  ))}
              </>
            )
          }
        </Outcome>
      </Stack>
    </Page>
  );
}

function NoRuns({ isFiltered: filtered }: { isFiltered: boolean }) {
  return filtered ? (
    <EmptyState variant="not-found" message="No run fits this filter" />
  ) : (
    <EmptyState variant="call-to-action" message="Nothing has been run yet">
      Runs begin with a button on a dashboard, a policy, or the command line.
    </EmptyState>
  );
}

export function RunTable({ runs, uid, busy }: { runs: Run[]; uid: string; busy: boolean }) {
  return (
    <Table
      label="Runs"
      rows={runs}
      keyOf={(run) => run.id}
      busy={busy}
      columns={[
        {
          title: 'Begun',
          cell: (run) => <PageLink to={runPath(run.id, uid)}>{when(run.created)}</PageLink>,
        },
        { title: 'Action', cell: (run) => run.action },
        { title: 'Target', cell: (run) => run.target },
        { title: 'State', cell: (run) => <RunStatus run={run} /> },
        { title: 'Step', cell: (run) => run.phase ?? NOTHING },
        { title: 'Took', cell: (run) => formatSeconds(run.elapsed), isNumber: true },
        { title: 'Who', cell: (run) => run.actor || NOTHING },
        { title: 'Reason', cell: (run) => inline(run.reason) },
        { title: 'Why not', cell: (run) => inline(run.why) },
      ]}
    />
  );
}

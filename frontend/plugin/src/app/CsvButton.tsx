// Downloads what the filter finds, page after page, up to a bound that is said.
import type { Client, Run, RunFilter } from '@leverframe/api';
import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { Button } from '@grafana/ui';
import React, { useEffect, useRef, useState } from 'react';

import { download, runsCsv } from './csv';
import { useSource } from './SourceContext';
import { problemFrom } from './useLoaded';

/** Rows of one file. */
const ROWS_MAX = 5000;
const PAGE = 200;

export function CsvButton({ filter }: { filter: RunFilter }) {
  const { client } = useSource();
  const [isBusy, setBusy] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const save = async () => {
    const control = new AbortController();
    abort.current = control;
    setBusy(true);
    try {
      const { runs, isWhole } = await collect(client, filter, control.signal);
      download(`leverframe-runs-${new Date().toISOString().slice(0, 10)}.csv`, runsCsv(runs));
      if (!isWhole) {
        say(AppEvents.alertWarning, `Only the newest ${ROWS_MAX} runs are in the file`);
      }
    } catch (error) {
      if (!control.signal.aborted) {
        const problem = problemFrom(error);
        say(AppEvents.alertError, problem.message, problem.detail);
      }
    } finally {
      if (!control.signal.aborted) {
        setBusy(false);
      }
    }
  };

  return (
    <Button
      variant="secondary"
      icon={isBusy ? 'spinner' : 'download-alt'}
      disabled={isBusy}
      onClick={() => void save()}
    >
      CSV
    </Button>
  );
}

function say(event: { name: string }, ...payload: string[]) {
  getAppEvents().publish({ type: event.name, payload });
}

export async function collect(
  client: Client,
  filter: RunFilter,
  signal: AbortSignal
): Promise<{ runs: Run[]; isWhole: boolean }> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.runs({ ...filter, limit: PAGE, cursor }, signal);
    runs.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && runs.length < ROWS_MAX);
  return { runs: runs.slice(0, ROWS_MAX), isWhole: cursor === undefined };
}

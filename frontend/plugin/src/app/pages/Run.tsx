// One run: what was asked, by whom and why, each step with before and after, and whether it helped.
import type { Run as RunObject } from '@leverframe/api';
import { isTerminal } from '@leverframe/api/runState';
import { locationUtil } from '@grafana/data';
import { Alert, EmptyState, LinkButton, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import React, { type ReactNode } from 'react';
import { useParams } from 'react-router-dom';

import { formatSeconds } from '../../shared/duration';
import { ProgressBar } from '../../shared/ProgressBar';
import { RunStatus } from '../../shared/RunStatus';
import { useNow } from '../../shared/useNow';
import { useRun, type SeenRun } from '../../shared/useRun';
import { Goal, Guards } from '../Checks';
import { Facts } from '../Facts';
import { ProblemAlert } from '../Outcome';
import { Page } from '../Page';
import { PageLink } from '../PageLink';
import { actionsPath, runsPath } from '../routes';
import { RunNotes } from '../RunNotes';
import { useSource } from '../SourceContext';
import { StepTimeline } from '../StepTimeline';
import { inline, NOTHING, when } from '../words';

export function Run() {
  const { uid, client } = useSource();
  const { id = '' } = useParams();
  const seen = useRun(client, id);
  const { run } = seen;
  const title = run ? `${run.action} on ${run.target}` : 'Run';
  const again = run && (
    <LinkButton
      variant="secondary"
      icon="repeat"
      href={locationUtil.assureBaseUrl(actionsPath(uid, run.target, run.action))}
    >
      Run again…
    </LinkButton>
  );
  return (
    <Page
      title={title}
      parent={{ title: 'Runs', url: runsPath(uid) }}
      actions={again}
      subTitle={run ? `Begun ${when(run.created)} by ${run.actor || 'somebody'}` : undefined}
    >
      {seen.problem?.code === 'not_found' ? (
        <EmptyState variant="not-found" message="There is no such run">
          Runs are kept for a time, and seen only by those who may.{' '}
          <PageLink to={runsPath(uid)}>Go to the runs</PageLink>
        </EmptyState>
      ) : (
        <Seen seen={seen} />
      )}
    </Page>
  );
}

function Seen({ seen: { run, link, problem } }: { seen: SeenRun }) {
  if (!run) {
    if (problem) {
      return <ProblemAlert problem={problem} noun="run" isStale={false} />;
    }
    return link === 'lost' ? (
      <Alert severity="error" title="The run cannot be read at the moment">
        It is asked for again and again; the run itself goes on without this page.
      </Alert>
    ) : (
      <LoadingPlaceholder text="Loading run…" />
    );
  }
  return (
    <Stack direction="column" gap={3}>
      {problem && <ProblemAlert problem={problem} noun="steps" isStale />}
      {link === 'lost' && !problem && !isTerminal(run.state) && (
        <Alert severity="warning" title="The connection is lost">
          This is how the run stood at {when(run.updated)}; it goes on without this page.
        </Alert>
      )}
      <Standing run={run} />
      <RunNotes run={run} />
      <Section title="Who and why">
        <AskedFor run={run} />
      </Section>
      <Section title="Steps">
        <StepTimeline steps={run.steps} />
      </Section>
      <Section title="Guards">
        <Guards guards={run.guards} />
      </Section>
      <Section title="Did it help?">
        <Goal run={run} />
      </Section>
    </Stack>
  );
}

/** Where it stands; changes are read out to those who cannot see them. */
function Standing({ run }: { run: RunObject }) {
  const isOpen = !isTerminal(run.state);
  const now = useNow(isOpen);
  const elapsed = isOpen ? (now - Date.parse(run.created)) / 1000 : run.elapsed;
  return (
    <Stack direction="column" gap={1}>
      <div role="status">
        <RunStatus run={run} />
        {run.phase && ` – ${run.phase}`}
      </div>
      {isOpen && <ProgressBar value={run.progress ?? null} label="Progress of the run" />}
      <Text color="secondary">
        {isOpen ? `For ${formatSeconds(elapsed)}` : `Took ${formatSeconds(elapsed)}`}
      </Text>
    </Stack>
  );
}

function AskedFor({ run }: { run: RunObject }) {
  return (
    <Facts
      facts={[
        ['Who', run.actor || NOTHING],
        ['Reason', inline(run.reason)],
        ['Ticket', inline(run.ticket)],
        ['Action', `${run.action}, version ${run.version}`],
        ['Target', run.target],
        ['Parameters', inline(run.params)],
        ['Plan', run.plan_hash ? <code>{run.plan_hash}</code> : 'Run without a plan'],
        ['Begun', when(run.created)],
        ['Ended', when(run.ended)],
        ['Run', <code key="id">{run.id}</code>],
      ]}
    />
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h2" variant="h4">
          {title}
        </Text>
        {children}
      </Stack>
    </section>
  );
}

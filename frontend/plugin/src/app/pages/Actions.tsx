// The catalogue, as whoever looks at it may use it; with a target, judged for that target.
import type { Action, Risk } from '@leverframe/api';
import { Badge, type BadgeColor, Button, EmptyState, Field, Input, Stack, Text } from '@grafana/ui';
import React, { useCallback, useId } from 'react';
import { useSearchParams } from 'react-router-dom';

import { formatSeconds, secondsUntil } from '../../shared/duration';
import { useNow } from '../../shared/useNow';
import { Outcome } from '../Outcome';
import { Page } from '../Page';
import { useSource } from '../SourceContext';
import { Table } from '../Table';
import { useDraft } from '../useDraft';
import { useLoaded } from '../useLoaded';
import { NOTHING, when } from '../words';

const EVERY = 15_000;

export function Actions() {
  const { client } = useSource();
  const [parameters, setParameters] = useSearchParams();
  const target = parameters.get('target')?.trim() ?? '';
  const wanted = parameters.get('action') ?? '';
  const load = useCallback(
    (signal: AbortSignal) => client.actions(target || undefined, signal),
    [client, target]
  );
  const loaded = useLoaded(load, EVERY);

  const change = (name: 'target' | 'action', text: string) => {
    const changed = new URLSearchParams(parameters);
    if (text === '') {
      changed.delete(name);
    } else {
      changed.set(name, text);
    }
    setParameters(changed, { replace: true });
  };

  return (
    <Page
      title="Actions"
      subTitle="What may be done, to what, and with how much care. Buttons on dashboards name these."
    >
      <Stack direction="column" gap={2}>
        <Stack direction="row" gap={1} alignItems="flex-end" wrap="wrap">
          <TargetField target={target} onChange={(text) => change('target', text)} />
          {wanted !== '' && (
            <Button variant="secondary" fill="text" onClick={() => change('action', '')}>
              Show all actions
            </Button>
          )}
        </Stack>
        <Outcome loaded={loaded} noun="actions">
          {({ items }) => {
            const shown = items.filter(({ name }) => wanted === '' || name === wanted);
            return shown.length === 0 ? (
              <NoActions wanted={wanted} target={target} />
            ) : (
              <ActionTable actions={shown} target={target} busy={loaded.loading} />
            );
          }}
        </Outcome>
      </Stack>
    </Page>
  );
}

function NoActions({ wanted, target }: { wanted: string; target: string }) {
  if (wanted !== '') {
    return (
      <EmptyState
        variant="not-found"
        message={`The action ${wanted} is not in the catalogue${target ? ` for ${target}` : ''}`}
      />
    );
  }
  if (target !== '') {
    return <EmptyState variant="not-found" message={`No action takes ${target}`} />;
  }
  return (
    <EmptyState variant="call-to-action" message="The catalogue is empty">
      An administrator writes actions as YAML files of the service.
    </EmptyState>
  );
}

function TargetField({ target, onChange }: { target: string; onChange: (text: string) => void }) {
  const id = useId();
  const [text, setText] = useDraft(target);
  const commit = () => {
    if (text.trim() !== target) {
      onChange(text.trim());
    }
  };
  return (
    <Field
      label="Target"
      description="Rights and cool-down are then told for it."
      htmlFor={id}
      noMargin
    >
      <Input
        id={id}
        width={30}
        value={text}
        placeholder="node/web-1"
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            commit();
          }
        }}
      />
    </Field>
  );
}

function ActionTable({
  actions,
  target,
  busy,
}: {
  actions: Action[];
  target: string;
  busy: boolean;
}) {
  return (
    <Table
      label="Actions"
      rows={actions}
      keyOf={(action) => action.name}
      busy={busy}
      columns={[
        {
          title: 'Action',
          cell: (action) => (
            <>
              <div>{action.title}</div>
              <Text color="secondary" variant="bodySmall">
                {action.name}
              </Text>
            </>
          ),
        },
        { title: 'What it does', cell: (action) => action.description || NOTHING },
        { title: 'Target', cell: (action) => action.target },
        { title: 'Risk', cell: (action) => <RiskBadge risk={action.risk} /> },
        { title: 'Parameters', cell: (action) => parameterNames(action).join(', ') || NOTHING },
        {
          title: target ? `You, on ${target}` : 'You',
          cell: (action) => <Allowed action={action} />,
        },
      ]}
    />
  );
}

const COLORS: Record<Risk, BadgeColor> = { low: 'green', medium: 'orange', high: 'red' };

function RiskBadge({ risk }: { risk: Risk }) {
  return <Badge color={COLORS[risk] ?? 'blue'} text={risk} />;
}

function Allowed({ action }: { action: Action }) {
  const rests = Boolean(action.cooldown_until);
  const now = useNow(rests);
  if (!action.allowed) {
    return <>{action.why_not ? `Not allowed: ${action.why_not}` : 'Not allowed'}</>;
  }
  const left = rests ? secondsUntil(action.cooldown_until, now) : null;
  return left ? (
    <>{`Allowed in ${formatSeconds(left)}, at ${when(action.cooldown_until)}`}</>
  ) : (
    <>Allowed</>
  );
}

/** Names the parameters; a star marks those that must be given. */
export function parameterNames({ params }: Pick<Action, 'params'>): string[] {
  const schema = params as { properties?: Record<string, unknown>; required?: unknown };
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.keys(schema.properties ?? {}).map((name) =>
    required.includes(name) ? `${name}*` : name
  );
}

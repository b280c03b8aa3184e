// The steps of a run, planned and taken, with what each changed.
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import type { Step, StepState } from '@leverframe/api';
import { Icon, useStyles2 } from '@grafana/ui';
import React from 'react';

import { formatSeconds } from '../shared/duration';
import { differences } from './differences';
import { when } from './words';

const SIGNS: Record<StepState, { icon: IconName; text: string }> = {
  planned: { icon: 'circle', text: 'Planned' },
  open: { icon: 'sync', text: 'In progress' },
  done: { icon: 'check-circle', text: 'Done' },
  failed: { icon: 'times-circle', text: 'Failed' },
  unknown: { icon: 'question-circle', text: 'Not known' },
};

export function StepTimeline({ steps }: { steps: Step[] }) {
  const styles = useStyles2(getStyles);
  if (steps.length === 0) {
    return <p>No step was taken.</p>;
  }
  return (
    <ol className={styles.list} aria-label="Steps">
      {steps.map((step) => (
        <li
          key={`${step.dir}-${step.n}`}
          className={styles.step}
          aria-current={step.state === 'open' ? 'step' : undefined}
        >
          <StepSign state={step.state} />
          <div className={styles.body}>
            <div className={styles.title}>
              {step.dir === 'undo' ? `Taking back step ${step.n}: ` : `${step.n}. `}
              {step.title}
            </div>
            <div className={styles.small}>
              {step.operation}
              {timing(step)}
            </div>
            {step.error && <div className={styles.error}>{step.error}</div>}
            <Changes step={step} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function StepSign({ state }: { state: StepState }) {
  const styles = useStyles2(getStyles);
  const sign = SIGNS[state] ?? { icon: 'question-circle', text: String(state) };
  return (
    <span className={styles[state] ?? styles.unknown}>
      <Icon name={sign.icon} aria-hidden="true" /> {sign.text}
    </span>
  );
}

function timing({ started, ended, attempt }: Step): string {
  if (!started) {
    return '';
  }
  const took = ended
    ? `, took ${formatSeconds((Date.parse(ended) - Date.parse(started)) / 1000)}`
    : '';
  return `, begun ${when(started)}${took}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

function Changes({ step }: { step: Step }) {
  const styles = useStyles2(getStyles);
  const found = differences(step.before, step.after);
  if (found.length === 0) {
    return null;
  }
  // Without an "after" the step is not over: what was seen before is all there is.
  const isOver = step.after !== null && step.after !== undefined;
  return (
    <ul className={styles.changes} aria-label={`What step ${step.n} saw`}>
      {found.map(({ field, from, to, isChanged }) => (
        <li key={field}>
          {field !== '' && <span className={styles.field}>{field}: </span>}
          {isOver && isChanged ? (
            <>
              {from} <Icon name="arrow-right" title="became" /> <strong>{to}</strong>
            </>
          ) : (
            <span className={styles.small}>{from}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function getStyles(theme: GrafanaTheme2) {
  const sign = (color: string) => css({ color, whiteSpace: 'nowrap', minWidth: theme.spacing(14) });
  return {
    list: css({ listStyle: 'none', margin: 0, padding: 0 }),
    step: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      padding: theme.spacing(1.5, 0),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    }),
    body: css({ flex: '1 1 280px', minWidth: 0, overflowWrap: 'anywhere' }),
    title: css({ fontWeight: theme.typography.fontWeightMedium }),
    small: css({
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    error: css({ color: theme.colors.error.text }),
    changes: css({ listStyle: 'none', margin: theme.spacing(0.5, 0, 0), padding: 0 }),
    field: css({ color: theme.colors.text.secondary }),
    planned: sign(theme.colors.text.secondary),
    open: sign(theme.colors.info.text),
    done: sign(theme.colors.success.text),
    failed: sign(theme.colors.error.text),
    unknown: sign(theme.colors.warning.text),
  };
}

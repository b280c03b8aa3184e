import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Icon, useStyles2 } from '@grafana/ui';
import type { Change, Guard, Plan } from '@leverframe/api';
import React from 'react';

import { valueText } from '../../shared/valueText';

/** What a run would change, under which conditions, and in which steps. */
export function PlanPreview({ plan }: { plan: Plan }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.sections}>
      {plan.changes.length === 0 ? (
        <p className={styles.quiet}>Nothing would change.</p>
      ) : (
        <ChangeTable changes={plan.changes} caption="What would change" />
      )}
      {plan.guards.length > 0 && <GuardList guards={plan.guards} />}
      {plan.warnings.map((warning) => (
        <Alert key={warning} severity="warning" title={warning} bottomSpacing={0} />
      ))}
      {plan.steps.length > 0 && (
        <details>
          <summary>{plan.steps.length === 1 ? '1 step' : `${plan.steps.length} steps`}</summary>
          <ol className={styles.steps}>
            {plan.steps.map((step) => (
              <li key={step.n}>{step.title}</li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

/** Fields with their values before and after. */
export function ChangeTable({ changes, caption }: { changes: Change[]; caption: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col">Field</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.target} ${change.field}`}>
              <td>{change.target}</td>
              <td>{change.field}</td>
              <td>{valueText(change.from)}</td>
              <td>
                <strong>{valueText(change.to)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Guards with what was measured and what is wanted. */
export function GuardList({
  guards,
}: {
  guards: Array<Pick<Guard, 'name' | 'ok' | 'value' | 'expect' | 'why'>>;
}) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.guards} aria-label="Guards">
      {guards.map((guard) => (
        <li key={guard.name} className={cx(guard.ok ? styles.good : styles.bad)}>
          <Icon name={guard.ok ? 'check-circle' : 'times-circle'} aria-hidden="true" />
          <span>
            {guard.name} {guard.ok ? 'holds' : 'does not hold'}: {valueText(guard.value)}, wanted{' '}
            {guard.expect}
            {guard.why ? ` (${guard.why})` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

function getStyles(theme: GrafanaTheme2) {
  const guard = (color: string) =>
    css({
      display: 'flex',
      gap: theme.spacing(1),
      alignItems: 'flex-start',
      '& > svg, & > div': { color },
    });
  return {
    sections: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
    quiet: css({ margin: 0, color: theme.colors.text.secondary }),
    scroll: css({ overflowX: 'auto' }),
    table: css({
      width: '100%',
      overflowWrap: 'anywhere',
      '& caption': {
        captionSide: 'top',
        textAlign: 'left',
        color: theme.colors.text.secondary,
        padding: 0,
        paddingBottom: theme.spacing(0.5),
      },
      '& th, & td': {
        textAlign: 'left',
        padding: theme.spacing(0.5, 1, 0.5, 0),
        borderBottom: `1px solid ${theme.colors.border.weak}`,
        fontVariantNumeric: 'tabular-nums',
      },
      '& th': {
        color: theme.colors.text.secondary,
        fontWeight: theme.typography.fontWeightRegular,
      },
    }),
    guards: css({
      listStyle: 'none',
      margin: 0,
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
    }),
    good: guard(theme.colors.success.text),
    bad: guard(theme.colors.error.text),
    steps: css({ margin: theme.spacing(0.5, 0, 0, 3) }),
  };
}

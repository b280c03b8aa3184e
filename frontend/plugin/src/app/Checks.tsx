// What was measured: guards before, the goal after.
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { Guard, Run, Verify } from '@leverframe/api';
import { Icon, useStyles2 } from '@grafana/ui';
import React from 'react';

import { Facts } from './Facts';
import { Table } from './Table';
import { NOTHING, words } from './words';

export function Guards({ guards }: { guards: Guard[] }) {
  if (guards.length === 0) {
    return <p>No guard was judged.</p>;
  }
  return (
    <Table
      label="Guards"
      rows={guards}
      keyOf={(guard) => guard.name}
      columns={[
        { title: 'Guard', cell: (guard) => guard.name },
        { title: 'Held', cell: (guard) => <Held ok={guard.ok} /> },
        { title: 'Value', cell: (guard) => value(guard.value), isNumber: true },
        { title: 'Wanted', cell: (guard) => guard.expect },
        { title: 'Why not', cell: (guard) => guard.why ?? NOTHING },
      ]}
    />
  );
}

function Held({ ok }: { ok: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={ok ? styles.good : styles.bad}>
      <Icon name={ok ? 'check-circle' : 'times-circle'} aria-hidden="true" /> {ok ? 'yes' : 'no'}
    </span>
  );
}

/** An action without a goal says so; done is then not proven. */
export function Goal({ run }: { run: Run }) {
  const { verify } = run;
  if (!verify && run.state === 'refused') {
    return <p>Nothing was sent, so there is nothing to measure.</p>;
  }
  if (!verify) {
    return <p>The action has no goal to measure, so nothing is proven.</p>;
  }
  return (
    <Facts
      facts={[
        ['Wanted', verify.expect],
        ['Before the first step', value(verify.baseline)],
        ['Measured', value(verify.value)],
        ['Judgement', judgement(verify, run)],
      ]}
    />
  );
}

function judgement({ verdict }: Verify, run: Run): string {
  switch (verdict) {
    case 'met':
      return 'Met: it came true in time and held';
    case 'unmet':
      return 'Not met in time';
    case 'worse':
      return 'Worse: the opposite happened';
    case 'unmeasured':
      return 'It could not be measured';
    case null:
    case undefined:
      return run.ended ? 'Not judged' : 'Still open';
    default:
      return words(String(verdict));
  }
}

function value(number: number | null | undefined): string {
  return number === null || number === undefined ? NOTHING : String(number);
}

const getStyles = (theme: GrafanaTheme2) => ({
  good: css({ color: theme.colors.success.text, whiteSpace: 'nowrap' }),
  bad: css({ color: theme.colors.error.text, whiteSpace: 'nowrap' }),
});

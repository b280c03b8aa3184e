import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Run } from '@leverframe/api';
import React from 'react';

import { type Tone, wordsOf } from './runWords';

const ICONS: Record<Tone, IconName> = {
  waiting: 'clock-nine',
  busy: 'sync',
  good: 'check-circle',
  neutral: 'info-circle',
  warning: 'exclamation-triangle',
  bad: 'times-circle',
};

/** A run's state as a word with a sign; never by colour alone. */
export function RunStatus({ run }: { run: Pick<Run, 'state' | 'verified'> }) {
  const styles = useStyles2(getStyles);
  const { text, tone } = wordsOf(run);
  return (
    <span className={styles[tone]} data-testid="run-status">
      <Icon name={ICONS[tone]} aria-hidden="true" />
      {text}
    </span>
  );
}

function getStyles(theme: GrafanaTheme2) {
  const of = (color: string) =>
    css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      color,
      fontWeight: theme.typography.fontWeightMedium,
    });
  const { text, success, warning, error, info } = theme.colors;
  return {
    waiting: of(text.secondary),
    busy: of(info.text),
    good: of(success.text),
    neutral: of(text.primary),
    warning: of(warning.text),
    bad: of(error.text),
  };
}

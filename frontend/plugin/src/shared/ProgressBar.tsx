import { css, cx, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';

interface Props {
  /** 0 to 1; null where it is not known. */
  value: number | null;
  /** What makes progress, for those who cannot see it. */
  label: string;
}

/** How far something is. */
export function ProgressBar({ value, label }: Props) {
  const styles = useStyles2(getStyles);
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
    >
      <div
        className={cx(styles.bar, percent === null && styles.unsure)}
        style={{ width: `${percent ?? 30}%` }}
      />
    </div>
  );
}

const wander = keyframes({ from: { marginLeft: '0%' }, to: { marginLeft: '70%' } });

function getStyles(theme: GrafanaTheme2) {
  return {
    track: css({
      width: '100%',
      height: theme.spacing(0.75),
      borderRadius: theme.shape.radius.pill,
      background: theme.colors.background.secondary,
      boxShadow: `inset 0 0 0 1px ${theme.colors.border.weak}`,
      overflow: 'hidden',
    }),
    bar: css({
      height: '100%',
      background: theme.colors.info.main,
      [theme.transitions.handleMotion('no-preference')]: { transition: 'width 0.3s ease-out' },
    }),
    unsure: css({
      [theme.transitions.handleMotion('no-preference')]: {
        animation: `${wander} 1.6s ease-in-out infinite alternate`,
      },
    }),
  };
}

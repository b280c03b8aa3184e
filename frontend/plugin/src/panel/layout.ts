import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Styles of the panel's three layouts; from 320 px to wide. */
export function getStyles(theme: GrafanaTheme2) {
  return {
    panel: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      height: '100%',
      overflow: 'auto',
      padding: theme.spacing(0.5),
    }),
    empty: css({ margin: 0, color: theme.colors.text.secondary }),
    row: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(2),
      alignItems: 'flex-start',
    }),
    grid: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(min(220px, 100%), 1fr))',
      gap: theme.spacing(1),
      alignItems: 'start',
      '& > div': {
        padding: theme.spacing(1),
        background: theme.colors.background.secondary,
        borderRadius: theme.shape.radius.default,
      },
    }),
    list: css({
      display: 'flex',
      flexDirection: 'column',
      '& > div': {
        padding: theme.spacing(0.75, 0),
        borderBottom: `1px solid ${theme.colors.border.weak}`,
      },
    }),
    group: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      minWidth: 0,
    }),
    head: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
    }),
    name: css({
      margin: 0,
      minWidth: '8ch',
      fontSize: theme.typography.body.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      overflowWrap: 'anywhere',
    }),
  };
}

// A link to another page of the app.
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { type ReactNode } from 'react';
import { Link } from 'react-router-dom';

interface Props {
  to: string;
  children: ReactNode;
  className?: string;
}

export function PageLink({ to, children, className }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <Link to={to} className={cx(styles.link, className)}>
      {children}
    </Link>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    color: theme.colors.text.link,
    textDecoration: 'underline',
    overflowWrap: 'anywhere',
  }),
});

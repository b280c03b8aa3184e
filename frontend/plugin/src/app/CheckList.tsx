// One data source's upstreams: what works, what does not, and what to do about it.
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Button, Icon, Stack, Text, useStyles2 } from '@grafana/ui';
import React, { useCallback } from 'react';

import { checkHealth, type Health, type Upstream } from './health';
import { Outcome } from './Outcome';
import { useLoaded } from './useLoaded';

const SIGNS: Record<Upstream['state'], { icon: IconName; text: string }> = {
  ok: { icon: 'check-circle', text: 'Works' },
  failed: { icon: 'times-circle', text: 'Failed' },
  not_configured: { icon: 'minus-circle', text: 'Not configured' },
};

export function CheckList({ uid, name }: { uid: string; name: string }) {
  const load = useCallback((signal: AbortSignal) => checkHealth(uid, signal), [uid]);
  const loaded = useLoaded(load);
  return (
    <section aria-label={`Data source ${name}`}>
      <Stack direction="row" alignItems="center" justifyContent="space-between" gap={1}>
        <Text element="h2" variant="h4">
          {name}
        </Text>
        <Button
          variant="secondary"
          icon={loaded.loading ? 'spinner' : 'sync'}
          disabled={loaded.loading}
          aria-label={`Check ${name} again`}
          onClick={loaded.reload}
        >
          Check again
        </Button>
      </Stack>
      <Outcome loaded={loaded} noun="checks">
        {(health) => <Found health={health} />}
      </Outcome>
    </section>
  );
}

function Found({ health }: { health: Health }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <p role="status">{health.message}</p>
      <ul className={styles.list}>
        {health.upstreams.map((upstream) => (
          <li key={upstream.name} className={styles.item}>
            <Sign state={upstream.state} />
            <div className={styles.words}>
              <strong>{title(upstream.name)}</strong>
              {upstream.state !== 'not_configured' && <div>{upstream.message}</div>}
              {upstream.hint !== '' && <div>What to do: {upstream.hint}</div>}
            </div>
          </li>
        ))}
        {health.others.map((line) => (
          <li key={line} className={styles.item}>
            <span className={styles.failed}>
              <Icon name="exclamation-triangle" aria-hidden="true" /> Settings
            </span>
            <div className={styles.words}>{line.replace(/^(settings|warning): /, '')}</div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Sign({ state }: { state: Upstream['state'] }) {
  const styles = useStyles2(getStyles);
  const sign = SIGNS[state] ?? SIGNS.failed;
  return (
    <span className={styles[state] ?? styles.failed}>
      <Icon name={sign.icon} aria-hidden="true" /> {sign.text}
    </span>
  );
}

function title(name: string): string {
  if (name === 'prometheus') {
    return 'Prometheus';
  }
  return name === 'service' ? 'Leverframe service' : name.replace(/^node-api\//, 'Node API ');
}

function getStyles(theme: GrafanaTheme2) {
  const sign = (color: string) => css({ color, whiteSpace: 'nowrap', minWidth: theme.spacing(17) });
  return {
    list: css({ listStyle: 'none', margin: 0, padding: 0 }),
    item: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      padding: theme.spacing(1, 0),
      borderTop: `1px solid ${theme.colors.border.weak}`,
    }),
    words: css({ flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' }),
    ok: sign(theme.colors.success.text),
    failed: sign(theme.colors.error.text),
    not_configured: sign(theme.colors.text.secondary),
  };
}

import { css } from '@emotion/css';
import type { GrafanaTheme2, StandardEditorProps } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import React, { useMemo } from 'react';

import { clientOf } from '../../shared/transport';
import { ButtonFields } from './ButtonFields';
import { chooseDatasource } from '../datasource';
import { type ButtonOptions, NEW_BUTTON, type PanelOptions, readButtons } from '../options';
import { useCatalogue } from '../useCatalogue';

type Props = StandardEditorProps<ButtonOptions[], unknown, PanelOptions>;

const NO_TARGETS: string[] = [];

/** Edits the list of buttons. */
export function ButtonsEditor({ value, onChange, context }: Props) {
  const styles = useStyles2(getStyles);
  const replace = (text: string) => context.replaceVariables?.(text) ?? text;
  const { uid } = chooseDatasource(context.options?.datasourceUid ?? '', replace);
  const client = useMemo(() => (uid === null ? null : clientOf(uid)), [uid]);
  const { catalogue } = useCatalogue(client, NO_TARGETS, '');
  const buttons = readButtons(value);
  const set = (n: number, button: ButtonOptions) =>
    onChange(buttons.map((old, index) => (index === n ? button : old)));
  const move = (n: number, by: number) => {
    const moved = buttons.filter((_, index) => index !== n);
    moved.splice(n + by, 0, ...buttons.slice(n, n + 1));
    onChange(moved);
  };
  const fieldNames = context.data.flatMap((frame) => frame.fields.map((field) => field.name));

  return (
    <div className={styles.list}>
      {catalogue.problem !== null && (
        <Alert severity="warning" title={catalogue.problem.message} bottomSpacing={0}>
          Names of actions can be typed all the same.
        </Alert>
      )}
      {buttons.map((button, n) => (
        <ButtonFields
          key={n}
          position={n}
          count={buttons.length}
          button={button}
          actions={[...(catalogue.actions?.values() ?? [])]}
          fieldNames={[...new Set(fieldNames)]}
          onChange={(news) => set(n, news)}
          onMove={(by) => move(n, by)}
          onRemove={() => onChange(buttons.filter((_, index) => index !== n))}
        />
      ))}
      <Button
        variant="secondary"
        size="sm"
        icon="plus"
        className={styles.add}
        onClick={() => onChange([...buttons, NEW_BUTTON])}
      >
        Add button
      </Button>
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
    add: css({ alignSelf: 'flex-start' }),
  };
}

import { dateTimeFormat } from '@grafana/data';
import { Button } from '@grafana/ui';
import React from 'react';

import { formatSeconds, secondsUntil } from '../shared/duration';
import { type ButtonModel, nameOf } from './model';

interface Props {
  button: ButtonModel;
  /** Milliseconds; for the countdown. */
  now: number;
  onPress: () => void;
}

/** One button. Where it cannot be pressed it stays reachable and says why. */
export function ActionButton({ button, now, onPress }: Props) {
  const { action, blocked, title, target } = button;
  const seconds = secondsUntil(blocked?.until, now);
  const until = blocked?.until ? ` Until ${dateTimeFormat(blocked.until)}.` : '';
  const tooltip = blocked === null ? action?.description : `${blocked.why}${until}`;
  const name = `${title} ${nameOf(target)}`.trim();
  return (
    <Button
      size="sm"
      variant={
        action?.risk === 'high'
          ? 'destructive'
          : action?.risk === 'medium'
            ? 'primary'
            : 'secondary'
      }
      disabled={blocked !== null}
      tooltip={tooltip || title}
      aria-label={blocked === null ? name : `${name}: ${blocked.why}`}
      onClick={onPress}
    >
      {title}
      {seconds !== null && seconds > 0 && (
        <span aria-hidden="true">&nbsp;({formatSeconds(seconds)})</span>
      )}
    </Button>
  );
}

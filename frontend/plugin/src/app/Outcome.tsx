// The states in which there is nothing to show, or not everything: loading, failed, empty.
import { adviceOf, type ProblemError } from '@leverframe/api/problem';
import { Alert, Button, LoadingPlaceholder } from '@grafana/ui';
import React, { type ReactNode } from 'react';

import type { Loaded } from './useLoaded';

interface Props<T> {
  loaded: Loaded<T>;
  /** What is being loaded, as in "runs". */
  noun: string;
  children: (value: T) => ReactNode;
}

/** Shows the value, whatever else is the matter: an old answer stays while a new one fails. */
export function Outcome<T>({ loaded, noun, children }: Props<T>) {
  const { value, problem, loading, reload } = loaded;
  return (
    <>
      {problem && (
        <ProblemAlert problem={problem} noun={noun} isStale={value !== null} onRetry={reload} />
      )}
      {value === null && loading && !problem && <LoadingPlaceholder text={`Loading ${noun}…`} />}
      {value !== null && children(value)}
    </>
  );
}

interface AlertProps {
  problem: ProblemError;
  noun: string;
  isStale: boolean;
  onRetry?: () => void;
}

export function ProblemAlert({ problem, noun, isStale, onRetry }: AlertProps) {
  const advice = adviceOf(problem.code);
  return (
    <Alert severity={isStale ? 'warning' : 'error'} title={problem.message}>
      {problem.detail !== '' && <div>{problem.detail}</div>}
      {advice && <div>{advice}</div>}
      {isStale && <div>What is shown below are the {noun} as they were before.</div>}
      {onRetry && (
        <Button variant="secondary" size="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

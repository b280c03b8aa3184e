// The words for states of nodes, in the order in which people look for them.
import type { NodeState } from '@leverframe/api';

export const NODE_STATES: readonly NodeState[] = [
  'ready',
  'draining',
  'maintenance',
  'down',
  'unknown',
];

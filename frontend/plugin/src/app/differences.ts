// What a step changed: two snapshots of a target, field by field.
import { inline } from './words';

export interface Difference {
  field: string;
  from: string;
  to: string;
  isChanged: boolean;
}

type Fields = Record<string, unknown>;

/** Lists fields, changed ones first. Snapshots that are no objects are one field without a name. */
export function differences(before: unknown, after: unknown): Difference[] {
  if (!isFields(before) && !isFields(after)) {
    const isNothing = (before ?? null) === null && (after ?? null) === null;
    return isNothing ? [] : [difference('', before, after)];
  }
  const left = isFields(before) ? before : {};
  const right = isFields(after) ? after : {};
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const all = names.map((name) => difference(name, left[name], right[name]));
  return [
    ...all.filter(({ isChanged }) => isChanged),
    ...all.filter(({ isChanged }) => !isChanged),
  ];
}

function difference(field: string, before: unknown, after: unknown): Difference {
  const [from, to] = [inline(before), inline(after)];
  return { field, from, to, isChanged: from !== to };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

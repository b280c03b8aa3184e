// Values in words for people.
import { dateTimeFormat } from '@grafana/data';

export const NOTHING = '–';

/** A time in the time zone that the viewer has chosen. */
export function when(time: string | null | undefined): string {
  return time ? dateTimeFormat(time) : NOTHING;
}

/** A word of the wire, to be read. */
export function words(word: string): string {
  return word.replaceAll('_', ' ');
}

/** Any JSON value in one line, texts without quotes. */
export function inline(value: unknown): string {
  if (value === null || value === undefined) {
    return NOTHING;
  }
  if (typeof value === 'string') {
    return value === '' ? '(empty)' : value;
  }
  if (typeof value === 'object' && !Array.isArray(value)) {
    const pairs = Object.entries(value).map(([name, inner]) => `${name}: ${inline(inner)}`);
    return pairs.length > 0 ? pairs.join(', ') : NOTHING;
  }
  return JSON.stringify(value);
}

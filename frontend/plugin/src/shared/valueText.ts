/** Returns a value of a plan, a step or a guard as people read it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) {
    return '–';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

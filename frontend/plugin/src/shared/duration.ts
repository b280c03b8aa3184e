/** Durations and waits, for people. */

/** Formats seconds, as in `8 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return `${whole} s`;
  }
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) {
    return `${minutes} min ${two(rest)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${two(minutes % 60)} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Returns the seconds from `now` (milliseconds) until `time`, at least 0; null without a time. */
export function secondsUntil(time: string | null | undefined, now: number): number | null {
  const at = time ? Date.parse(time) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1_000));
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

import { formatSeconds, secondsUntil } from './duration';

test.each([
  [0, '0 s'],
  [-3, '0 s'],
  [59.4, '59 s'],
  [65, '1 min 05 s'],
  [3_780, '1 h 03 min'],
  [200_000, '2 d 7 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('the wait is rounded up and never negative', () => {
  const now = Date.parse('2026-01-02T03:04:05.100Z');
  expect(secondsUntil('2026-01-02T03:04:06.000Z', now)).toBe(1);
  expect(secondsUntil('2026-01-02T03:04:00.000Z', now)).toBe(0);
  expect(secondsUntil(null, now)).toBeNull();
  expect(secondsUntil('soon', now)).toBeNull();
});

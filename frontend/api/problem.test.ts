import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { adviceOf, isProblemCode, PROBLEM_CODES, titleOf } from './problem';

test('there are words for exactly the codes that the service has', () => {
  const path = join(__dirname, '../../backend/service/openapi.json');
  const document = JSON.parse(readFileSync(path, 'utf8'));
  const codes: string[] = document.components.schemas.ProblemCode.enum;
  expect([...PROBLEM_CODES].sort()).toEqual(codes.sort());
});

test('every code has a title that stands alone', () => {
  for (const code of PROBLEM_CODES) {
    expect(titleOf(code)).toMatch(/^[A-Z].*[^.]$/);
    expect(adviceOf(code) ?? 'None.').toMatch(/[.?]$/);
  }
});

test('a word that only looks like one is no code', () => {
  expect(isProblemCode('toString')).toBe(false);
  expect(isProblemCode('cooldown')).toBe(true);
});

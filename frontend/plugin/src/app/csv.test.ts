import { runsCsv } from './csv';
import { aRun } from './renderApp';

const cells = (fields: Parameters<typeof aRun>[0]) =>
  runsCsv([aRun(fields)]).split('\r\n')[1] ?? '';

it('writes a line for each run under one head', () => {
  const lines = runsCsv([aRun(), aRun()]).split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^id,created,ended,action,/);
  expect(lines[3]).toBe('');
});

it('quotes what would break a line', () => {
  expect(cells({ reason: 'a "b", c\nd' })).toContain('"a ""b"", c\nd"');
});

it('leaves nothing that a spreadsheet would compute', () => {
  expect(cells({ reason: '=HYPERLINK("x")' })).toContain(`"'=HYPERLINK(""x"")"`);
  expect(cells({ reason: '-rf' })).toContain(`'-rf`);
  expect(cells({ reason: '-5' })).toContain(',-5,');
});

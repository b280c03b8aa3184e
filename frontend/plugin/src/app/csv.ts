// Runs as a CSV file by RFC 4180.
import type { Run } from '@leverframe/api';

type Column = [title: string, cell: (run: Run) => unknown];

const COLUMNS: Column[] = [
  ['id', (run) => run.id],
  ['created', (run) => run.created],
  ['ended', (run) => run.ended],
  ['action', (run) => run.action],
  ['version', (run) => run.version],
  ['target', (run) => run.target],
  ['actor', (run) => run.actor],
  ['state', (run) => run.state],
  ['verified', (run) => run.verified],
  ['elapsed_seconds', (run) => run.elapsed],
  ['reason', (run) => run.reason],
  ['ticket', (run) => run.ticket],
  ['why', (run) => run.why],
  ['next_allowed', (run) => run.next_allowed],
  ['params', (run) => JSON.stringify(run.params)],
  ['plan_hash', (run) => run.plan_hash],
];

export function runsCsv(runs: Run[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...runs.map((run) => COLUMNS.map(([, cell]) => text(cell(run)))),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** A text that a spreadsheet would take for a formula gets an apostrophe: reasons are typed by people. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text to the browser as a file. */
export function download(name: string, content: string): void {
  // The mark at the front tells spreadsheets that it is UTF-8.
  const url = URL.createObjectURL(
    new Blob(['\ufeff', content], { type: 'text/csv;charset=utf-8' })
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

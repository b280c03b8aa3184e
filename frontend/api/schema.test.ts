import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(__dirname, 'schema.gen.ts');

test('the generated types fit the OpenAPI document of the service', () => {
  const program = join(__dirname, 'codegen.mjs');
  const fresh = execFileSync(process.execPath, [program, '--print'], { encoding: 'utf8' });
  const committed = readFileSync(path, 'utf8');
  if (fresh !== committed) {
    // Rewritten and failed: look at the difference, then commit it.
    writeFileSync(path, fresh);
  }
  expect(fresh).toBe(committed);
}, 30_000);

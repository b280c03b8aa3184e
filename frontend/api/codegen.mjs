// Writes schema.gen.ts from the service's OpenAPI document; with --print it only prints it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = here('../../backend/service/openapi.json');
const document = JSON.parse(await readFile(source, 'utf8'));
const head =
  '// Generated from the OpenAPI document of the service by `npm run codegen`; do not edit.\n\n';
const text = head + astToString(await openapiTS(document, { emptyObjectsUnknown: true }));

if (process.argv.includes('--print')) {
  process.stdout.write(text);
} else {
  await writeFile(here('schema.gen.ts'), text);
}

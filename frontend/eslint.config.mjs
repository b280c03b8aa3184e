import path from 'node:path';
import { fileURLToPath } from 'node:url';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';

import scaffold from './plugin/.config/eslint.config.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const rooms = ['app', 'datasource', 'panel'];
const other = (room) => rooms.filter((name) => name !== room).map((name) => `./plugin/src/${name}`);

export default defineConfig([
  { ignores: ['**/node_modules/', '**/dist/', '**/coverage/', '**/*.gen.ts', 'plugin/.config/'] },
  ...scaffold,
  {
    files: ['plugin/src/**/*.{ts,tsx}', 'api/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./plugin/tsconfig.json', './api/tsconfig.json'],
        tsconfigRootDir: here,
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
    },
    rules: {
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import-x/no-default-export': 'error',
      // Who may import whom.
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: here,
          zones: [
            ...rooms.map((room) => ({
              target: `./plugin/src/${room}`,
              from: other(room),
              message: 'app, datasource and panel meet in src/shared only',
            })),
            {
              target: './plugin/src/shared',
              from: rooms.map((room) => `./plugin/src/${room}`),
              message: 'shared knows none of the three',
            },
            {
              target: ['./plugin', './api/!(client).ts'],
              from: './api/schema.gen.ts',
              message: 'take the types from api/client.ts',
            },
          ],
        },
      ],
      // Nested plugins cannot load chunks: the request would go to the wrong plugin id.
      'no-restricted-syntax': 'off',
    },
  },
  {
    files: ['plugin/src/{datasource,panel,shared}/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression',
          message: 'a chunk of a nested plugin is asked for under the wrong id',
        },
      ],
    },
  },
]);

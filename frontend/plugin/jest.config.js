// One time zone, so that no test depends on where it runs.
process.env.TZ = 'UTC';

const scaffold = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

module.exports = {
  ...scaffold,
  moduleNameMapper: {
    ...scaffold.moduleNameMapper,
    '\\.svg$': '<rootDir>/../node_modules/identity-obj-proxy',
  },
  testPathIgnorePatterns: ['<rootDir>/dist/', '/node_modules/'],
  transform: {
    '^.+\\.(mjs|[tj]sx?)$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
        },
      },
    ],
  },
  transformIgnorePatterns: [nodeModulesToTransform(grafanaESModules)],
  // Typing into Grafana's components is slow where builds run beside the tests.
  testTimeout: 30_000,
};

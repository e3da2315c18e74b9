import { join } from 'node:path';
import type { Config } from 'jest';

// Because tests start programs of this project more than a hundred times: with a code cache, in a third of the time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** Set by `npm run test:long`. */
const LONG = process.env.LONG_TESTS === '1';

const config: Config = {
  testEnvironment: '<rootDir>/test/setup/environment.cjs',
  globalSetup: '<rootDir>/test/setup/before.cjs',
  testSequencer: '<rootDir>/test/setup/longest-first.cjs',
  globalTeardown: '<rootDir>/test/setup/after.cjs',
  testMatch: [LONG ? '<rootDir>/test/**/*.long.test.ts' : '<rootDir>/test/**/*.test.ts'],
  // Because these take minutes each: `npm run test:long`.
  testPathIgnorePatterns: LONG ? [] : ['\\.long\\.test\\.ts$'],
  transform: {
    // These packages are ES modules, and Jest loads CommonJS.
    '\\.ts$|/(commander|hyparquet|hyparquet-writer|pbf|uuid)/.*\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(commander|hyparquet|hyparquet-writer|pbf|uuid)/)'],
  modulePathIgnorePatterns: [
    '<rootDir>/cdk.out',
    '<rootDir>/ci.out',
    '<rootDir>/layers/.*/build',
    '<rootDir>/.laptop',
    '<rootDir>/.stryker-tmp',
  ],
  reporters: ['default', '<rootDir>/test/setup/plain-line-reporter.cjs'],
  testTimeout: 60_000,
  // Because Jest's default is one less than the cores, which is one on a machine with two.
  maxWorkers: 2,
};

export default config;

import { join } from 'node:path';
import type { Config } from 'jest';

// Tests start our programs more than a hundred times: what one of them compiled the next one finds, and starts in a
// third of the time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const config: Config = {
  testEnvironment: '<rootDir>/test/setup/environment.cjs',
  globalSetup: '<rootDir>/test/setup/before.cjs',
  globalTeardown: '<rootDir>/test/setup/after.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    // pbf and uuid are ES modules, and Jest loads CommonJS.
    '\\.ts$|/(pbf|uuid)/.*\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(pbf|uuid)/)'],
  modulePathIgnorePatterns: [
    '<rootDir>/cdk.out',
    '<rootDir>/layers/.*/build',
    '<rootDir>/.laptop',
    '<rootDir>/.stryker-tmp',
  ],
  reporters: ['default', '<rootDir>/test/setup/plain-line-reporter.cjs'],
  testTimeout: 60_000,
  // Jest leaves one core idle; journeys wait more than they work.
  maxWorkers: 2,
};

export default config;

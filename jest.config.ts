import type { Config } from 'jest';

const config: Config = {
  testEnvironment: '<rootDir>/test/setup/environment.cjs',
  globalSetup: '<rootDir>/test/setup/layer.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
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

import type { Config } from 'jest';

/** The tests that mutants of the pure core have to get past: all but the long ones (chance, many boxes, models). */
const config: Config = {
  rootDir: '../..',
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/mutation/few-runs.ts'],
  testRunner: '<rootDir>/test/mutation/jest-circus-until-failure.cjs',
  testSequencer: '<rootDir>/test/mutation/quick-first-sequencer.cjs',
  // The project's own set-up builds a layer of native packages, which nothing here needs.
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  testMatch: ['plan', 'judge', 'evidence'].map((name) => `<rootDir>/test/${name}/**/*.test.ts`),
  testPathIgnorePatterns: ['assignment-size', 'better-model', 'calibration', 'simulation'],
  reporters: ['default'],
};

export default config;

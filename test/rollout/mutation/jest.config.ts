import type { Config } from 'jest';

/** The tests that mutants of the pure core have to get past: all but the long ones (much chance, many boxes). */
const config: Config = {
  rootDir: '../../..',
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/rollout/mutation/few-runs.ts'],
  testRunner: '<rootDir>/test/rollout/mutation/jest-circus-until-failure.cjs',
  testSequencer: '<rootDir>/test/rollout/mutation/quick-first-sequencer.cjs',
  // The project's own set-up builds a layer of native packages, which nothing here needs.
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  testMatch: [
    'agreement',
    'assignment',
    'bounded-mean',
    'check-plan',
    'decide',
    'duration',
    'explain',
    'log-math',
    'observations',
    'shadow',
    'steps',
    'two-rates',
    'verdict',
  ].map((name) => `<rootDir>/test/rollout/${name}.test.ts`),
  reporters: ['default'],
};

export default config;

import type { Config } from 'jest';
import base from '../../jest.config.ts';

/** The tests that mutants of the pure core have to get past: all but those that repeat chance thousands of times. */
const config: Config = {
  ...base,
  rootDir: '../..',
  testEnvironment: 'node',
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

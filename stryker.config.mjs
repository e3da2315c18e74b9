/**
 * Mutation testing of the rollout's pure core: `npm run mutate`. Every small change of its code must fail a test.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'jest',
  // Because Stryker rewrites the file of this name by TypeScript's JavaScript API, which TypeScript 7 does not have.
  // swc
  // needs no such file and checks no types.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  jest: { configFile: 'test/mutation/jest.config.ts' },
  plugins: ['@stryker-mutator/jest-runner'],
  coverageAnalysis: 'perTest',
  mutate: ['plan', 'judge', 'evidence'].map((folder) => `functions/${folder}/**/*.ts`),
  ignorePatterns: [
    '**',
    '!functions/**',
    '!test/{plan,judge,evidence,mutation,rollout}/**',
    '!bench/simulation/**',
    '!docs/proofs.md',
    '!package.json',
  ],
  concurrency: 1,
  // Because Jest leaks some memory in every run: a new process from time to time stays small.
  maxTestRunnerReuse: 50,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker-tmp/report.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};

// Stryker's runs in Jest go on after the first failure, though one kills the mutant: this runner skips the files after it.
// Stryker knows runners by `jest-circus` in their path.
const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** A file without any test would be an error. */
const SKIPPED = {
  ...createEmptyTestResult(),
  numPendingTests: 1,
  testResults: [{ title: 'skipped', fullName: 'skipped', ancestorTitles: [], status: 'pending', failureMessages: [] }],
};

/** The last mutant that a test failed for. */
let killed;

module.exports = async (...all) => {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant !== undefined && mutant === killed) return SKIPPED;
  const result = await circus(...all);
  if (result.numFailingTests > 0) killed = mutant;
  return result;
};

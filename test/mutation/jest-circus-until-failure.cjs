// Stryker's runs in Jest go on after the first failure, though one kills the mutant: this runner skips the files after it.
// And Stryker leaves out a mutant with which a test file does not even load, where Jest fails: so it does here.
// Stryker knows runners by `jest-circus` in their path.
const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** A file's result of one test. */
function only(status, failureMessages) {
  const test = { title: 'loads', fullName: 'loads', ancestorTitles: [], status, failureMessages };
  const [numPendingTests, numFailingTests] = status === 'failed' ? [0, 1] : [1, 0];
  return { ...createEmptyTestResult(), numPendingTests, numFailingTests, testResults: [test] };
}

/** The last mutant that a test failed for. */
let killed;

module.exports = async (...all) => {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant === undefined) return circus(...all);
  if (mutant === killed) return only('pending', []);
  const result = await circus(...all).catch((testExecError) => ({ testExecError }));
  if (result.testExecError) {
    killed = mutant;
    return only('failed', [String(result.testExecError.message)]);
  }
  if (result.numFailingTests > 0) killed = mutant;
  return result;
};

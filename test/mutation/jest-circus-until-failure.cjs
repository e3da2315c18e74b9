// Because one failure kills a mutant, but Stryker's runs in Jest continue after it: this runner skips the files after
// it.
// A test file that does not load kills a mutant, too, which Stryker would leave out.
// Stryker recognises runners by `jest-circus` in their path.
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

/** Prints the name of every skipped test, and as the last line of the run "N passed, N failed", for any CI to read. */
module.exports = class PlainLineReporter {
  onTestResult(_test, result) {
    for (const { status, fullName } of result.testResults) {
      if (status === 'pending') process.stderr.write(`skipped: ${fullName}\n`);
    }
  }
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    this.line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }
};

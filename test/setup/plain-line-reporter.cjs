/** Ends the run with one plain line that any CI can read: "N passed, N failed", and names every skipped test. */
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

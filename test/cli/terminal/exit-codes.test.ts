import { EXIT, ExitCodeError, exitCodeOf } from '../../../cli/terminal/exit-codes.ts';

class OwnCodeError extends ExitCodeError {
  override readonly exitCode = 3;
}

/** An error with the code that commander documents. The commands' own tests run commander itself. */
function commanderError(code: string): Error {
  return Object.assign(new Error('invalid'), { code: `commander.${code}` });
}

test.each<[string, unknown, number]>([
  ['the help', commanderError('helpDisplayed'), EXIT.done],
  ['the version', commanderError('version'), EXIT.done],
  ['an unknown option', commanderError('unknownOption'), EXIT.usage],
  ['a missing argument', commanderError('missingArgument'), EXIT.usage],
  ['an error with an exit code of its own', new OwnCodeError('worse'), 3],
  ['an error of the system', Object.assign(new Error('no such file'), { code: 'ENOENT' }), EXIT.failed],
  ['an error that only has the name', Object.assign(new Error('worse'), { name: 'OwnCodeError' }), EXIT.failed],
  ['a thrown string', 'thrown', EXIT.failed],
])('exit code for %s', (_what, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

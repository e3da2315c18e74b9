import { Command } from 'commander';
import { EXIT, ExitCodeError, exitCodeOf } from '../../../cli/terminal/exit-codes.ts';

class OwnCodeError extends ExitCodeError {
  override readonly exitCode = 3;
}

/** The error that commander throws for a command line. */
function commanderError(...args: readonly string[]): unknown {
  const silent = { writeOut: () => {}, writeErr: () => {} };
  const program = new Command('program').version('1.0.0').argument('<name>').exitOverride().configureOutput(silent);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    return error;
  }
  throw new Error(`Expected an error for ${args.join(' ')}, received none`);
}

test.each<[string, unknown, number]>([
  ['the help', commanderError('--help'), EXIT.done],
  ['the version', commanderError('--version'), EXIT.done],
  ['an unknown option', commanderError('--unknown'), EXIT.usage],
  ['a missing argument', commanderError(), EXIT.usage],
  ['an error with an exit code of its own', new OwnCodeError('worse'), 3],
  ['an error that only has its name', Object.assign(new Error(), { name: 'WorseThanBaselineError' }), EXIT.failed],
  ['any other error', new TypeError('no function'), EXIT.failed],
  ['a thrown string', 'thrown', EXIT.failed],
])('exit code for %s', (_what, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

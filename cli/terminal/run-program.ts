import { type Command, CommanderError } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { terminal } from './output.ts';

/**
 * Runs a program of commands on the process's arguments. Faults end as one message on the error stream and an exit code, see
 * `EXIT`; what nobody expected also shows where it came from, so that it can be reported.
 */
export async function runProgram(program: Command): Promise<void> {
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  for (const command of [program, ...program.commands])
    command.exitOverride().showHelpAfterError('(--help tells more)');
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (!(error instanceof CommanderError)) terminal.note(messageOf(error as Error));
  }
}

function messageOf(error: Error): string {
  const known = error.name !== 'Error' && error.name !== 'TypeError' && error.name !== 'RangeError';
  return known ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
}

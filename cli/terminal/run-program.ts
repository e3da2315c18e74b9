import { type Command, CommanderError } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { processTerminal } from './terminal.ts';

export interface ProgramOptions {
  /** The message for an error. Default: name and message, with the stack for errors of no class of their own. */
  readonly messageOf?: (error: unknown) => string;
  /** Text after the help of the program and of each command. Default none. */
  readonly help?: string;
}

/**
 * Runs a program of commands on the arguments of this process. An error ends it with one message on the error stream
 * and the exit code of `exitCodeOf`.
 */
export async function runProgram(
  program: Command,
  { messageOf = messageWithName, help = '' }: ProgramOptions = {},
): Promise<void> {
  // Because a reader may close the pipe early (`| head`), EPIPE is no failure.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showHelpAfterError('(see --help)').addHelpText('after', help);
  }
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (!(error instanceof CommanderError)) processTerminal.note(messageOf(error));
  }
}

function messageWithName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = error.name !== 'Error' && error.name !== 'TypeError' && error.name !== 'RangeError';
  return known ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
}

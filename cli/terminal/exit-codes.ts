import { CommanderError } from 'commander';

/** Exit codes that all commands share. A program adds its own from 3 on. */
export const EXIT = {
  done: 0,
  /** The command was refused or failed; the message says why. */
  failed: 1,
  /** The command line is invalid. */
  usage: 2,
} as const;

/** An error that ends the command with an exit code of its own. */
export abstract class ExitCodeError extends Error {
  abstract readonly exitCode: number;
}

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ExitCodeError) return error.exitCode;
  if (!(error instanceof CommanderError)) return EXIT.failed;
  return error.code === 'commander.helpDisplayed' || error.code === 'commander.version' ? EXIT.done : EXIT.usage;
}

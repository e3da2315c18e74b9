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

/** The exit code for an error that ended a command. Errors of commander have a `code` that starts with `commander.`. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ExitCodeError) return error.exitCode;
  const { code = '' } = error as { code?: string };
  if (code === 'commander.helpDisplayed' || code === 'commander.version') return EXIT.done;
  return code.startsWith('commander.') ? EXIT.usage : EXIT.failed;
}

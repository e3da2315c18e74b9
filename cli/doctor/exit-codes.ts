import { EXIT } from '../terminal/exit-codes.ts';
import type { Row } from './result.ts';

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  no check failed; warnings and skipped checks are possible
   1  a check failed, or the command was interrupted
   2  invalid command line`;

/** The exit code of a receipt. @param isInterrupted whether some checks did not run */
export function exitCodeOf(rows: readonly Row[], isInterrupted: boolean): number {
  return isInterrupted || rows.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done;
}

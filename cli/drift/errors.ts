import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';

/** There are too few results, or too many, to compare. */
export class NoComparisonError extends ExitCodeError {
  override readonly name = 'NoComparisonError';
  readonly exitCode = EXIT.failed;
}

/** Errors of states by their names, and the limit of what a state takes and returns. */

/** An error of a state. `Retry` and `Catch` match its name, or neither does. */
export class StateFailedError extends Error {
  override readonly name: string;
  /** Names that the library reads. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(name: string, cause: string, { isTerminal = false } = {}) {
    super(cause);
    this.name = name;
    this.isRetryable = !isTerminal;
    this.isCatchable = !isTerminal;
  }
}

/**
 * Bytes of a state's input or output, and of an execution's input.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_BYTES = 262_144;

/**
 * `States.ALL` does not catch this error.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function checkSize(name: string, what: 'input' | 'output', text: string): void {
  if (Buffer.byteLength(text) <= MOST_BYTES) return;
  const limit = 'with a size exceeding the maximum number of bytes service limit';
  const message = `The state/task '${name}' has an ${what} ${limit}.`;
  throw new StateFailedError('States.DataLimitExceeded', message, { isTerminal: true });
}

/** How invocations end, in the words of Lambda. */

/** How an invocation ended; `failed` when the function did not return. */
export interface Outcome {
  /** The answer as JSON, or the error as Lambda reports it. */
  readonly payload: string;
  readonly failed: boolean;
}

/** An error that the runtime tells in the place of the function. */
export function failure(errorType: string, errorMessage: string): Outcome {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** The process ended while it had an event. @param status as `exitStatus` tells it; undefined: it ended by itself, well */
export function death(end: { requestId: string; status: string | undefined; outOfMemory: boolean }): Outcome {
  const { requestId, status, outOfMemory } = end;
  const how = status ? `Runtime exited with error: ${status}` : 'Runtime exited without providing a reason';
  return failure(outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError', `RequestId: ${requestId} Error: ${how}`);
}

/** @param reason a signal's name, or why the process could not be started */
export function exitStatus(code: number | null, reason: string | null): string | undefined {
  if (code === 0) return undefined;
  if (code !== null) return `exit status ${code}`;
  return reason === 'SIGKILL' ? 'signal: killed' : `signal: ${reason}`;
}

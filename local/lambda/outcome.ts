/** How invocations end, in Lambda's terms. */

import type { Destination } from './function-types.ts';

/** End of an invocation inside its process. */
export interface Outcome {
  /** The response as JSON, or the error as Lambda reports it. */
  readonly payload: string;
  /** The function did not return. */
  readonly failed: boolean;
}

/** One invocation after its end: the content of Lambda's REPORT line and of its metrics. */
export interface Report extends Outcome {
  readonly destination: Destination;
  readonly requestId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Time to load the code; only for the first invocation of a process. */
  readonly initMs?: number;
  readonly maxMemoryMb: number;
  /** It did not run, because the concurrency limit was reached. */
  readonly throttled: boolean;
}

/** An error that the runtime reports instead of the function. */
export function failure(errorType: string, errorMessage: string): Outcome {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** The process ended during an event. @param end `status` as from `exitStatus`; undefined: exit code 0 */
export function processEnd(end: { requestId: string; status: string | undefined; outOfMemory: boolean }): Outcome {
  const { requestId, status, outOfMemory } = end;
  const how = status ? `Runtime exited with error: ${status}` : 'Runtime exited without providing a reason';
  return failure(outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError', `RequestId: ${requestId} Error: ${how}`);
}

/** @param reason name of the signal, or why the process could not start */
export function exitStatus(code: number | null, reason: string | null): string | undefined {
  if (code === 0) return undefined;
  if (code !== null) return `exit status ${code}`;
  return reason === 'SIGKILL' ? 'signal: killed' : `signal: ${reason}`;
}

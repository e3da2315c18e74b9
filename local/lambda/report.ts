import type { Destination } from './function-types.ts';

/** What is known of an invocation afterwards: the content of Lambda's REPORT line and of its metrics. */
export interface Report {
  readonly destination: Destination;
  readonly requestId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Time until the code was loaded, for the first invocation of a process only. */
  readonly initMs?: number;
  readonly maxMemoryMb: number;
  readonly failed: boolean;
  /** It never ran: all places were taken. */
  readonly throttled: boolean;
  /** The answer, or the error as JSON. */
  readonly payload: string;
}

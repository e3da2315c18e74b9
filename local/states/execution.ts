/** One execution of a state machine, in memory and as it is stored. */

import type { Json } from './json.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** One run of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  /** JSON */
  readonly input: string;
  readonly startedAt: Date;
  status: ExecutionStatus;
  stoppedAt?: Date;
  /** JSON */
  output?: string;
  error?: string;
  cause?: string;
  /** How often it was started again after it had failed. Default 0. */
  redriveCount?: number;
  /** Entries of its history. Default: that of its start. */
  events?: number;
}

/** The state that an execution is in. */
export interface Position {
  readonly name: string;
  readonly input: Json;
  readonly enteredAt: Date;
}

/** An execution in this process. */
export interface Running extends Execution {
  position?: Position;
  /** Absent: it has ended, or waits for its machine after a restart. */
  abort?: () => void;
}

/** An execution as it is stored; times in ISO 8601. */
export type StoredExecution = Omit<Execution, 'startedAt' | 'stoppedAt'> & {
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly position?: Omit<Position, 'enteredAt'> & { readonly enteredAt: string };
};

/** An execution for the disk. */
export function storedOf({ abort: _, startedAt, stoppedAt, position, ...execution }: Running): StoredExecution {
  return {
    ...execution,
    startedAt: startedAt.toISOString(),
    ...(stoppedAt && { stoppedAt: stoppedAt.toISOString() }),
    ...(position && { position: { ...position, enteredAt: position.enteredAt.toISOString() } }),
  };
}

/** An execution from the disk. */
export function executionOf({ startedAt, stoppedAt, position, ...execution }: StoredExecution): Running {
  return {
    ...execution,
    startedAt: new Date(startedAt),
    ...(stoppedAt && { stoppedAt: new Date(stoppedAt) }),
    ...(position && { position: { ...position, enteredAt: new Date(position.enteredAt) } }),
  };
}

import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import type { JobPhase } from './job.ts';

/** Exit codes for pipelines, with the numbers of `npm run rollout`. */
const BATCH_EXIT = {
  ...EXIT,
  /** `status`, `watch`: the job runs. */
  running: 10,
  /** `status`, `watch`: it was stopped. */
  stopped: 14,
  /** `status`, `watch`: it failed. */
  failedJob: 15,
} as const;

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  done; status, watch: the job has ended, and no more pictures failed than were tolerated
   1  refused or failed; the message has the reason
   2  invalid command line, or --yes is missing without a terminal
  10  status: the job runs; watch: interrupted meanwhile
  14  status, watch: the job was stopped
  15  status, watch: the job failed`;

const OF_PHASE: Readonly<Record<JobPhase, number>> = {
  done: BATCH_EXIT.done,
  running: BATCH_EXIT.running,
  stopped: BATCH_EXIT.stopped,
  failed: BATCH_EXIT.failedJob,
};

/** The exit code of `status` and `watch`. */
export function exitCodeOf(phase: JobPhase): number {
  return OF_PHASE[phase];
}

/** The command cannot be done; the message says why, and what to do. */
export class BatchRefusedError extends ExitCodeError {
  override readonly name = 'BatchRefusedError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

import type { Phase } from '../../functions/standing/standing.ts';
import { EXIT } from '../terminal/exit-codes.ts';

/** Exit codes for pipelines. For `status`, `done` means: no rollout is running, and the last one succeeded. */
const ROLLOUT_EXIT = {
  ...EXIT,
  /** `status`, `watch`: a rollout is running. */
  running: 10,
  /** `status`, `watch`: a rollout waits for an operator. */
  waiting: 11,
  /** `status`, `watch`: the last rollout was rolled back, was stopped, or failed. */
  back: 12,
} as const;

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  done; status, watch: no rollout is running, and the last one succeeded
   1  refused or failed; the message has the reason
   2  invalid command line
  10  status, watch: a rollout is running
  11  status, watch: a rollout waits for an operator (held, or no verdict within its limits)
  12  status, watch: the last rollout was rolled back, was stopped, or its controller failed
With several endpoints: the largest of their codes.`;

const OF_PHASE: Readonly<Record<Phase, number>> = {
  none: ROLLOUT_EXIT.done,
  done: ROLLOUT_EXIT.done,
  starting: ROLLOUT_EXIT.running,
  running: ROLLOUT_EXIT.running,
  waiting: ROLLOUT_EXIT.waiting,
  'rolled back': ROLLOUT_EXIT.back,
  superseded: ROLLOUT_EXIT.back,
  stopped: ROLLOUT_EXIT.back,
  failed: ROLLOUT_EXIT.back,
};

/** The exit code of `status` and `watch`: the largest of the endpoints' codes. */
export function exitCodeOf(phases: readonly Phase[]): number {
  return Math.max(ROLLOUT_EXIT.done, ...phases.map((phase) => OF_PHASE[phase]));
}

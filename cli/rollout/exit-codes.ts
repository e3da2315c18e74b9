import type { Phase } from '../../functions/standing/standing.ts';
import { EXIT } from '../terminal/exit-codes.ts';

/** Exit codes for pipelines. For `status`, `done` means: no rollout is running, and the last one succeeded. */
const ROLLOUT_EXIT = {
  ...EXIT,
  /** `status`, `watch`: a rollout is running. */
  running: 10,
  /** `status`, `watch`: a rollout waits for an operator. */
  waiting: 11,
  /** `status`, `watch`: the last rollout was rolled back. */
  back: 12,
  /** `status`, `watch`: a newer version superseded it. */
  superseded: 13,
  /** `status`, `watch`: it was stopped, because someone moved the live alias. */
  stopped: 14,
  /** `status`, `watch`: its controller failed. */
  failed: 15,
} as const;

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  done; status, watch: no rollout is running, and the last one succeeded
   1  refused or failed; the message has the reason
   2  invalid command line
  10  status: a rollout is running; watch: interrupted meanwhile
  11  status, watch: a rollout waits for an operator (held, a drift, or no verdict within its limits)
  12  status, watch: the last rollout was rolled back
  13  status, watch: a newer rollout superseded it
  14  status, watch: it was stopped, because someone moved the live alias
  15  status, watch: its controller failed
watch ends with 11 as soon as the rollout waits for an operator, so that no pipeline hangs; --keep-watching goes on.
With several endpoints: the largest of their codes.`;

const OF_PHASE: Readonly<Record<Phase, number>> = {
  none: ROLLOUT_EXIT.done,
  done: ROLLOUT_EXIT.done,
  starting: ROLLOUT_EXIT.running,
  running: ROLLOUT_EXIT.running,
  waiting: ROLLOUT_EXIT.waiting,
  'rolled back': ROLLOUT_EXIT.back,
  superseded: ROLLOUT_EXIT.superseded,
  stopped: ROLLOUT_EXIT.stopped,
  failed: ROLLOUT_EXIT.failed,
};

/** The exit code of `status` and `watch`: the largest of the endpoints' codes. */
export function exitCodeOf(phases: readonly Phase[]): number {
  return Math.max(ROLLOUT_EXIT.done, ...phases.map((phase) => OF_PHASE[phase]));
}

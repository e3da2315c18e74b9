import type { Phase } from '../../functions/standing/standing.ts';

/** Exit codes that a pipeline can tell apart. */
export const EXIT = {
  /** What was asked for is done; `status`: nothing is being rolled out and the last rollout ended well. */
  done: 0,
  /** The command was refused or failed; the message says why. */
  failed: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** `status`, `watch`: a rollout is running. */
  running: 10,
  /** `status`, `watch`: a rollout waits for a person. */
  waiting: 11,
  /** `status`, `watch`: the last rollout was rolled back, was stopped, or failed. */
  back: 12,
} as const;

/** What `--help` says of them. */
export const EXIT_HELP = `
Exit codes:
   0  done; status, watch: nothing is being rolled out, and the last rollout ended well
   1  refused or failed, the message says why
   2  called wrongly
  10  status, watch: a rollout is running
  11  status, watch: a rollout waits for a person (held, or held for too long)
  12  status, watch: the last rollout was rolled back, was stopped, or its controller failed
With several endpoints it is the largest of theirs.`;

const OF_PHASE: Readonly<Record<Phase, number>> = {
  none: EXIT.done,
  done: EXIT.done,
  starting: EXIT.running,
  running: EXIT.running,
  waiting: EXIT.waiting,
  'rolled back': EXIT.back,
  superseded: EXIT.back,
  stopped: EXIT.back,
  failed: EXIT.back,
};

/** The exit code of `status` and `watch`: the most pressing of the endpoints'. */
export function exitCodeOf(phases: readonly Phase[]): number {
  return Math.max(EXIT.done, ...phases.map((phase) => OF_PHASE[phase]));
}

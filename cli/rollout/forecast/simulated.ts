/** Many simulated rollouts of a plan: how long each step takes, and whether it ends by itself. */

import { NO_FAULT } from '../../../bench/simulation/faults.ts';
import { Random } from '../../../bench/simulation/random.ts';
import { type Ending, simulateRollout } from '../../../bench/simulation/rollout.ts';
import {
  makeTallies,
  REPLAYS_PER_MINUTE,
  USUAL_TIMES,
  type VirtualEndpoint,
} from '../../../bench/simulation/virtual-endpoint.ts';
import { type Conditions, photosIn, photosPerMinute } from '../../../functions/judge/stages.ts';
import type { Step } from '../../../functions/plan/steps.ts';

/** The same numbers at each call. */
const SEED = 1;
/** Pictures from which the rollouts draw. */
const PICTURES = 20_000;

/** The median of a time, and the bound that 19 of 20 do not exceed. Minutes. */
export interface Times {
  readonly median: number;
  readonly most: number;
}

/** What many rollouts come to. */
export interface Simulated {
  readonly total: Times;
  /** By index of the step; undefined where no rollout reached it. */
  readonly steps: readonly (Times | undefined)[];
  /** Share of rollouts that raise the alarm of a step, by its index. */
  readonly alarmed: readonly number[];
  /** Share of rollouts that end by themselves with all traffic. */
  readonly done: number;
}

/** Simulates rollouts of a candidate that is as good as live. */
export function simulated(steps: readonly Step[], conditions: Conditions, rollouts: number): Simulated {
  const endpoint: VirtualEndpoint = {
    fault: NO_FAULT,
    volume: conditions.requestsPerMinute,
    liveErrors: conditions.errors,
    liveRejections: conditions.rejections,
    outage: 0,
    samePixels: false,
    times: USUAL_TIMES,
  };
  const replayed = steps.map(withoutTruth);
  const count = Math.max(0, ...steps.map(talliesFor));
  const recorded = { tallies: makeTallies(endpoint, count, new Random(SEED, 0)), pool: [] };
  const endings = Array.from({ length: rollouts }, (_, index) =>
    withSupply(simulateRollout(replayed, endpoint, recorded, new Random(SEED, index + 1)), steps, conditions),
  );
  const times = steps.map((_, index) =>
    endings.map(({ minutesIn }) => minutesIn[index] ?? 0).filter((each) => each > 0),
  );
  const share = (is: (ending: Ending) => boolean) => endings.filter(is).length / rollouts;
  return {
    total: timesOf(endings.map(({ minutes }) => minutes)),
    steps: times.map((each) => (each.length === 0 ? undefined : timesOf(each))),
    alarmed: steps.map((_, index) => share((ending) => ending.status === 'held' && lastIn(ending) === index)),
    done: share(({ status }) => status === 'done'),
  };
}

/** Minutes of replays from which the rollouts draw. */
function talliesFor(step: Step): number {
  if (step.kind !== 'shadow') return 0;
  return step.labels ? 1 : PICTURES / REPLAYS_PER_MINUTE;
}

/** Because the simulation has no people and no labelled set, their parts of a shadow are left out. */
function withoutTruth(step: Step): Step {
  if (step.kind !== 'shadow') return step;
  const { truth: _, labels, ...replayed } = step;
  return labels ? { ...replayed, tests: {}, pictures: 1 } : replayed;
}

/**
 * The simulation has always pictures to replay: waits for those that are not recorded yet, and until all photos of a
 * labelled set are answered.
 */
function withSupply(ending: Ending, steps: readonly Step[], conditions: Conditions): Ending {
  const { recorded, recordedPerMinute } = conditions;
  let { minutes } = ending;
  const minutesIn = ending.minutesIn.map((own, index) => {
    const step = steps[index];
    if (step?.kind !== 'shadow' || own === 0) return own;
    const missing = step.labels ? 0 : own * REPLAYS_PER_MINUTE - recorded;
    const untilRecorded = missing > 0 ? missing / recordedPerMinute : 0;
    const longer = Math.max(
      own,
      Math.ceil(untilRecorded),
      Math.ceil(photosIn(step, conditions) / photosPerMinute(conditions)),
    );
    minutes += longer - own;
    return longer;
  });
  return { ...ending, minutes, minutesIn };
}

function lastIn({ minutesIn }: Ending): number {
  return minutesIn.findLastIndex((minutes) => minutes > 0);
}

function timesOf(values: readonly number[]): Times {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { median: at(0.5), most: at(0.95) };
}

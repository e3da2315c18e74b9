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
  const replayed = steps.filter((step) => !isLabelled(step)).map(withoutPeople);
  const count = replayed.some(({ kind }) => kind === 'shadow') ? PICTURES / REPLAYS_PER_MINUTE : 0;
  const recorded = { tallies: makeTallies(endpoint, count, new Random(SEED, 0)), pool: [] };
  const endings = Array.from({ length: rollouts }, (_, index) =>
    withSupply(
      withLabelled(simulateRollout(replayed, endpoint, recorded, new Random(SEED, index + 1)), steps),
      steps,
      conditions,
    ),
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

function isLabelled(step: Step): boolean {
  return step.kind === 'shadow' && step.labels !== undefined;
}

/** Because the simulation has no people, their part of a shadow is left out. */
function withoutPeople(step: Step): Step {
  if (step.kind !== 'shadow') return step;
  const { truth: _, ...replayed } = step;
  return replayed;
}

/**
 * The minutes of all steps. Labelled sets are not simulated, because their photos leave no evidence for later steps:
 * each takes a minute where the rollout goes on after it.
 */
function withLabelled({ minutes, minutesIn, ...ending }: Ending, steps: readonly Step[]): Ending {
  let simulated = 0;
  const all = steps.map((step) => {
    const own = minutesIn[simulated] ?? 0;
    if (isLabelled(step)) return own > 0 ? 1 : 0;
    simulated += 1;
    return own;
  });
  const labelled = all.filter((own, index) => own > 0 && isLabelled(steps[index] as Step)).length;
  return { ...ending, minutes: minutes + labelled, minutesIn: all };
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

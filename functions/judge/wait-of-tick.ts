/** What a rollout waits for after a tick, and how long the steps after that take. Pure. */

import type { Tally } from '../evidence/tally.ts';
import type { JudgedStep, Step } from '../plan/steps.ts';
import type { Decision } from './decide.ts';
import type { Observations } from './observations.ts';
import { type Rates, ratesOf } from './rates.ts';
import { lookedAt, NO_PICTURES } from './shadow-tally.ts';
import { type Conditions, replaysOfPhotos, shareOf, stagesOf } from './stages.ts';
import { isOver, type RolloutState } from './state.ts';
import { addCounts, failuresOf, rejectionsOf } from './version-counts.ts';
import { type After, type Came, type Wait, waitOf } from './wait.ts';

/**
 * What a rollout waits for after a tick.
 * @param index of the step that was judged
 * @returns undefined where the verdict does not hold, or rests on no numbers
 */
export function waitOfTick(
  steps: readonly Step[],
  index: number,
  { state, verdict }: Pick<Decision, 'state' | 'verdict'>,
  observed: Observations,
): Wait | undefined {
  const step = steps[index];
  if (!step || !('alpha' in step) || isOver(state)) return undefined;
  const { now, shadow = NO_PICTURES } = observed;
  const alarmMs = state.status === 'running' ? state.waitingSince + step.maxHoldMs - now : Number.POSITIVE_INFINITY;
  const picturesLeft = step.kind === 'shadow' ? step.maxPictures - shadow.pictures : Number.POSITIVE_INFINITY;
  const rates = ratesOf(step, state, observed);
  const wait = waitOf(step, verdict, rates, { alarmMinutes: alarmMs / 60_000, picturesLeft });
  if (!wait) return undefined;
  const came = wait.obstacle === 'no-traffic' ? cameIn(step, state, observed) : undefined;
  const after = isOnItsWay(wait) ? afterOf(steps, index, { wait, rates, state, observed }) : undefined;
  return { ...wait, ...(came && { came }), ...(after && { after }) };
}

function isOnItsWay({ expected, obstacle }: Wait): boolean {
  return obstacle === undefined && expected !== 'roll back';
}

/** Requests in closed minutes, or pictures. @returns undefined before the first minute */
function cameIn(step: JudgedStep, state: RolloutState, { now, shadow = NO_PICTURES, traffic }: Observations) {
  const came = (count: number, minutes: number): Came | undefined => (minutes > 0 ? { count, minutes } : undefined);
  if (step.kind === 'shadow') {
    return came(lookedAt(shadow, step.scenes === undefined).pictures, Math.floor((now - state.since) / 60_000));
  }
  if (!traffic || traffic === 'incomplete') return undefined;
  return came(state.closedRequests, traffic.closedBefore - Math.ceil(state.since / 60_000));
}

interface Course {
  readonly wait: Wait;
  readonly rates: Rates;
  readonly state: RolloutState;
  readonly observed: Observations;
}

/** The steps after this one, if traffic goes on as it comes now and the candidate is as good as live. */
function afterOf(steps: readonly Step[], index: number, { wait, rates, state, observed }: Course): After | undefined {
  const others = steps.slice(index + 1).filter((step) => 'alpha' in step).length;
  if (others === 0) return undefined;
  const conditions = conditionsOf(steps[index] as JudgedStep, rates, state, observed);
  if (!conditions || wait.etaMinutes === undefined) return { steps: others };
  const stages = stagesOf(steps, conditions).filter((stage) => stage.index > index);
  const minutes = stages.map(({ wait: { obstacle, etaMinutes } }) => (obstacle ? undefined : etaMinutes));
  if (minutes.includes(undefined)) return { steps: others };
  return { steps: others, minutes: minutes.reduce<number>((sum, each = 0) => sum + each, wait.etaMinutes) };
}

/** By the day before, or where that is not known by the step itself. @returns undefined where no rate is known */
function conditionsOf(
  step: JudgedStep,
  rates: Rates,
  { usual, traffic }: RolloutState,
  { supply }: Observations,
): Conditions | undefined {
  const dayBefore = usual && usual.rejections.trials > 0 ? usual : undefined;
  const perMinute = rates.requests === undefined ? undefined : rates.requests / shareOf(step);
  const requestsPerMinute = perMinute ?? (dayBefore && dayBefore.rejections.trials / MINUTES_OF_DAY);
  if (!requestsPerMinute) return undefined;
  const both = addCounts(traffic.live, traffic.candidate);
  const { failures, rejections } = dayBefore ?? { failures: failuresOf(both), rejections: rejectionsOf(both) };
  const rate = ({ trials, hits }: Tally) => (trials === 0 ? 0 : hits / trials);
  return {
    requestsPerMinute,
    errors: rate(failures),
    rejections: rate(rejections),
    replaysPerMinute: replaysIn(step, rates) ?? REPLAYS_PER_MINUTE,
    recorded: supply?.queued ?? Number.POSITIVE_INFINITY,
    recordedPerMinute: supply?.recordedPerMinute ?? 0,
  };
}

/** Replays in a minute; a step with a labelled set counts photos. */
function replaysIn(step: JudgedStep, { pictures }: Rates): number | undefined {
  const isLabelled = step.kind === 'shadow' && step.labels !== undefined;
  return isLabelled && pictures !== undefined ? replaysOfPhotos(pictures) : pictures;
}

const MINUTES_OF_DAY = 1440;
/** As in the simulation. */
const REPLAYS_PER_MINUTE = 60;

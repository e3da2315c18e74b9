import { logGamma, timesLog } from '../../functions/evidence/log-math.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, DEFAULT_PLAN, type Plan } from '../../functions/plan/plan.ts';
import { type Step, stepsOf } from '../../functions/plan/steps.ts';
import {
  A_LITTLE_SLOWER,
  FAULTS,
  type Fault,
  HALF_FIX,
  HALF_FIX_OF_20,
  isFaulty,
  MUCH_SLOWER,
  NO_FAULT,
  OFF_BY_ONE,
  ONE_IN_TEN,
  ONE_IN_TWELVE,
  SLOWER,
  TOLERATED,
} from './faults.ts';
import { Random } from './random.ts';
import { makePool, type Repetition } from './recorded-pictures.ts';
import { type Ending, simulateRollout } from './rollout.ts';
import { makeTallies, REPLAYS_PER_MINUTE, type Times, USUAL_TIMES, type VirtualEndpoint } from './virtual-endpoint.ts';

/** One row group of the table: simulated at every volume. */
export interface Scenario {
  readonly name: string;
  readonly plan: Plan;
  readonly fault: Fault;
  readonly liveErrors: number;
  readonly liveRejections: number;
  readonly outage: number;
  readonly samePixels: boolean;
  readonly times: Times;
  readonly repetition?: Repetition;
}

/** Requests per minute. */
export const VOLUMES: readonly number[] = [0.2, 1, 10, 100, 1000];

const FAULTS_OF_REQUESTS = FAULTS.filter(
  (fault) => fault !== SLOWER && fault.inReplays && (fault.errors > 0 || fault.rejections > 0 || fault.slowdown > 1),
);
const CANARY_ALONE: Plan = [canary({ percent: 10 }), canary({ percent: 50 })];

/** How pictures come again, in words. */
const REPETITIONS: readonly (readonly [string, Repetition])[] = [
  ['every picture once', { times: 1, as: 'same' }],
  ['every picture 10 times', { times: 10, as: 'same' }],
  ['every picture 100 times', { times: 100, as: 'same' }],
  ['every picture encoded anew 10 times', { times: 10, as: 'anew' }],
  ['every picture encoded anew 100 times', { times: 100, as: 'anew' }],
  ['one camera with 90 % of the traffic', { times: 1, as: 'anew', camera: 0.9 }],
];

const STEADY: Times = { spread: 0.1 };
const MIDDLE: Times = { spread: 0.2 };
/** A third of the pictures takes three times as long. */
const TWO_SIZES: Times = { spread: 0.1, large: 1 / 3 };

/** What is slower by so much, and how the times of live spread: in a canary alone, and in the default plan. */
const TIMES: readonly Scenario[] = [
  ...[STEADY, MIDDLE, USUAL_TIMES, TWO_SIZES].map((times) => timed(NO_FAULT, times)),
  timed(TOLERATED, USUAL_TIMES),
  ...[STEADY, MIDDLE].map((times) => timed(A_LITTLE_SLOWER, times)),
  ...[SLOWER, MUCH_SLOWER].flatMap((fault) =>
    [STEADY, MIDDLE, USUAL_TIMES, TWO_SIZES].map((times) => timed(fault, times)),
  ),
  timed(NO_FAULT, STEADY, DEFAULT_PLAN),
  timed(NO_FAULT, TWO_SIZES, DEFAULT_PLAN),
  timed(A_LITTLE_SLOWER, STEADY, DEFAULT_PLAN),
];

/** Equal candidates first, then every fault, then those that a canary has to find without a shadow. */
export const SCENARIOS: readonly Scenario[] = [
  ...[0, 0.001, 0.01].map((liveErrors) => equal(`none, live fails ${liveErrors * 100} %`, liveErrors)),
  { ...equal('none, outages of both at 15 %', 0.001), outage: 0.15 },
  { ...equal('none, outages of both at 100 %', 0.001), outage: 1 },
  { ...faulty(`${HALF_FIX.name}, no shadow`, HALF_FIX, CANARY_ALONE), liveErrors: 0.6 },
  { ...faulty(HALF_FIX_OF_20.name, HALF_FIX_OF_20, DEFAULT_PLAN), liveErrors: 0.2 },
  { ...equal('none, same pixels', 0.001), samePixels: true },
  { ...equal('none, live rejects 1 %', 0.001), liveRejections: 0.01 },
  ...FAULTS.map((fault) => faulty(fault.name, fault, DEFAULT_PLAN)),
  ...[ONE_IN_TEN, OFF_BY_ONE].map((fault) => ({
    ...faulty(`${fault.name}, same pixels`, fault, DEFAULT_PLAN),
    samePixels: true,
  })),
  ...REPETITIONS.map(([words, repetition]) => ({ ...equal(`none, ${words}`, 0.001), repetition })),
  ...REPETITIONS.map(([words, repetition]) => ({
    ...faulty(`${ONE_IN_TWELVE.name}, ${words}`, ONE_IN_TWELVE, DEFAULT_PLAN),
    repetition,
  })),
  ...FAULTS_OF_REQUESTS.map((fault) => faulty(`${fault.name}, no shadow`, fault, CANARY_ALONE)),
  ...TIMES,
];

function timed(fault: Fault, times: Times, plan: Plan = CANARY_ALONE): Scenario {
  const of = times.large ? 'two picture sizes' : `σ ${times.spread}`;
  const name = `${fault.name}, ${of}${plan === CANARY_ALONE ? ', no shadow' : ''}`;
  return { ...faulty(name, fault, plan), times };
}

function equal(name: string, liveErrors: number): Scenario {
  return { ...faulty(name, NO_FAULT, DEFAULT_PLAN), liveErrors };
}

function faulty(name: string, fault: Fault, plan: Plan): Scenario {
  const healthy = { liveErrors: 0.001, liveRejections: 0, outage: 0, times: USUAL_TIMES };
  return { name, plan, fault, ...healthy, samePixels: false };
}

/** Many rollouts of one scenario at one volume. */
export interface Cell {
  readonly scenario: string;
  readonly faulty: boolean;
  /** Requests per minute. */
  readonly volume: number;
  readonly rollouts: number;
  /** An equal candidate that got all traffic, a faulty one that was rolled back. */
  readonly right: number;
  /** An equal candidate that was rolled back, a faulty one that got all traffic. */
  readonly wrong: number;
  /** An operator had to decide. */
  readonly held: number;
  /** The share of wrong ones is at most this, with 95 % certainty (Clopper and Pearson). */
  readonly wrongAtMost: number;
  /** Live requests that the fault made worse. */
  readonly touched: Quantiles;
  /** Virtual minutes until the end. */
  readonly minutes: Quantiles;
  /** How many rollouts ended in each kind of step. */
  readonly endedIn: Readonly<Record<string, number>>;
}

/** The median, and the bound that 19 of 20 do not exceed. */
export interface Quantiles {
  readonly median: number;
  readonly most: number;
}

/** The size of a simulation. The same seed gives the same cells. */
export interface Effort {
  /** Rollouts per cell. */
  readonly rollouts: number;
  readonly seed: number;
  /** Pictures from which the rollouts of a scenario draw: each is compared by the real code once. */
  readonly pictures: number;
}

/** Simulates one scenario at all volumes. */
export function* simulateScenario(scenario: Scenario, { rollouts, seed, pictures }: Effort): Generator<Cell> {
  const steps = stepsOfPlan(scenario.plan);
  const { repetition } = scenario;
  const recorded = repetition
    ? { tallies: [], pool: makePool({ ...scenario, repetition }, pictures, new Random(seed, 0)) }
    : { tallies: makeTallies(scenario, pictures / REPLAYS_PER_MINUTE, new Random(seed, 0)), pool: [] };
  for (const volume of VOLUMES) {
    const endpoint: VirtualEndpoint = { ...scenario, volume };
    const endings = Array.from({ length: rollouts }, (_, index) =>
      simulateRollout(steps, endpoint, recorded, new Random(seed, index + 1, volume * 10)),
    );
    yield cellOf(scenario, volume, endings);
  }
}

function stepsOfPlan(plan: Plan): readonly Step[] {
  const { plan: checked, faults } = checkPlan(plan, { kind: 'count', capture: 1 });
  if (!checked) throw new Error(`Expected a plan without faults, received ${JSON.stringify(faults)}`);
  return stepsOf(checked);
}

function cellOf({ name, fault }: Scenario, volume: number, endings: readonly Ending[]): Cell {
  const faulty = isFaulty(fault);
  const count = (status: Ending['status']) => endings.filter((ending) => ending.status === status).length;
  const [done, back, held] = [count('done'), count('rolled back'), count('held')];
  const [right, wrong] = faulty ? [back, done] : [done, back];
  return {
    scenario: name,
    faulty,
    volume,
    rollouts: endings.length,
    right,
    wrong,
    held,
    wrongAtMost: shareAtMost(wrong, endings.length),
    touched: quantiles(endings.map(({ touched }) => touched)),
    minutes: quantiles(endings.map(({ minutes }) => minutes)),
    endedIn: Object.fromEntries(
      Map.groupBy(endings, ({ step }) => step)
        .entries()
        .map(([step, { length }]) => [step, length]),
    ),
  };
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { median: at(0.5), most: at(0.95) };
}

/** The largest share under which so few hits would still come one time in twenty. */
export function shareAtMost(hits: number, trials: number): number {
  if (hits >= trials) return 1;
  let [lower, upper] = [hits / trials, 1];
  for (let halving = 0; halving < 40; halving++) {
    const middle = (lower + upper) / 2;
    if (chanceOfAtMost(hits, trials, middle) > 0.05) lower = middle;
    else upper = middle;
  }
  return upper;
}

/** Binomial distribution function. */
function chanceOfAtMost(hits: number, trials: number, share: number): number {
  let sum = 0;
  for (let k = 0; k <= hits; k++) {
    const logWays = logGamma(trials + 1) - logGamma(k + 1) - logGamma(trials - k + 1);
    sum += Math.exp(logWays + timesLog(k, share) + timesLog(trials - k, 1 - share));
  }
  return sum;
}

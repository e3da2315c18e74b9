/** The steps of a plan, in order, each with everything that judging it needs. */

import { milliseconds } from './duration.ts';
import type {
  CheckedBlueGreen,
  CheckedCanary,
  CheckedLinear,
  CheckedPhase,
  CheckedPlan,
  CheckedShadow,
} from './plan-schema.ts';
import { type LeastScenes, scenesOf } from './scenes.ts';
import type { ColdStartTest, SlowReplayThan, SlowRequestThan } from './slow-than.ts';
import { coldStarts, slowReplays, slowRequests } from './slow-than.ts';
import { replaysRequests, type TruthTests, truthOf } from './truth-test.ts';

/** Chances of a wrong decision of one test. */
export interface Alpha {
  /** That one test rolls a candidate back that is within its tolerance, at any of its looks. */
  readonly rollback: number;
  /** That one test passes a candidate that is outside of its margin, at any of its looks. */
  readonly promote: number;
}

/** Candidate's rate minus live's. */
export interface DifferenceTest {
  readonly tolerance: number;
  readonly margin: number;
  /** The margin that live requests alone have to prove; only where a shadow before proves `margin` with them. */
  readonly liveMargin?: number;
  /** The candidate's own rate that must not be exceeded, unless live fails alike. */
  readonly limit?: number;
}

/** The candidate's own mean, or rate. */
export interface MeanTest {
  readonly tolerance: number;
  readonly margin: number;
}

interface JudgedBase {
  /** Index of the phase in the plan. */
  readonly phase: number;
  /** Longest time without a verdict before an operator has to decide. Milliseconds. */
  readonly maxHoldMs: number;
  readonly alpha: Alpha;
}

/** The candidate must answer the golden pictures as expected. Before anything else. */
export interface GoldenStep {
  readonly kind: 'golden';
  readonly maxHoldMs: number;
}

/** Recorded requests are replayed and compared. */
export interface ShadowStep extends JudgedBase, LeastScenes, TruthTests {
  readonly kind: 'shadow';
  readonly baseline: 'live' | 'human';
  /** Least pictures to compare, repeated ones included. */
  readonly pictures: number;
  /** Most pictures to replay. */
  readonly maxPictures: number;
  /** The smallest margin of errors of the canaries, which replays can prove; absent: no canary compares errors. */
  readonly provesMargin?: number;
  /** Share of the captured requests to replay, 0–1. */
  readonly sample: number;
  readonly tests: {
    readonly agreement?: MeanTest;
    readonly countError?: MeanTest;
    readonly errorRate?: MeanTest;
    readonly latency?: MeanTest;
  };
  readonly slow?: SlowReplayThan;
}

/** The candidate gets a share of live traffic. */
export interface WeightStep extends JudgedBase {
  readonly kind: 'weight';
  /** 0–100, exclusive; larger than that of the step before. */
  readonly percent: number;
  /** Least time before a promotion. Milliseconds. */
  readonly leastMs: number;
  /** Least accepted requests of the candidate before a promotion. */
  readonly minRequests: number;
  readonly tests: {
    readonly errorRate?: DifferenceTest;
    readonly rejectionRate?: DifferenceTest;
    readonly latency?: DifferenceTest;
  };
  readonly slow?: SlowRequestThan;
  readonly coldStart?: ColdStartTest;
}

/** The candidate gets all traffic, in one move. */
export interface FullStep {
  readonly kind: 'full';
  readonly percent: 100;
}

/** The candidate has all traffic; a switch back to the previous version is possible. */
export interface BakeStep extends JudgedBase {
  readonly kind: 'bake';
  readonly leastMs: number;
  readonly minRequests: number;
  /** Rejections are compared with those of the previous version in the day before, errors and latency with limits. */
  readonly tests: {
    readonly errorRate?: MeanTest;
    readonly rejectionRate?: DifferenceTest;
    readonly latency?: MeanTest;
  };
  readonly slow?: SlowRequestThan;
  readonly coldStart?: ColdStartTest;
}

/** The rollout is over: the candidate is what is live. */
export interface DoneStep {
  readonly kind: 'done';
}

/** A step that is judged by numbers. */
export type JudgedStep = ShadowStep | WeightStep | BakeStep;
/** One step of a rollout. */
export type Step = GoldenStep | JudgedStep | FullStep | DoneStep;

/** Short, because the golden gate waits only for the candidate's own answers. */
const GOLDEN: GoldenStep = { kind: 'golden', maxHoldMs: milliseconds('30m') };

/**
 * The steps of a checked plan: golden, shadows, growing weights, full, a bake if the plan has one, done. The risk of a
 * wrong rollback is divided among all tests that could cause one (Bonferroni), so that it holds for the whole rollout.
 */
export function stepsOf(plan: CheckedPlan): readonly Step[] {
  const risky = plan.flatMap((phase, index) => stepsOfPhase(plan, phase, index));
  const tests = risky.reduce((sum, step) => sum + rollbackTests(step), 0);
  const margins = risky.flatMap(errorMargins);
  const proves = margins.length > 0 ? { provesMargin: Math.min(...margins) } : {};
  const judged = risky.map((step) => ({
    ...step,
    alpha: { ...step.alpha, rollback: step.alpha.rollback / tests },
    ...(step.kind === 'shadow' && proves),
  }));
  return [
    GOLDEN,
    ...judged.filter(({ kind }) => kind !== 'bake'),
    { kind: 'full', percent: 100 },
    ...judged.filter(({ kind }) => kind === 'bake'),
    { kind: 'done' },
  ];
}

function errorMargins(step: JudgedStep): readonly number[] {
  if (step.kind !== 'weight') return [];
  return [step.tests.errorRate, step.tests.rejectionRate].flatMap((test) => (test ? [test.margin] : []));
}

/** The weight, in percent, that the phases before `index` end with: 0 before the first of live traffic. */
export function weightBefore(plan: CheckedPlan, index: number): number {
  const phase = plan[index - 1];
  if (!phase) return 0;
  return weightsOf(plan, phase, index - 1).at(-1) ?? weightBefore(plan, index - 1);
}

/** The weights of a phase in order, in percent. */
export function weightsOf(plan: CheckedPlan, phase: CheckedPhase, index: number): readonly number[] {
  if (phase.kind === 'canary') return [phase.percent];
  if (phase.kind !== 'linear') return [];
  // Weights have two decimals, which are not exact in binary: hundredths are counted.
  const step = Math.round(phase.stepPercent * 100);
  const from = Math.round((phase.fromPercent ?? weightBefore(plan, index) + phase.stepPercent) * 100);
  const count = Math.max(0, Math.ceil((10_000 - from) / step));
  return Array.from({ length: count }, (_, at) => (from + at * step) / 100);
}

/** How many tests of a step can roll a candidate back. */
function rollbackTests(step: JudgedStep): number {
  const all: readonly (MeanTest | DifferenceTest)[] = Object.values(step.tests);
  const byTruth = step.kind === 'shadow' && (step.truth || step.labels) ? 1 : 0;
  return all.length + all.filter((test) => 'limit' in test).length + byTruth;
}

/** The steps of one phase; their alpha is still the whole rollout's. */
function stepsOfPhase(plan: CheckedPlan, phase: CheckedPhase, index: number): readonly JudgedStep[] {
  const common = { phase: index, maxHoldMs: milliseconds(phase.maxHold), alpha: phase.gates.risk };
  switch (phase.kind) {
    case 'shadow':
      return [{ ...common, ...shadowStep(phase) }];
    case 'blueGreen':
      return [{ ...common, ...bakeStep(phase) }];
    case 'canary':
    case 'linear': {
      const leastMs = milliseconds(phase.kind === 'canary' ? phase.duration : phase.every);
      const isReplayed = plan.some(replaysRequests);
      return weightsOf(plan, phase, index).map((percent) => ({
        ...common,
        ...weightStep(phase, percent, isReplayed),
        leastMs,
      }));
    }
  }
}

function shadowStep(phase: CheckedShadow) {
  const { baseline, pictures, maxPictures, sample, gates } = phase;
  const { agreement, countError, errorRate, latency } = gates;
  const tests = present({ agreement, countError, errorRate, latency: latency && bounds(latency) });
  const step = { kind: 'shadow' as const, baseline, pictures, maxPictures, sample, tests, ...slowReplays(latency) };
  return { ...step, ...scenesOf(phase), ...truthOf(phase) };
}

function weightStep({ gates }: CheckedCanary | CheckedLinear, percent: number, isReplayed: boolean) {
  const { errorRate, rejectionRate, latency, coldStart, minRequests } = gates;
  const tests = present({
    errorRate: errorRate && bounds(errorRate, isReplayed),
    rejectionRate: rejectionRate && bounds(rejectionRate, isReplayed),
    latency: latency && bounds(latency),
  });
  return { kind: 'weight' as const, percent, minRequests, tests, ...slowRequests(latency), ...coldStarts(coldStart) };
}

function bakeStep({ bake, gates }: CheckedBlueGreen) {
  const { errorRate, rejectionRate, latency, coldStart, minRequests } = gates;
  const limitOf = ({ limit }: { limit: number }): MeanTest => ({ tolerance: limit, margin: limit });
  const tests = present({
    errorRate: errorRate && limitOf(errorRate),
    rejectionRate,
    latency: latency && limitOf(latency),
  });
  const slow = { ...slowRequests(latency), ...coldStarts(coldStart) };
  return { kind: 'bake' as const, leastMs: milliseconds(bake), minRequests, tests, ...slow };
}

function bounds({ tolerance, margin, liveMargin, limit }: DifferenceTest, isReplayed = false): DifferenceTest {
  return {
    tolerance,
    margin,
    ...(liveMargin !== undefined && isReplayed && { liveMargin }),
    ...(limit !== undefined && { limit }),
  };
}

/** Without the gates that are switched off, or that the plan of a rollout begun by an earlier version does not have. */
function present<T extends object>(tests: T): { [K in keyof T]?: Exclude<T[K], false> } {
  return Object.fromEntries(Object.entries(tests).filter(([, test]) => test)) as never;
}

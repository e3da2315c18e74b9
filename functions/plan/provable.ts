/** Whether the gates of a step can be passed at all, with all the pictures or requests that the step can get. */

import { mostMean } from '../evidence/bounded-mean.ts';
import {
  type Carried,
  evidenceNotWorseInAll,
  liveTrafficOf,
  mostDifferenceInAll,
  NOTHING_CARRIED,
} from '../evidence/carried.ts';
import { fewestMore } from '../evidence/foretold.ts';
import type { TwoTallies } from '../evidence/two-rates.ts';
import { inWords } from './duration.ts';
import type { Fault } from './fault.ts';
import { MOST_LABELLED } from './labelled-set.ts';
import type { BakeStep, DifferenceTest, JudgedStep, MeanTest, ShadowStep, Step, WeightStep } from './steps.ts';

/** The most pictures or requests that a step can get, for the candidate and for live, and the same in words. */
interface Supply {
  readonly candidate: number;
  readonly live: number;
  readonly words: string;
  /** Live's requests of a day; 0: not known. */
  readonly day: number;
}

/**
 * Gates that not even a candidate without a fault could pass before the step raises its alarm.
 * @param steps of the plan, in order: each has the evidence that those before leave
 * @param pathOf the path of a phase by its index
 * @param requestsPerMinute expected traffic; without it, only shadows are checked
 */
export function proofFaults(
  steps: readonly Step[],
  pathOf: (phase: number) => string,
  requestsPerMinute: number | undefined,
): readonly Fault[] {
  let carried = NOTHING_CARRIED;
  return steps.flatMap((step) => {
    if (step.kind === 'shadow') {
      // A second one may replay the same requests, and labelled photos are no requests of callers.
      if (!step.labels) carried = { replays: { trials: step.pictures, hits: 0 }, ...carried };
      return marginFaults(step, supplyOfShadow(step), NOTHING_CARRIED, pathOf(step.phase));
    }
    if ((step.kind !== 'weight' && step.kind !== 'bake') || requestsPerMinute === undefined) return [];
    const supply = supplyOfTraffic(step, requestsPerMinute);
    const path = pathOf(step.phase);
    const before = step.kind === 'weight' ? carried : NOTHING_CARRIED;
    const faults = [...marginFaults(step, supply, before, path), ...requestFaults(step, supply, path)];
    if (step.kind === 'weight')
      carried = { ...carried, earlier: [...carried.earlier, countsAtEnd(step, supply, carried)] };
    return faults;
  });
}

/** Counts without a failure. @param candidate requests of the candidate, of all that the step can get */
function flawless(candidate: number, supply: Supply): TwoTallies {
  const live = supply.candidate === 0 ? 0 : (candidate * supply.live) / supply.candidate;
  const counts = { candidate: { trials: candidate, hits: 0 }, live: { trials: live, hits: 0 } };
  return supply.day > 0 ? { ...counts, usual: { trials: supply.day, hits: 0 } } : counts;
}

/** The requests with which a step ends: no more than its own proofs take. */
function countsAtEnd({ tests, alpha, minRequests }: WeightStep, supply: Supply, carried: Carried): TwoTallies {
  const gates = [tests.errorRate, tests.rejectionRate].flatMap((test) => test ?? []);
  const needed = gates.map((test) => requestsNeeded(test, alpha.promote, supply, carried) ?? supply.candidate);
  return flawless(Math.min(supply.candidate, Math.max(minRequests, ...needed)), supply);
}

/** The fewest requests that prove both margins, without a failure. @returns undefined where the supply is too small */
function requestsNeeded(
  { margin, liveMargin = margin }: DifferenceTest,
  alpha: number,
  supply: Supply,
  carried: Carried,
): number | undefined {
  const isProven = (requests: number) => {
    const counts = flawless(requests, supply);
    const byLive = evidenceNotWorseInAll(counts, liveTrafficOf(carried), liveMargin, alpha);
    return Math.min(byLive, evidenceNotWorseInAll(counts, carried, margin, alpha)) >= -Math.log(alpha);
  };
  return fewestMore(isProven, supply.candidate);
}

function supplyOfShadow({ maxPictures, labels }: ShadowStep): Supply {
  if (labels) {
    return { candidate: MOST_LABELLED, live: 0, words: `the ${MOST_LABELLED} photos that a set can have`, day: 0 };
  }
  return { candidate: maxPictures, live: 0, words: `${maxPictures} pictures`, day: 0 };
}

const MINUTES_OF_DAY = 1440;

function supplyOfTraffic(step: WeightStep | BakeStep, requestsPerMinute: number): Supply {
  const all = (requestsPerMinute * step.maxHoldMs) / 60_000;
  const candidate = Math.floor(step.kind === 'weight' ? (all * step.percent) / 100 : all);
  const rate = `${requestsPerMinute} per minute`;
  const words = `the ${candidate} requests that the step gets in ${inWords(step.maxHoldMs)} at ${rate}`;
  // In a bake, live is the previous version, whose day before is not known.
  const day = step.kind === 'weight' ? Math.round(MINUTES_OF_DAY * requestsPerMinute) : 0;
  return { candidate, live: Math.floor(all) - candidate, words, day };
}

function marginFaults(step: JudgedStep, supply: Supply, carried: Carried, path: string): Fault[] {
  const tests: readonly (readonly [string, MeanTest | DifferenceTest])[] = Object.entries(step.tests);
  return tests.flatMap(([gate, test]) =>
    provableMargins(step, supply, carriedTo(gate, carried), [gate, test]).flatMap(({ key, margin, least }) => {
      if (least < margin) return [];
      return [{ path: `${path}.gates.${gate}.${key}`, expected: provableInWords(least, supply), value: margin }];
    }),
  );
}

/** A margin has to be under 1. */
function provableInWords(least: number, { words }: Supply): string {
  const rounded = Math.ceil(least * 1000) / 1000;
  if (rounded >= 1) return `Expected the gate to be false: no value can be proven with ${words}`;
  return `Expected at least ${rounded}: a smaller value cannot be proven with ${words}, even by a perfect candidate`;
}

/** Without slow requests of earlier steps: they carry only where a quantile of live defines them. */
function carriedTo(gate: string, carried: Carried): Carried {
  return gate === 'latency' ? NOTHING_CARRIED : carried;
}

interface Provable {
  readonly key: 'margin' | 'liveMargin' | 'limit';
  readonly margin: number;
  /** The smallest margin that can be proven for a candidate without a fault. */
  readonly least: number;
}

function provableMargins(
  step: JudgedStep,
  supply: Supply,
  carried: Carried,
  [gate, test]: readonly [string, MeanTest | DifferenceTest],
): readonly Provable[] {
  const { margin } = test;
  const alpha = step.alpha.promote;
  if (step.kind !== 'weight' && gate !== 'rejectionRate') {
    const key = step.kind === 'bake' ? 'limit' : 'margin';
    return [{ key, margin, least: mostMean([[0, supply.candidate]], alpha) }];
  }
  if (requestsNeeded(test, alpha, supply, carried) !== undefined) return [];
  const counts = flawless(supply.candidate, supply);
  const inAll = { key: 'margin', margin, least: mostDifferenceInAll(counts, carried, alpha) } as const;
  if (!('liveMargin' in test) || test.liveMargin === undefined) return [inAll];
  const byLive = mostDifferenceInAll(counts, liveTrafficOf(carried), alpha);
  return [{ key: 'liveMargin', margin: test.liveMargin, least: byLive }, inAll];
}

function requestFaults({ minRequests }: WeightStep | BakeStep, supply: Supply, path: string): Fault[] {
  if (minRequests <= supply.candidate) return [];
  return [{ path: `${path}.gates.minRequests`, expected: `Expected at most ${supply.words}`, value: minRequests }];
}

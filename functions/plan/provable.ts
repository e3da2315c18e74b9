/** Whether the gates of a step can be passed at all, with all the pictures or requests that the step can get. */

import { mostMean } from '../evidence/bounded-mean.ts';
import { mostDifference } from '../evidence/two-rates.ts';
import { inWords } from './duration.ts';
import type { Fault } from './fault.ts';
import type { BakeStep, DifferenceTest, JudgedStep, MeanTest, ShadowStep, Step, WeightStep } from './steps.ts';

/** The most pictures or requests that a step can get, for the candidate and for live, and the same in words. */
interface Supply {
  readonly candidate: number;
  readonly live: number;
  readonly words: string;
}

/**
 * Gates that not even a candidate without a fault could pass before the step raises its alarm.
 * @param pathOf the path of a phase by its index
 * @param requestsPerMinute expected traffic; without it, only shadows are checked
 */
export function proofFaults(
  step: Step,
  pathOf: (phase: number) => string,
  requestsPerMinute: number | undefined,
): readonly Fault[] {
  if (step.kind === 'shadow') return marginFaults(step, supplyOfShadow(step), pathOf(step.phase));
  if ((step.kind !== 'weight' && step.kind !== 'bake') || requestsPerMinute === undefined) return [];
  const supply = supplyOfTraffic(step, requestsPerMinute);
  const path = pathOf(step.phase);
  return [...marginFaults(step, supply, path), ...requestFaults(step, supply, path)];
}

function supplyOfShadow({ maxPictures }: ShadowStep): Supply {
  return { candidate: maxPictures, live: 0, words: `${maxPictures} pictures` };
}

function supplyOfTraffic(step: WeightStep | BakeStep, requestsPerMinute: number): Supply {
  const all = (requestsPerMinute * step.maxHoldMs) / 60_000;
  const candidate = Math.floor(step.kind === 'weight' ? (all * step.percent) / 100 : all);
  const rate = `${requestsPerMinute} per minute`;
  const words = `the ${candidate} requests that the step gets in ${inWords(step.maxHoldMs)} at ${rate}`;
  return { candidate, live: Math.floor(all) - candidate, words };
}

function marginFaults(step: JudgedStep, supply: Supply, path: string): Fault[] {
  const tests: readonly (readonly [string, MeanTest | DifferenceTest])[] = Object.entries(step.tests);
  return tests.flatMap(([gate, test]) => {
    const isDifference = step.kind === 'weight' || gate === 'rejectionRate';
    const least = leastProvable(step, supply, isDifference);
    // A shadow proves the margin itself; its own supply is checked.
    const [byLive, margin] = 'liveMargin' in test ? ['liveMargin', test.liveMargin] : ['margin', test.margin];
    if (least < margin) return [];
    const rounded = Math.ceil(least * 1000) / 1000;
    const key = step.kind === 'bake' && !isDifference ? 'limit' : byLive;
    const reason = `a smaller value cannot be proven with ${supply.words}, even by a perfect candidate`;
    return [
      { path: `${path}.gates.${gate}.${key}`, expected: `Expected at least ${rounded}: ${reason}`, value: margin },
    ];
  });
}

/**
 * The smallest margin that can be proven for a candidate without a fault. In a bake, the previous version's requests of
 * the day before are not known.
 */
function leastProvable({ alpha }: JudgedStep, { candidate, live }: Supply, isDifference: boolean): number {
  if (!isDifference) return mostMean([[0, candidate]], alpha.promote);
  return mostDifference({ candidate: { trials: candidate, hits: 0 }, live: { trials: live, hits: 0 } }, alpha.promote);
}

function requestFaults({ minRequests }: WeightStep | BakeStep, supply: Supply, path: string): Fault[] {
  if (minRequests <= supply.candidate) return [];
  return [{ path: `${path}.gates.minRequests`, expected: `Expected at most ${supply.words}`, value: minRequests }];
}

/**
 * Estimates the count error of virtual endpoints, by the real code, and compares it with the true one.
 *
 * In each run, photos are dealt anew: people have counted some before any shift, and the others are the pictures of a
 * period, before or after a shift. No photo is in both.
 */

import type { Estimate } from '../../functions/accuracy/estimate.ts';
import { type CountedAnswer, estimatePeriods } from '../../functions/accuracy/periods.ts';
import { countError } from '../../functions/judge/agreement.ts';
import { Random } from '../simulation/random.ts';
import type { AccuracyShift, Answer } from './answers.ts';

/** A virtual endpoint. */
export interface CountingEndpoint {
  readonly name: string;
  /** Labels that it counts. */
  readonly labels: readonly string[];
}

/** What people have counted. */
export interface Effort {
  /** Pictures before the period. */
  readonly before: number;
  /** Pictures of the period, drawn at random. */
  readonly within: number;
}

/** Pictures of the period. */
const PICTURES = 400;

/** Answers to the same photos, in the same order: without a shift, and after each. */
export type Answers = Readonly<Record<'none' | AccuracyShift, readonly Answer[]>>;

/** What came of one run. */
export interface Run {
  readonly shift: keyof Answers;
  /** The true mean count error of the period. */
  readonly truth: number;
  readonly estimate: Estimate;
}

/** One run for each shift, and one without. */
export function runOnce(answers: Answers, endpoint: CountingEndpoint, effort: Effort, seed: number): Run[] {
  const order = shuffled(answers.none.length, new Random(seed));
  const counted = order.slice(0, effort.before);
  const period = order.slice(effort.before, effort.before + PICTURES);
  const before = counted.map((at, time) => countedAnswer(answers.none[at] as Answer, endpoint, time));
  const time = counted.length;
  return (Object.keys(answers) as (keyof Answers)[]).map((shift) => {
    const own = period.map((at) => countedAnswer(answers[shift][at] as Answer, endpoint, time));
    const decided = [...before, ...own.slice(0, effort.within)];
    const [found] = estimatePeriods([{ from: time, to: time + 1 }], own, decided);
    const truth =
      own.reduce((sum, answer) => sum + countError(answer.truth, answer.confidences.length), 0) / own.length;
    return { shift, truth, estimate: (found as { estimate: Estimate }).estimate };
  });
}

function countedAnswer({ labels }: Answer, { labels: own }: CountingEndpoint, time: number): CountedAnswer {
  const of = own.flatMap((label) => labels[label] ?? []);
  return {
    time,
    model: 'yolox-nano',
    confidences: of.flatMap(({ confidences }) => confidences),
    truth: of.reduce((sum, { truth }) => sum + truth, 0),
    weight: 1,
  };
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}

/** Runs a comparison: all variants answer the labelled pictures, and the judge compares their errors. */

import { countError } from '../../functions/judge/agreement.ts';
import {
  type Challenge,
  type ChallengeResult,
  type Gain,
  gainOf,
  judgeChallengers,
  meanError,
  picturesToCome,
} from '../../functions/judge/challengers.ts';
import { quantile } from '../model/evaluation/compare.ts';
import type { AnsweredPicture, VariantAnswer } from './answer.ts';
import { type LabelledPicture, LabelsError } from './pictures.ts';

/** One variant on all pictures. */
export interface Measured {
  /** Mean count error, 0–1. */
  readonly error: number;
  /** Objects counted in all pictures. */
  readonly counted: number;
  /** Pictures at which its model failed; each has the error 1. */
  readonly failures: number;
  /** Median from bytes to boxes. */
  readonly ms: number;
}

/** A challenger with its measurements. */
export interface Challenger extends Challenge, Measured {
  readonly gain: Gain;
  /** Further pictures that would probably decide; only where nothing is proven, and a proof is in sight. */
  readonly picturesToCome?: number;
}

/** What a comparison found. */
export interface Comparison extends Pick<ChallengeResult, 'winner'> {
  readonly live: Measured;
  readonly challengers: readonly Challenger[];
  /** Pictures that all variants answered. */
  readonly pictures: number;
  /** Objects in them, by their labels. */
  readonly objects: number;
  /** Pictures that the endpoint refuses, with the reason. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Judges answers.
 * @param answered in the order of `pictures`; answers of live first, then of the challengers
 * @param names of the challengers
 * @throws LabelsError where all pictures are refused
 */
export function compareAnswers(
  pictures: readonly LabelledPicture[],
  answered: readonly AnsweredPicture[],
  names: readonly string[],
): Comparison {
  const refused = answered.flatMap((each) => ('refused' in each ? [{ path: each.path, reason: each.refused }] : []));
  const compared = answered.flatMap((each, index) =>
    'answers' in each ? [{ answers: each.answers, truth: pictures[index]?.count as number }] : [],
  );
  if (compared.length === 0)
    throw new LabelsError(
      `Expected pictures that the endpoint accepts, received ${refused.length}: ${refused[0]?.reason}`,
    );
  const rows = [...names.keys(), names.length].map((variant) =>
    compared.map(({ answers, truth }) => ({ answer: answers[variant] as VariantAnswer, truth })),
  );
  const [live = [], ...errors] = rows.map((row) => row.map(errorOf));
  const contenders = names.map((name, index) => ({ name, errors: errors[index] as number[] }));
  const { challenges, winner } = judgeChallengers(live, contenders);
  const [measuredLive, ...measured] = rows.map(measure) as [Measured, ...Measured[]];
  const challengers = challenges.map((challenge, index) => ({
    ...challenge,
    ...(measured[index] as Measured),
    ...outlook(live, errors, index, challenge),
  }));
  const objects = compared.reduce((sum, { truth }) => sum + truth, 0);
  return { live: measuredLive, challengers, pictures: compared.length, objects, refused, ...(winner && { winner }) };
}

interface Answered {
  readonly answer: VariantAnswer;
  readonly truth: number;
}

function errorOf({ answer, truth }: Answered): number {
  return answer.count === undefined ? 1 : countError(truth, answer.count);
}

function measure(row: readonly Answered[]): Measured {
  const times = row.map(({ answer }) => answer.ms).toSorted((a, b) => a - b);
  return {
    error: meanError(row.map(errorOf)),
    counted: row.reduce((sum, { answer }) => sum + (answer.count ?? 0), 0),
    failures: row.filter(({ answer }) => answer.count === undefined).length,
    ms: quantile(times, 0.5),
  };
}

function outlook(
  live: readonly number[],
  errors: readonly (readonly number[])[],
  index: number,
  { verdict }: Challenge,
): Pick<Challenger, 'gain' | 'picturesToCome'> {
  const own = errors[index] as readonly number[];
  const more = verdict === 'unclear' ? picturesToCome(live, own, errors.length) : undefined;
  return { gain: gainOf(live, own, errors.length), ...(more !== undefined && { picturesToCome: more }) };
}

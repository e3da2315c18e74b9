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
import { ap50, type LabelledDetection, matchByLabel } from '../../functions/truth/ap50.ts';
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
  /** AP50 of what it counts, over all pictures with boxes, 0–1; absent: without objects in such pictures. */
  readonly ap50?: number;
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
 * @param labels of the endpoint
 * @throws LabelsError where all pictures are refused
 */
export function compareAnswers(
  pictures: readonly LabelledPicture[],
  answered: readonly AnsweredPicture[],
  { names, labels }: { readonly names: readonly string[]; readonly labels: readonly string[] },
): Comparison {
  const refused = answered.flatMap((each) => ('refused' in each ? [{ path: each.path, reason: each.refused }] : []));
  const compared = answered.flatMap((each, index) =>
    'answers' in each ? [{ answers: each.answers, picture: pictures[index] as LabelledPicture }] : [],
  );
  if (compared.length === 0)
    throw new LabelsError(
      `Expected pictures that the endpoint accepts, received ${refused.length}: ${refused[0]?.reason}`,
    );
  const rows = [...names.keys(), names.length].map((variant) =>
    compared.map(({ answers, picture }) => ({ answer: answers[variant] as VariantAnswer, picture })),
  );
  const [live = [], ...errors] = rows.map((row) => row.map(errorOf));
  const contenders = names.map((name, index) => ({ name, errors: errors[index] as number[] }));
  const { challenges, winner } = judgeChallengers(live, contenders);
  const [measuredLive, ...measured] = rows.map((row) => measure(row, labels)) as [Measured, ...Measured[]];
  const challengers = challenges.map((challenge, index) => ({
    ...challenge,
    ...(measured[index] as Measured),
    ...outlook(live, errors, index, challenge),
  }));
  const objects = compared.reduce((sum, { picture }) => sum + picture.count, 0);
  return { live: measuredLive, challengers, pictures: compared.length, objects, refused, ...(winner && { winner }) };
}

interface Answered {
  readonly answer: VariantAnswer;
  readonly picture: LabelledPicture;
}

function errorOf({ answer, picture }: Answered): number {
  return answer.count === undefined ? 1 : countError(picture.count, answer.count);
}

function measure(row: readonly Answered[], labels: readonly string[]): Measured {
  const precision = ap50Of(row, labels);
  const times = row.map(({ answer }) => answer.ms).toSorted((a, b) => a - b);
  return {
    error: meanError(row.map(errorOf)),
    counted: row.reduce((sum, { answer }) => sum + (answer.count ?? 0), 0),
    failures: row.filter(({ answer }) => answer.count === undefined).length,
    ms: quantile(times, 0.5),
    ...(precision !== undefined && { ap50: precision }),
  };
}

/** A model that failed has no detections. */
function ap50Of(row: readonly Answered[], labels: readonly string[]): number | undefined {
  const boxed = row.filter(({ picture }) => picture.truth.boxes);
  return ap50(boxed.map(({ answer, picture }) => matchByLabel(picture.truth, byConfidence(answer), labels)));
}

function byConfidence({ detections = [] }: VariantAnswer): readonly LabelledDetection[] {
  return detections.toSorted((a, b) => b.confidence - a.confidence);
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

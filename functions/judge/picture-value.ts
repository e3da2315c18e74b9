/**
 * The value of one picture for the test of `truth.ts`: how much nearer the candidate is to what people say than live.
 *
 * A count gives errors, and so a value between 0 and 1. A preference says which answer is more right, not by how much:
 * 1 for the candidate, 0 for live, ½ for both. Both kinds are bounded, so the bet is valid for each mixture of them;
 * the hypothesis is then about the mean of that mixture. A preference can also see what counts hide: equal counts with
 * boxes in other places.
 *
 * Where neither answer is right, or nobody can tell, the picture has no value instead of ½: at margin 0 that is the
 * same, and with a margin ½ would be evidence of "not worse" from pictures on which nobody can say so.
 */

import { countError } from './agreement.ts';

/** Which of both answers is more right, by one person. `both`: as right. */
export type Preference = 'live' | 'candidate' | 'both' | 'neither' | 'cannot tell';

/** One person's decision on a picture: the number of objects, or a preference. */
export type PersonsDecision = number | Preference;

/** The counts of both versions on a picture, and the latest decision of each person. */
export interface JudgedPicture {
  readonly live: number;
  readonly candidate: number;
  readonly people: readonly PersonsDecision[];
}

/** Why a decided picture has no value. `unclear`: people do not agree. */
export type NoValue = 'unclear' | 'neither' | 'cannot tell';

/** Value of a picture, 0–1, with the count errors of both versions where people counted. */
export interface PictureValue {
  readonly x: number;
  readonly errors?: { readonly live: number; readonly candidate: number };
}

/** Largest distance of a count from the median at which both mean the same: 1 object, or this share of the median. */
const SAME_COUNT = 0.2;

/**
 * What people counted: the median, if more than half of them are near it, so that one typo among three does not decide.
 * @param counts at least one
 * @returns undefined where people do not agree
 */
export function agreedCount(counts: readonly number[]): number | undefined {
  const sorted = counts.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  const near = counts.filter((count) => Math.abs(count - median) <= Math.max(1, SAME_COUNT * median));
  return 2 * near.length > counts.length ? median : undefined;
}

/** Whether all who can tell give a count. */
export function isByCount({ people }: JudgedPicture): boolean {
  return people.every((decision) => typeof decision === 'number' || decision === 'cannot tell');
}

/**
 * The value of a decided picture. Where all who can tell counted, it rests on the median of their counts; otherwise on
 * what more than half of them say, for which a count says which version is nearer to it.
 */
export function pictureValue(picture: JudgedPicture): PictureValue | NoValue {
  const { people } = picture;
  const told = people.filter((decision) => decision !== 'cannot tell');
  if (told.length === 0) return 'cannot tell';
  if (isByCount(picture)) {
    const truth = agreedCount(told.filter((decision) => typeof decision === 'number'));
    return truth === undefined ? 'unclear' : byCount(truth, picture);
  }
  const votes = told.map((decision) => (typeof decision === 'number' ? nearer(decision, picture) : decision));
  const agreed = (['live', 'candidate', 'both', 'neither'] as const).find(
    (each) => 2 * votes.filter((vote) => vote === each).length > votes.length,
  );
  if (agreed === undefined) return 'unclear';
  return agreed === 'neither' ? 'neither' : { x: VALUES[agreed] };
}

const VALUES = { live: 0, candidate: 1, both: 0.5 } as const;

function byCount(
  truth: number,
  { live, candidate }: Pick<JudgedPicture, 'live' | 'candidate'>,
): Required<PictureValue> {
  const errors = { live: countError(truth, live), candidate: countError(truth, candidate) };
  return { x: (1 + errors.live - errors.candidate) / 2, errors };
}

function nearer(truth: number, picture: JudgedPicture): 'live' | 'candidate' | 'both' {
  const { errors } = byCount(truth, picture);
  if (errors.live === errors.candidate) return 'both';
  return errors.candidate < errors.live ? 'candidate' : 'live';
}

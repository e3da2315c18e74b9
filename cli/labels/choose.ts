/**
 * Which pictures teach most, once they are labelled.
 *
 * The value of a picture is the sum of four parts, each from 0 to 1:
 *
 * - disagreement: 1 − agreement of two versions, as a shadow measured it (query by committee: Seung, Opper &
 *   Sompolinsky, 1992);
 * - margin: how near the least sure object is to its confidence threshold, 1 at the threshold (uncertainty sampling;
 *   for detectors, the maximum over objects: Brust, Käding & Denzler, "Active Learning for Deep Object Detection",
 *   2018). Objects below the threshold are not stored, so nothing is known of them;
 * - overruled: how far the count of a person is from that of the answer;
 * - drift: 1 from the time on since which the pictures or answers have changed.
 *
 * The weights are a choice: nobody has measured them for this project. A share of the pictures is drawn at random from
 * all, so that numbers about how right a version is can be estimated from these: the valuable ones are the hard ones.
 */

import { type SeenPicture, SeenPictures } from '../../functions/judge/scenes.ts';
import { hashOf } from '../../functions/records/pairs.ts';

/** The parts of a picture's value. */
export interface Reasons {
  readonly disagreement: number;
  readonly margin: number;
  readonly overruled: number;
  readonly drift: number;
}

/** Weight of each part. */
export const WEIGHTS: Readonly<Record<keyof Reasons, number>> = {
  disagreement: 1,
  margin: 0.5,
  overruled: 1,
  drift: 0.5,
};

/** A picture that could be labelled. */
export interface Choosable {
  readonly id: string;
  /** By what its scene is recognised. */
  readonly seen: SeenPicture;
  readonly reasons: Reasons;
}

/** A chosen picture. */
export interface Chosen<T extends Choosable> {
  readonly picture: T;
  readonly value: number;
  /** Whether it was drawn at random, or chosen for its value. */
  readonly by: 'random' | 'value';
}

/** What is chosen. */
export interface Choice {
  /** Number of pictures. */
  readonly number: number;
  /** Share of them that is drawn at random, 0–1. */
  readonly random: number;
  /** The same seed chooses the same pictures. */
  readonly seed: number;
}

/** Value of a picture: 0 where nothing is known to be learned from it. */
export function teachingValue(reasons: Reasons): number {
  return Object.entries(WEIGHTS).reduce((sum, [name, weight]) => sum + weight * reasons[name as keyof Reasons], 0);
}

/**
 * Chooses pictures, one of each scene. First those at random, in an order that knows no answer; then those of most
 * value, without a scene that is chosen already. Equal values are in random order.
 */
export function choose<T extends Choosable>(pictures: readonly T[], { number, random, seed }: Choice): Chosen<T>[] {
  const shuffled = pictures
    .map((picture) => ({
      picture,
      turn: hashOf('labels', String(seed), picture.id),
      value: teachingValue(picture.reasons),
    }))
    .toSorted((a, b) => a.turn - b.turn);
  const seen = new SeenPictures();
  const chosen: Chosen<T>[] = [];
  const take = (order: typeof shuffled, by: 'random' | 'value', until: number) => {
    for (const { picture, value } of order) {
      if (chosen.length >= until) return;
      if (isTaken(picture, chosen)) continue;
      const novelty = seen.noveltyOf(picture.seen);
      if (novelty !== 'new') continue;
      seen.add(picture.seen, novelty);
      chosen.push({ picture, value, by });
    }
  };
  take(shuffled, 'random', Math.round(number * random));
  const byValue = shuffled.toSorted((a, b) => b.value - a.value);
  take(byValue, 'value', number);
  return chosen;
}

function isTaken({ id }: Choosable, chosen: readonly Chosen<Choosable>[]): boolean {
  return chosen.some(({ picture }) => picture.id === id);
}

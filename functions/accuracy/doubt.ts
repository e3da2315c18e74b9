/**
 * The doubt of an answer: the count error that its confidences foretell, were they probabilities.
 *
 * Each detection is an object with the chance of its confidence, independent of the others, so that the number of
 * objects is Poisson-binomial. Confidences are not probabilities: doubt only orders answers, and decisions of people
 * say which error it stands for (`estimate.ts`).
 */

import { countError } from '../judge/agreement.ts';

/** 0–1: the expected count error. @param confidences of the detections, 0–1 */
export function doubtOf(confidences: readonly number[]): number {
  const chances = chancesOfCounts(confidences);
  return chances.reduce((sum, chance, objects) => sum + chance * countError(objects, confidences.length), 0);
}

/** The chance of each number of objects, by adding one candidate after another. */
function chancesOfCounts(confidences: readonly number[]): number[] {
  const chances = [1];
  for (const confidence of confidences) {
    chances.push(0);
    for (let objects = chances.length - 1; objects >= 0; objects--) {
      const without = (chances[objects] as number) * (1 - confidence);
      chances[objects] = without + (objects > 0 ? (chances[objects - 1] as number) * confidence : 0);
    }
  }
  return chances;
}

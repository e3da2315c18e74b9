/**
 * Made-up pictures with the answers of two equal models that do not see quite the same pixels. The numbers are chosen
 * so that the answers differ as those of a real detector do on a picture and the same picture encoded anew (YOLOX-nano,
 * threshold 0.3, 656 photos with objects, JPEG quality 90): disagreement 0.054 (standard deviation 0.137), count error
 * 0.054, another count in 20 % of the pictures. That is the hard case: a shadow replays the very bytes that live saw.
 */

import type { Detection } from '../../functions/judge/agreement.ts';
import type { Random } from './random.ts';

/** Both versions' detections in one picture. */
export interface Scene {
  readonly live: readonly Detection[];
  readonly candidate: readonly Detection[];
}

const LABELS = ['car', 'truck', 'person'] as const;
const THRESHOLD = 0.3;

/**
 * 0–15 objects, few more often than many, one picture in nine without any.
 * @param samePixels whether both models get the same pixels, so that equal models give the same detections
 */
export function makeScene(random: Random, samePixels: boolean): Scene {
  // In some pictures much is doubtful: small, dark or half hidden.
  const shift = random.chance(0.15) ? 0.15 : 0.03;
  const live: Detection[] = [];
  const candidate: Detection[] = [];
  for (let candidates = 1.31 * objects(random); candidates > 0; candidates--) {
    const object = makeObject(random);
    if (object.confidence >= THRESHOLD) live.push(object);
    const again = samePixels ? object : seenAgain(object, shift, random);
    if (again.confidence >= THRESHOLD) candidate.push(again);
  }
  return { live, candidate };
}

/** The same scene several times, each time in slightly different pixels, for both models alike. */
export function makeVariants(random: Random, count: number): readonly Scene[] {
  // The pixels of two variants differ as much as those of a picture and the same picture encoded anew.
  const shift = (random.chance(0.15) ? 0.15 : 0.03) / Math.SQRT2;
  const all = Array.from({ length: Math.ceil(1.31 * objects(random)) }, () => makeObject(random));
  const seen = () =>
    all.map((object) => seenAgain(object, shift, random)).filter(({ confidence }) => confidence >= THRESHOLD);
  return Array.from({ length: count }, () => ({ live: seen(), candidate: seen() }));
}

function objects(random: Random): number {
  if (random.chance(0.1)) return 0;
  const count = 1 + Math.floor(-4.9 * Math.log(1 - random.uniform()));
  return count > 15 ? objects(random) : count;
}

/** Anything that a detector may report, its confidence from well under the threshold upwards. */
function makeObject(random: Random): Detection {
  return {
    label: LABELS[random.below(LABELS.length)] as string,
    confidence: 0.1 + 0.85 * random.uniform(),
    box: {
      x: 500 * random.uniform(),
      y: 400 * random.uniform(),
      width: 30 + 150 * random.uniform(),
      height: 30 + 150 * random.uniform(),
    },
  };
}

/** The same object in slightly different pixels. */
function seenAgain({ label, confidence, box }: Detection, shift: number, random: Random): Detection {
  const jitter = () => 0.008 * random.normal();
  return {
    label,
    confidence: Math.min(1, confidence + shift * random.normal()),
    box: {
      x: box.x + box.width * jitter(),
      y: box.y + box.height * jitter(),
      width: box.width * Math.exp(jitter()),
      height: box.height * Math.exp(jitter()),
    },
  };
}

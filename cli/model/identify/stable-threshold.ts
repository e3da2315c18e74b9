/** Range of useful thresholds, hundredths: lower ones let false objects through, higher ones lose true objects. */
const RANGE = { from: 30, to: 50, best: 40 };

/** Sufficient distance from a score: the default tolerance of golden pictures. */
const ENOUGH = 0.05;

/**
 * A confidence threshold near 0.4 that is not close to any detection in the golden pictures. Because other machines
 * round differently, a detection at the threshold would pass the golden gate on some of them only.
 * @param scores confidences of the golden pictures' detections
 */
export function stableThreshold(scores: readonly number[]): number {
  // Rounded, so that 0.41 − 0.36 is as far as 0.45 − 0.40.
  const distance = (score: number, threshold: number) => Math.round(Math.abs(score - threshold) * 1e4) / 1e4;
  const margin = (threshold: number) => Math.min(ENOUGH, ...scores.map((score) => distance(score, threshold)));
  const hundredths = Array.from({ length: RANGE.to - RANGE.from + 1 }, (_, index) => RANGE.from + index);
  const ranked = hundredths.toSorted(
    (a, b) => margin(b / 100) - margin(a / 100) || Math.abs(a - RANGE.best) - Math.abs(b - RANGE.best),
  );
  return (ranked[0] as number) / 100;
}

/** `stableThreshold` needs all detections above this confidence. */
export const SEARCH_FLOOR = RANGE.from / 100 - ENOUGH;

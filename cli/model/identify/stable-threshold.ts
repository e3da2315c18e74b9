/** Where good thresholds lie: below, false objects come in; above, true ones get lost. */
const RANGE = { from: 30, to: 50, best: 40 };

/** As far from a score as matters: the default tolerance of golden pictures. */
const ENOUGH = 0.05;

/**
 * A confidence threshold near 0.4 that no detection of the golden pictures comes close to: another machine rounds otherwise, and a
 * detection at the very threshold would come and go, and the golden gate with it.
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

/** The least confidence at which `stableThreshold` has to know the detections. */
export const SEARCH_FLOOR = RANGE.from / 100 - ENOUGH;

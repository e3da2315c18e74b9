/** Exact bounds of a share that was measured. */

/**
 * The numbers of hits that are likely: each end leaves out less than `tail` of the binomial distribution.
 * @param share of hits, over 0 and under 1
 * @param tail chance that a correct share is outside, at each end
 */
export function likelyHits(trials: number, share: number, tail: number): { least: number; most: number } {
  const chances = distribution(trials, share);
  return { least: skippedBy(chances, tail), most: trials - skippedBy(chances.toReversed(), tail) };
}

/** How many of the first chances add up to less than the tail. */
function skippedBy(chances: readonly number[], tail: number): number {
  let sum = 0;
  return chances.findIndex((chance) => {
    sum += chance;
    return sum >= tail;
  });
}

/** Chances of 0 to `trials` hits. By logarithms, because the first can be smaller than a number can be. */
function distribution(trials: number, share: number): number[] {
  let log = trials * Math.log1p(-share);
  return Array.from({ length: trials + 1 }, (_, hits) => {
    const chance = Math.exp(log);
    log += Math.log((trials - hits) / (hits + 1)) + Math.log(share / (1 - share));
    return chance;
  });
}

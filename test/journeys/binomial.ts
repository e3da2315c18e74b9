/** Least chance of each tail: an interval of 99.9 %. */
const TAIL = 0.0005;

/** Whether so many hits are within the 99.9 % interval of the binomial distribution, exactly. @param share 0–1 */
export function isLikely(hits: number, trials: number, share: number): boolean {
  const chances = distribution(trials, share);
  const sum = (from: number, to: number) => chances.slice(from, to).reduce((all, chance) => all + chance, 0);
  return sum(0, hits + 1) > TAIL && sum(hits, trials + 1) > TAIL;
}

/** Chances of 0 to `trials` hits; by logarithms, for the first of them are smaller than a number can be. */
function distribution(trials: number, share: number): number[] {
  let logChance = trials * Math.log(1 - share);
  return Array.from({ length: trials + 1 }, (_, hits) => {
    const chance = Math.exp(logChance);
    logChance += Math.log((trials - hits) / (hits + 1)) + Math.log(share / (1 - share));
    return chance;
  });
}

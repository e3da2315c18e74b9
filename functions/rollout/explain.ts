/** A verdict's arithmetic in words. */

import { leastMean, meanOf, mostMean } from './bounded-mean.ts';
import { inWords } from './duration.ts';
import { leastDifference, mostDifference, type Tally } from './two-rates.ts';
import type { Finding, Gate, Verdict } from './verdict.ts';

type Of<K extends Finding['kind']> = Extract<Finding, { kind: K }>;

/**
 * The verdict in words: what decided it. For a rollback the findings that ask for it, for a hold those that are not
 * satisfied yet, for a promotion all of them.
 */
export function explain({ outcome, findings }: Verdict): string {
  const deciding = findings.filter((finding) => finding.outcome === outcome);
  return deciding.length === 0 ? 'nothing to judge by yet' : deciding.map(explainFinding).join('; ');
}

/** One finding in words. */
export function explainFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'difference':
      return explainDifference(finding);
    case 'limit':
      return explainLimit(finding);
    case 'mean':
      return explainMean(finding);
    case 'enough':
      return explainEnough(finding);
    case 'event':
      return finding.words;
  }
}

/** What the hits of a gate are called, in the plural. */
const HITS: Readonly<Record<Gate, string>> = {
  errorRate: 'errors',
  latency: 'slow requests',
  agreement: 'disagreements',
  countError: 'wrong counts',
};

function explainDifference({ gate, outcome, counts, test, alpha }: Of<'difference'>): string {
  const { candidate, live } = counts;
  const seen = `${countOf(gate, candidate)}, live ${live.hits} in ${live.trials}${rateOf(live)}`;
  if (outcome === 'roll back') {
    const least = points(leastDifference(counts, alpha.rollback), Math.floor);
    return `${seen}: worse than live by at least ${least} ${certain(alpha.rollback)}, ${points(test.tolerance)} tolerated`;
  }
  const most = points(mostDifference(counts, alpha.promote), Math.ceil);
  const margin = points(test.margin);
  if (outcome === 'promote')
    return `${seen}: at most ${most} worse than live ${certain(alpha.promote)}, ${margin} allowed`;
  return `${seen}: not yet proven to be less than ${margin} worse than live, only less than ${most} ${certain(alpha.promote)}`;
}

function explainLimit({ gate, outcome, counts, limit, alpha }: Of<'limit'>): string {
  const { candidate, live } = counts;
  const sample = [
    [1, candidate.hits],
    [0, candidate.trials - candidate.hits],
  ] as const;
  if (outcome !== 'roll back') return `${countOf(gate, candidate)}, not proven to be over ${percent(limit)}`;
  const least = percent(leastMean(sample, alpha.rollback), Math.floor);
  const seen = `${countOf(gate, candidate)} is over ${percent(limit)}: at least ${least} ${certain(alpha.rollback)}`;
  return `${seen}; live had ${live.hits} in ${live.trials}`;
}

/** What a mean is of. */
const MEANS: Readonly<Record<Gate, string>> = {
  agreement: 'of the objects were seen by one of the two only, on average',
  countError: 'error of the count, on average',
  errorRate: 'errors',
  latency: 'slow requests',
};

function explainMean({ gate, outcome, sample, things, test, alpha }: Of<'mean'>): string {
  const mean = meanOf(sample);
  const count = sample.reduce((sum, [, times]) => sum + times, 0);
  const what = gate === 'agreement' || gate === 'countError' ? 'pictures with objects' : things;
  if (mean === undefined) return `no ${what} to judge ${HITS[gate]} by yet`;
  const seen = `${percent(mean)} ${MEANS[gate]} over ${count} ${what}`;
  if (outcome === 'roll back') {
    const least = percent(leastMean(sample, alpha.rollback), Math.floor);
    return `${seen}: at least ${least} ${certain(alpha.rollback)}, ${percent(test.tolerance)} tolerated`;
  }
  const most = percent(mostMean(sample, alpha.promote), Math.ceil);
  const margin = percent(test.margin);
  if (outcome === 'promote') return `${seen}: at most ${most} ${certain(alpha.promote)}, ${margin} allowed`;
  return `${seen}: not yet proven to be under ${margin}, only under ${most} ${certain(alpha.promote)}`;
}

function explainEnough({ of, have, need }: Of<'enough'>): string {
  if (of === 'ms') return `${inWords(have)} of at least ${inWords(need)}`;
  return `${have} of at least ${need} ${of}`;
}

/** `7 errors in 52 requests (13.5 %)`. */
function countOf(gate: Gate, tally: Tally): string {
  const hits = tally.hits === 1 ? HITS[gate].slice(0, -1) : HITS[gate];
  return `${tally.hits} ${hits} in ${tally.trials} ${tally.trials === 1 ? 'request' : 'requests'}${rateOf(tally)}`;
}

function rateOf({ trials, hits }: Tally): string {
  return trials === 0 ? '' : ` (${percent(hits / trials)})`;
}

type Rounding = (value: number) => number;

/** A share in percent: one decimal, two under one percent; never rounded to a 0 that it is not. */
function percent(share: number, rounding: Rounding = Math.round): string {
  const rounded = roundedPercent(share, rounding);
  return rounded === 0 && share > 0 && rounding === Math.round ? 'under 0.01 %' : `${rounded} %`;
}

/** A difference of shares in percentage points, rounded in the direction that claims less. */
function points(difference: number, rounding: Rounding = Math.round): string {
  const rounded = roundedPercent(difference, rounding);
  return `${rounded} ${rounded === 1 ? 'point' : 'points'}`;
}

function roundedPercent(share: number, rounding: Rounding): number {
  const scale = Math.abs(share) < 0.01 ? 100 : 10;
  // Shares such as 0.07 are not exact in binary: without this, 7 % becomes 7.1 % when rounded up.
  return rounding(Number((share * 100 * scale).toFixed(6))) / scale;
}

/** `with 99.9 % certainty`, rounded down. */
function certain(alpha: number): string {
  return `with ${Math.floor(Number(((1 - alpha) * 10_000).toFixed(6))) / 100} % certainty`;
}

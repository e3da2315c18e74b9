/** Values that the next pictures or requests of a step are expected to have. */

import type { Sample } from '../evidence/bounded-mean.ts';
import type { Gate } from './finding.ts';

/**
 * The values of an equal candidate, each with its share. Agreement and count: mean 0.054, as of real detectors for a
 * picture that is encoded anew (YOLOX-nano, 656 photos: standard deviation 0.137, another count in one of five).
 */
const OF_AN_EQUAL: Readonly<Record<Gate, Sample>> = {
  agreement: [
    [0, 0.85],
    [0.25, 0.084],
    [0.5, 0.066],
  ],
  countError: [
    [0, 0.8],
    [0.27, 0.2],
  ],
  errorRate: [[0, 1]],
  rejectionRate: [[0, 1]],
  latency: [
    [0, 0.9],
    [1, 0.1],
  ],
};

/** Values that an equal candidate's are worth. */
const WORTH = 20;

/**
 * The next values: those so far, and with few, those of an equal candidate. More values like these do not change them.
 * @returns each value with its share
 */
export function expectedSample(gate: Gate, sample: Sample): Sample {
  const count = sample.reduce((sum, [, times]) => sum + times, 0);
  const all = moreValues(sample, OF_AN_EQUAL[gate], WORTH);
  return all.map(([value, times]) => [value, times / (count + WORTH)]);
}

/** The sample with so many more of the expected values. */
export function moreValues(sample: Sample, expected: Sample, more: number): Sample {
  return [...sample, ...expected.map(([value, share]) => [value, share * more] as const)];
}

/** How many more observations a proof takes, if they are like those expected. */

import type { TwoTallies } from './two-rates.ts';

/** Beyond so many, no proof is in sight. */
const MOST = 1_000_000;
/** Each look is so many times as far ahead as the one before. */
const STRIDE = 1.1;

/**
 * The fewest further observations with which a condition holds: exact where it stays true, once it is, for a tenth of
 * the way.
 * @returns undefined where it holds with none of up to `most` more
 */
export function fewestMore(holds: (more: number) => boolean, most = MOST): number | undefined {
  let [before, at] = [-1, 0];
  while (!holds(at)) {
    if (at >= most) return undefined;
    before = at;
    at = Math.min(most, Math.max(at + 1, Math.ceil(at * STRIDE)));
  }
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (holds(middle)) at = middle;
    else before = middle;
  }
  return at;
}

/** What the next requests are expected to be like. */
export interface Expected {
  /** Chances that a request of the candidate, and one of live, counts as a hit. */
  readonly candidate: number;
  readonly live: number;
  /** Requests of live for each request of the candidate. */
  readonly livePerCandidate: number;
}

/** The counts with so many more requests of the candidate, in the median. They need not be whole. */
export function withMore(counts: TwoTallies, expected: Expected, more: number): TwoTallies {
  const { candidate, live } = counts;
  const others = more * expected.livePerCandidate;
  return {
    ...counts,
    candidate: { trials: candidate.trials + more, hits: candidate.hits + medianHits(more * expected.candidate) },
    live: { trials: live.trials + others, hits: live.hits + medianHits(others * expected.live) },
  };
}

/** Up to this mean, a Poisson number is 0 more often than not. */
const NONE_UP_TO = Math.LN2;
/** From the mean to the median of a larger one: the middle of the steps that the median makes. */
const BELOW_MEAN = 0.18;

/**
 * How many hits half of all streams do not exceed: none where hits are rare, because half of the streams have none when
 * they prove what they have to. A smooth line through the median of Poisson numbers.
 */
export function medianHits(mean: number): number {
  if (mean <= NONE_UP_TO) return 0;
  return mean - BELOW_MEAN - (NONE_UP_TO - BELOW_MEAN) * Math.exp(NONE_UP_TO - mean);
}

/** Requests that are worth as much as live's rate before the step, and as no difference from live. */
const WORTH = { usual: 200, unknown: 50, alike: 100 };

/**
 * The rates of the next requests: those so far. With few, live as in the day before, and the candidate as live.
 * @param byDefault live's rate where the day before is not known, 0–1
 */
export function expectedRates({ candidate, live, usual }: TwoTallies, byDefault: number): [number, number] {
  const isKnown = usual !== undefined && usual.trials > 0;
  const worth = isKnown ? Math.min(usual.trials, WORTH.usual) : WORTH.unknown;
  const before = isKnown ? usual.hits / usual.trials : byDefault;
  const ofLive = (live.hits + worth * before) / (live.trials + worth);
  if (candidate.trials === 0) return [ofLive, ofLive];
  // Of the requests alone: else versions that fail alike would differ by what the day before is worth.
  const difference = candidate.hits / candidate.trials - (live.trials === 0 ? ofLive : live.hits / live.trials);
  const share = candidate.trials / (candidate.trials + WORTH.alike);
  return [Math.min(1, Math.max(0, ofLive + share * difference)), ofLive];
}

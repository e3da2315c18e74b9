/**
 * What the rates may be if the hypothesis does not hold: mixtures of beta distributions, chosen before the first
 * request of a step. They decide how many requests a proof takes, never whether it is valid (`two-rates.ts`).
 */

import { oncePerObject } from './remembered.ts';
import { beta, type Prior, type Tally } from './tally.ts';

/** Weighted alternatives: with a rate for each version, and with one rate for both. */
export interface Alternatives {
  readonly apart: readonly (readonly [weight: number, candidate: Prior, live: Prior])[];
  readonly alike: readonly (readonly [weight: number, both: Prior])[];
}

/** Next to no failures: the usual case, in which the proof takes fewest requests. */
const NEXT_TO_NONE = beta(0.5, 50_000);
/** Rates as a healthy endpoint has them: half of the weight below 0.25 %, almost all below 4 %. */
const RARE = beta(0.5, 100);
/** Failures of a new version: not quite zero, else it would not be an alternative. */
const SOME = beta(1, 50);
/** Anything from never to always (Jeffreys). */
const ANY = beta(0.5, 0.5);

/** Rates as in live's day before, and near them: rates differ from day to day. Requests that the prior is worth. */
const SAME_AS_BEFORE = 100_000;
const NEAR_THAT = 1000;

/** A candidate that is worse than live. @param usual live's requests before the step */
export function worseThan(usual: Tally | undefined): Pick<Alternatives, 'apart'> {
  return usual && usual.trials > 0 ? worseThanUsual(usual) : WORSE;
}

const worseThanUsual = oncePerObject((usual: Tally): Pick<Alternatives, 'apart'> => {
  const [same, near] = [priorOf(usual, SAME_AS_BEFORE), priorOf(usual, NEAR_THAT)];
  return {
    apart: [
      [0.15, SOME, RARE],
      [0.1, ANY, RARE],
      [0.1, ANY, ANY],
      [0.3, SOME, same],
      [0.2, ANY, same],
      [0.15, SOME, near],
    ],
  };
});

const WORSE: Pick<Alternatives, 'apart'> = {
  apart: [
    [0.5, SOME, RARE],
    [0.3, ANY, RARE],
    [0.2, ANY, ANY],
  ],
};

/** A good candidate: mostly as live, with one rate between them. @param usual live's requests before the step */
export function asGoodAs(usual: Tally | undefined): Alternatives {
  return usual && usual.trials > 0 ? asGoodAsUsual(usual) : AS_GOOD;
}

const asGoodAsUsual = oncePerObject((usual: Tally): Alternatives => {
  const [same, near] = [priorOf(usual, SAME_AS_BEFORE), priorOf(usual, NEAR_THAT)];
  return {
    apart: [
      [0.03, SOME, RARE],
      [0.02, ANY, ANY],
      [0.03, SOME, same],
    ],
    alike: [
      [0.32, NEXT_TO_NONE],
      [0.1, RARE],
      [0.04, ANY],
      [0.36, same],
      [0.1, near],
    ],
  };
});

const AS_GOOD: Alternatives = {
  apart: [
    [0.05, SOME, RARE],
    [0.05, ANY, ANY],
  ],
  alike: [
    [0.33, NEXT_TO_NONE],
    [0.47, RARE],
    [0.1, ANY],
  ],
};

/** A single rate that is low. */
export const LOW: readonly (readonly [weight: number, rate: Prior])[] = [
  [0.6, NEXT_TO_NONE],
  [0.3, RARE],
  [0.1, ANY],
];

/** Rates as measured before, with the certainty of at most so many requests. */
function priorOf({ trials, hits }: Tally, most: number): Prior {
  const share = Math.min(1, most / trials);
  return beta(0.5 + hits * share, 0.5 + (trials - hits) * share);
}

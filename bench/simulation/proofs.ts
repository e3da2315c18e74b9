/** How many requests of the candidate a proof takes, by exact counts: the tables of `docs/proofs.md`. */

import { evidenceRateBelow } from '../../functions/evidence/one-rate.ts';
import type { Tally } from '../../functions/evidence/tally.ts';
import { evidenceNotWorse, evidenceWorse, type TwoTallies } from '../../functions/evidence/two-rates.ts';
import { DEFAULTS } from '../../functions/plan/defaults.ts';
import { alignedTable } from './report.ts';

const { ceil, log, round } = Math;

/** Chances of a wrong decision in these tables: 99 % certainty to promote, 99.9 % to roll back. */
const ALPHA = { promote: 0.01, rollback: 0.001 };
const { tolerance, margin } = DEFAULTS.traffic.errorRate;
const MOST = 40_000;

/** Live's day before: none is known, one request a minute, ten a minute. */
const DAYS: readonly number[] = [0, 1440, 14_400];
const SHARES: readonly number[] = [0.1, 0.5];

/** The fewest requests of the candidate at which the condition holds. Once true, it stays true. */
function fewest(holds: (requests: number) => boolean): number {
  let [lower, upper] = [0, MOST];
  while (upper - lower > 1) {
    const middle = (lower + upper) >> 1;
    if (holds(middle)) upper = middle;
    else lower = middle;
  }
  return upper;
}

/** Expected counts: failures are not rounded to whole numbers, so that the table does not jump. */
function expected(requests: number, share: number, rates: readonly [candidate: number, live: number]): TwoTallies {
  const [candidate, live] = rates;
  const others = (requests * (1 - share)) / share;
  return {
    candidate: { trials: requests, hits: requests * candidate },
    live: { trials: others, hits: others * live },
  };
}

function withDay(counts: TwoTallies, requests: number, rate: number): TwoTallies {
  const usual: Tally = { trials: requests, hits: round(requests * rate) };
  return requests === 0 ? counts : { ...counts, usual };
}

/** Requests of the candidate to prove that it is less than the margin worse, where both fail alike. */
export function requestsToPromote(rate: number, share: number, day: number): number {
  const proof = (requests: number) =>
    evidenceNotWorse(withDay(expected(requests, share, [rate, rate]), day, rate), margin);
  return fewest((requests) => proof(requests) >= -log(ALPHA.promote));
}

/** Requests of the candidate until an error rise is proven to exceed the tolerance. */
export function requestsToRollBack(rate: number, rise: number, share: number, day: number): number {
  const proof = (requests: number) =>
    evidenceWorse(withDay(expected(requests, share, [rate + rise, rate]), day, rate), tolerance);
  return fewest((requests) => proof(requests) >= -log(ALPHA.rollback));
}

/** Wald's expected number for a test that knows both rates: no test that is valid at every look needs fewer. */
export function fewestPossible(rate: number, share: number): number {
  return ceil(-log(ALPHA.promote) / informationAt(rate, share));
}

/** Evidence per request of the candidate, against the nearest rates that differ by the margin. */
function informationAt(rate: number, share: number): number {
  const others = (1 - share) / share;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= 2000; step++) {
    const live = (rate * step) / 2000;
    least = Math.min(least, divergence(rate, live + margin) + others * divergence(rate, live));
  }
  return least;
}

/** Kullback and Leibler's, of two rates. */
function divergence(a: number, b: number): number {
  const part = (p: number, q: number) => (p === 0 ? 0 : p * log(p / q));
  return part(a, b) + part(1 - a, 1 - b);
}

/** Both tables in Markdown, and the number of replays. */
export function proofTables(): string {
  const rates = [0, 0.001, 0.01, 0.02];
  const promote = SHARES.flatMap((share) =>
    rates.map((rate) => [
      `${share * 100} %`,
      `${rate * 100} %`,
      ...DAYS.map((day) => String(requestsToPromote(rate, share, day))),
      String(fewestPossible(rate, share)),
    ]),
  );
  const rises = [0.01, 0.02, 0.05, 0.2];
  const rollBack = SHARES.flatMap((share) =>
    [0.001, 0.01].map((rate) => [
      `${share * 100} %`,
      `${rate * 100} %`,
      ...rises.map((rise) => DAYS.map((day) => requestsToRollBack(rate, rise, share, day)).join(' / ')),
    ]),
  );
  const replays = fewest((trials) => evidenceRateBelow({ trials, hits: 0 }, margin) >= -log(ALPHA.promote));
  return [
    alignedTable([
      ['canary', 'both fail', 'day before not known', '1,440 requests', '14,400 requests', 'ideal'],
      ...promote,
    ]),
    alignedTable([['canary', 'live fails', ...rises.map((rise) => `${rise * 100} points more`)], ...rollBack]),
    `Replays without a failure that prove the same: ${replays}.`,
  ].join('\n\n');
}

/** The page of the documentation, made by the command that it names. */
export function proofPage(command: string): string {
  const [promote, rollBack, replays] = proofTables().split('\n\n');
  return `# How many requests a proof takes

Made by \`${command}\`; do not edit.
By the code that judges, with expected counts, so about the median.

## To promote

Requests of the candidate until it is proven to fail less than 1 point more than live, with 99 % certainty, where both
fail alike. *Day before*: live's requests in the 24 hours before the step. They shape the alternatives of the test and
are no evidence themselves. *Ideal*: a test that knows both rates in advance; none that is valid at every look needs
fewer on average (Wald).

${promote}

${replays}
Evidence of replays and of earlier steps multiplies with that of the present step
([decision 38](decisions/0038-evidence-of-a-whole-rollout.md)), so after a shadow a canary needs only the proof of its
\`liveMargin\`.

## To roll back

Requests of the candidate until a rise of its errors is proven to exceed 0.2 points, with 99.9 % certainty: day before
not known / 1,440 / 14,400 requests.

${rollBack}
`;
}

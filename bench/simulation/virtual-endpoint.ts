import { bisect } from '../../functions/evidence/log-math.ts';
import { type PictureScore, scorePicture } from '../../functions/judge/shadow-score.ts';
import { add, NO_PICTURES, type ShadowTally } from '../../functions/judge/shadow-tally.ts';
import type { Fault } from './faults.ts';
import type { Random } from './random.ts';
import type { Repetition } from './recorded-pictures.ts';
import { makeScene, type Scene } from './scenes.ts';

/** An endpoint's traffic and the candidate that it gets. */
export interface VirtualEndpoint {
  readonly fault: Fault;
  /** Requests per minute, the mean over a day. */
  readonly volume: number;
  /** Share of requests that fail whichever version answers. */
  readonly liveErrors: number;
  /** Share of requests that are rejected whichever version answers. */
  readonly liveRejections: number;
  /** Share of requests that fail during an outage of something that both versions need; 0: there are none. */
  readonly outage: number;
  /** Whether the candidate gets the same pixels as live. */
  readonly samePixels: boolean;
  readonly times: Times;
  /** How pictures come again. Absent: each is another scene. */
  readonly repetition?: Repetition;
}

/** How long requests take: log-normal around `TYPICAL_MS`. */
export interface Times {
  /** σ of the logarithm of a request's time. */
  readonly spread: number;
  /** Share of large pictures, which take three times as long. */
  readonly large?: number;
}

/** The part that a shadow depends on. */
export type ShadowConditions = Pick<VirtualEndpoint, 'fault' | 'liveErrors' | 'samePixels' | 'times'>;

/** The median of a request's time, milliseconds. */
export const TYPICAL_MS = 100;
/** One request in twenty takes longer than 1.9 medians. */
export const USUAL_TIMES: Times = { spread: 0.39 };
const LARGE_FACTOR = 3;

/** Draws the times of both versions for one picture, milliseconds. Half of σ differs from run to run of a picture. */
export function latencies(
  { spread, large = 0 }: Times,
  slowdown: number,
  random: Random,
): readonly [live: number, candidate: number] {
  const noise = spread / 2;
  const size = large > 0 && random.chance(large) ? LARGE_FACTOR : 1;
  const picture = size * TYPICAL_MS * Math.exp(Math.sqrt(spread ** 2 - noise ** 2) * random.normal());
  return [picture * Math.exp(noise * random.normal()), slowdown * picture * Math.exp(noise * random.normal())];
}

/** Share of requests that take longer than a bound in milliseconds. */
export function shareSlowerThan({ spread, large = 0 }: Times, bound: number, slowdown: number): number {
  const slower = (typicalMs: number) => 1 - normalBelow(Math.log(bound / (typicalMs * slowdown)) / spread);
  return (1 - large) * slower(TYPICAL_MS) + large * slower(LARGE_FACTOR * TYPICAL_MS);
}

/** The bound of slow requests that CloudWatch's quantiles of live give, as in `functions/rollout/usual-times.ts`. */
export function boundOfSlow(times: Times): number {
  const quantile = (share: number) => bisect([1, 10_000], (bound) => shareSlowerThan(times, bound, 1) > 1 - share)[0];
  return Math.max(quantile(0.9), 1.1 * quantile(0.5));
}

/** Standard normal distribution function, by Abramowitz & Stegun 26.2.17; off by less than 7.5e−8. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) *
    t *
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
  return z >= 0 ? 1 - tail : tail;
}

/** Requests per minute at a minute of the rollout: by day nine times as many as by night. */
export function rateAt({ volume }: VirtualEndpoint, minute: number): number {
  return volume * (1 + 0.8 * Math.sin((2 * Math.PI * minute) / 1440));
}

/** Share of requests that fail for any version: outages last ten minutes, twice a day. */
export function commonErrors({ liveErrors, outage }: VirtualEndpoint, minute: number): number {
  return minute % 720 < 10 ? Math.max(liveErrors, outage) : liveErrors;
}

/** How many pictures a minute a shadow replays, both versions: 0.1 s each by their times, the rest reads and writes. */
export const REPLAYS_PER_MINUTE = 60;

/** Tallies of `REPLAYS_PER_MINUTE` pictures each, compared by the real code. */
export function makeTallies(endpoint: ShadowConditions, count: number, random: Random): readonly ShadowTally[] {
  return Array.from({ length: count }, () => {
    let tally = NO_PICTURES;
    for (let picture = 0; picture < REPLAYS_PER_MINUTE; picture++) tally = add(tally, replay(endpoint, random));
    return tally;
  });
}

function replay(endpoint: ShadowConditions, random: Random): PictureScore {
  if (random.chance(failingReplays(endpoint))) return { status: 'failed' };
  return scoreScene(endpoint, makeScene(random, endpoint.samePixels), random);
}

/** Share of replays that fail. */
export function failingReplays({ fault, liveErrors }: Pick<ShadowConditions, 'fault' | 'liveErrors'>): number {
  return liveErrors + (fault.inReplays ? fault.errors + fault.rejections : 0);
}

/** The real score of the answers to one scene. */
export function scoreScene(
  { fault, times }: Pick<ShadowConditions, 'fault' | 'times'>,
  { live, candidate }: Scene,
  random: Random,
): PictureScore {
  const [liveMs, candidateMs] = latencies(times, fault.slowdown, random);
  return scorePicture(
    { kind: 'live', detections: live, ms: liveMs },
    { status: 'done', detections: fault.see(candidate, random), ms: candidateMs },
    { factor: 1.07 },
  );
}

import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { add, NO_PICTURES, type ShadowTally } from '../../functions/judge/shadow-tally.ts';
import type { Fault } from './faults.ts';
import type { Random } from './random.ts';
import { makeScene } from './scenes.ts';

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
}

/** The part that a shadow depends on. */
export type ShadowConditions = Pick<VirtualEndpoint, 'fault' | 'liveErrors' | 'samePixels'>;

/** The median of a request's time, milliseconds. */
export const TYPICAL_MS = 100;
/** Times are log-normal: one request in twenty takes longer than 1.9 medians. */
const SPREAD = 0.4;

/** The part of the spread that differs from one run of the same picture to the next; the rest is the picture's. */
const NOISE = 0.2;
const SPREAD_OF_PICTURES = Math.sqrt(SPREAD ** 2 - NOISE ** 2);

/** Draws the times of both versions for one picture, milliseconds. */
export function latencies(slowdown: number, random: Random): readonly [live: number, candidate: number] {
  const picture = TYPICAL_MS * Math.exp(SPREAD_OF_PICTURES * random.normal());
  return [picture * Math.exp(NOISE * random.normal()), slowdown * picture * Math.exp(NOISE * random.normal())];
}

/** Share of requests that take longer than a bound in milliseconds. */
export function shareSlowerThan(bound: number, slowdown: number): number {
  return 1 - normalBelow(Math.log(bound / (TYPICAL_MS * slowdown)) / SPREAD);
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

function replay({ fault, liveErrors, samePixels }: ShadowConditions, random: Random) {
  if (random.chance(liveErrors + fault.errors + fault.rejections)) return { status: 'failed' } as const;
  const { live, candidate } = makeScene(random, samePixels);
  const [liveMs, candidateMs] = latencies(fault.slowdown, random);
  return scorePicture(
    { kind: 'live', detections: live, ms: liveMs },
    { status: 'done', detections: fault.see(candidate, random), ms: candidateMs },
    { factor: 1.1 },
  );
}

import { decide } from '../../functions/judge/decide.ts';
import type { Observations, TrafficMinute } from '../../functions/judge/observations.ts';
import { lookedAt, merge, NO_PICTURES, type ShadowTally } from '../../functions/judge/shadow-tally.ts';
import { shareOf } from '../../functions/judge/stages.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import type { UsualTallies, VersionCounts } from '../../functions/judge/version-counts.ts';
import type { JudgedStep, ShadowStep, Step } from '../../functions/plan/steps.ts';
import type { Random } from './random.ts';
import { RecordedPictures, type ScenePool } from './recorded-pictures.ts';
import { boundOfSlow, commonErrors, rateAt, shareSlowerThan, type VirtualEndpoint } from './virtual-endpoint.ts';

/** The end of one rollout. */
export interface Ending {
  /** `held`: an operator has to decide. */
  readonly status: 'done' | 'rolled back' | 'held';
  /** The kind of step it ended in. */
  readonly step: Step['kind'];
  /** Virtual minutes from the start. */
  readonly minutes: number;
  /** Virtual minutes in each step, up to the one in which it ended. */
  readonly minutesIn: readonly number[];
  /** Live requests that the candidate's fault made worse: failed, slow, or with wrong detections. */
  readonly touched: number;
}

/** Minutes until a minute's metrics are closed, complete and settled, as in `functions/rollout/traffic.ts`. */
const LATE = { closed: 2, complete: 5, settled: 15 };
const MINUTE = 60_000;

/** What a scenario's shadows can find: results of a minute, or scores of scenes where pictures come again. */
export interface Recorded {
  readonly tallies: readonly ShadowTally[];
  readonly pool: ScenePool;
}

/** One rollout by the real `decide`, a tick per minute. */
export function simulateRollout(
  steps: readonly Step[],
  endpoint: VirtualEndpoint,
  recorded: Recorded,
  random: Random,
): Ending {
  const start = random.below(1440);
  let state = startRollout({ live: '1', candidate: '2' }, start * MINUTE);
  const traffic = new Traffic(endpoint, random);
  const usual = dayBefore(endpoint, random);
  const slowerThanMs = boundOfSlow(endpoint.times);
  const replays = replaysOf(endpoint, recorded, random);
  let shadow = NO_PICTURES;
  let minute = start;
  const minutesIn = steps.map(() => 0);
  while (state.status === 'running') {
    minute++;
    minutesIn[state.step] = (minutesIn[state.step] ?? 0) + 1;
    const step = steps[state.step] as Step;
    if (step.kind === 'shadow') {
      const before = shadow;
      shadow = replays(step);
      if (isSettled(step, before, shadow) && minute * MINUTE < state.since + step.maxHoldMs) continue;
    }
    if (step.kind === 'weight' || step.kind === 'bake') {
      traffic.pass(minute - 1, shareOf(step), state.slowerThanMs);
      if (!traffic.canChangeDecision(minute, state, step)) continue;
    }
    state = decide(steps, state, observe(step, minute, { usual, slowerThanMs, shadow, traffic, state })).state;
    if (state.step !== steps.indexOf(step)) traffic.forget();
  }
  const status = state.status === 'alarmed' ? 'held' : (state.status as 'done' | 'rolled back');
  const step = (steps[state.step] as Step).kind;
  return { status, step, minutes: minute - start, minutesIn, touched: traffic.touched };
}

/** @returns the tally of the shadow after one more minute */
function replaysOf(
  endpoint: VirtualEndpoint,
  { tallies, pool }: Recorded,
  random: Random,
): (step: ShadowStep) => ShadowTally {
  const { volume, repetition } = endpoint;
  if (repetition) {
    const pictures = new RecordedPictures({ volume, repetition }, pool, random);
    return ({ scenes }) => pictures.advance(scenes === undefined);
  }
  let shadow = NO_PICTURES;
  return () => {
    shadow = merge(shadow, tallies[random.below(tallies.length)] as ShadowTally);
    return shadow;
  };
}

/** Because a tick that finds repeated pictures alone decides as the one before, once there are pictures enough. */
function isSettled(step: ShadowStep, before: ShadowTally, after: ShadowTally): boolean {
  const looked = lookedAt(before, step.scenes === undefined).pictures;
  return after.pictures === before.pictures && looked >= step.maxPictures;
}

interface Seen {
  /** Live's requests of the day before. */
  readonly usual: UsualTallies;
  /** What one in ten of live's requests exceeds, milliseconds. */
  readonly slowerThanMs: number;
  readonly shadow: ShadowTally;
  readonly traffic: Traffic;
  readonly state: RolloutState;
}

/** The minute that lies `lag` minutes before `minute`. None is before 0, where the rollout's time begins. */
const before = (minute: number, lag: number) => Math.max(0, minute - lag);

function observe(step: Step, minute: number, seen: Seen): Observations {
  const { usual, shadow, traffic, state } = seen;
  const now = { now: minute * MINUTE, usualTimes: { slowerThanMs: seen.slowerThanMs }, usual };
  if (step.kind === 'golden') return { ...now, golden: { passed: true, pictures: 1 } };
  if (step.kind === 'shadow') return { ...now, shadow };
  const { slowerThanMs } = state;
  const observed = {
    closedBefore: before(minute, LATE.closed),
    completeBefore: before(minute, LATE.complete),
    settledBefore: before(minute, LATE.settled),
    minutes: traffic.readAt(minute),
  };
  return { ...now, traffic: { ...observed, ...(slowerThanMs !== undefined && { slowerThanMs }) } };
}

/** A day of live's requests, with the outages of a day. */
function dayBefore(endpoint: VirtualEndpoint, random: Random): UsualTallies {
  const { volume, liveErrors, liveRejections, outage } = endpoint;
  const requests = random.poisson(1440 * volume);
  const rejected = random.poisson(requests * liveRejections);
  const errors = liveErrors + (20 / 1440) * Math.max(0, outage - liveErrors);
  const accepted = Math.max(0, requests - rejected);
  return {
    failures: { trials: accepted, hits: Math.min(accepted, random.poisson(accepted * errors)) },
    rejections: { trials: Math.max(requests, rejected), hits: rejected },
  };
}

/** The minutes that have passed and are not settled yet. */
class Traffic {
  touched = 0;
  private readonly endpoint: VirtualEndpoint;
  private readonly random: Random;
  private minutes: TrafficMinute[] = [];

  constructor(endpoint: VirtualEndpoint, random: Random) {
    this.endpoint = endpoint;
    this.random = random;
  }

  /** One minute passes, with the candidate's share of traffic. */
  pass(minute: number, share: number, slowerThanMs: number | undefined): void {
    const { fault, liveRejections, times } = this.endpoint;
    const rate = rateAt(this.endpoint, minute);
    const errors = commonErrors(this.endpoint, minute);
    const slowShares = [1, fault.slowdown].map((slowdown) =>
      slowerThanMs === undefined ? 0 : shareSlowerThan(times, slowerThanMs, slowdown),
    ) as [number, number];
    const live = this.draw(rate * (1 - share), { errors, rejections: liveRejections, slow: slowShares[0] });
    const rejections = Math.min(1, liveRejections + fault.rejections);
    const candidate = this.draw(rate * share, { errors: errors + fault.errors, rejections, slow: slowShares[1] });
    this.minutes.push({ minute, live, candidate });
    this.touched += this.touchedBy(candidate, errors);
  }

  /** Because a tick without a new request of the candidate and without a deadline decides as the one before. */
  canChangeDecision(minute: number, state: RolloutState, step: JudgedStep & { leastMs: number }): boolean {
    const elapsed = minute * MINUTE - state.since;
    const due = elapsed === step.leastMs || elapsed >= step.maxHoldMs;
    const { failuresAfter } = this.endpoint.fault;
    const ages = [LATE.closed, LATE.complete, failuresAfter];
    const isNew = (each: TrafficMinute) => ages.includes(minute - 1 - each.minute);
    return due || this.minutes.some((each) => isNew(each) && each.candidate.requests > 0);
  }

  /** Those that are still read at a minute. Drops those that a tick has seen settled. */
  readAt(minute: number): readonly TrafficMinute[] {
    const read = this.minutes;
    this.minutes = read.filter((each) => each.minute >= minute - LATE.settled);
    const { failuresAfter } = this.endpoint.fault;
    if (failuresAfter <= LATE.closed) return read;
    return read.map((each) => (each.minute < minute - failuresAfter ? each : withoutFailures(each)));
  }

  forget(): void {
    this.minutes = [];
  }

  /** Because sums of Poisson numbers are Poisson, rejected, failed, slow and other requests are drawn separately. */
  private draw(mean: number, shares: Shares): VersionCounts {
    const accepted = mean * (1 - shares.rejections);
    const rejections = this.random.poisson(mean * shares.rejections);
    const failures = this.random.poisson(accepted * shares.errors);
    const slow = this.random.poisson(accepted * (1 - shares.errors) * shares.slow);
    const others = this.random.poisson(accepted * (1 - shares.errors) * (1 - shares.slow));
    const timed = failures + slow + others;
    return { requests: rejections + timed, rejections, failures, timed, slow };
  }

  private touchedBy({ requests, rejections, failures }: VersionCounts, errors: number): number {
    const { fault, liveRejections } = this.endpoint;
    if (fault.name.startsWith('none')) return 0;
    if (fault.rejections > 0) return (rejections * fault.rejections) / (liveRejections + fault.rejections);
    return fault.errors === 0 ? requests : (failures * fault.errors) / (errors + fault.errors);
  }
}

/** A minute before the metrics of the candidate's failures have come. */
function withoutFailures({ candidate, ...minute }: TrafficMinute): TrafficMinute {
  const { requests, failures, timed, ...rest } = candidate;
  return { ...minute, candidate: { ...rest, requests: requests - failures, failures: 0, timed: timed - failures } };
}

/** Shares of a version's requests: rejected of all, failed of the accepted, slow of those that did not fail. */
interface Shares {
  readonly rejections: number;
  readonly errors: number;
  readonly slow: number;
}

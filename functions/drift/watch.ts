/** The whole monitor over hours that are known: what changed since a reference, and how near an alarm is. */

import { oncePerObject } from '../evidence/remembered.ts';
import type { Hour } from './calendar.ts';
import { ALARM_AT, Detector, type Evidence } from './detector.ts';
import { type Drift, driftOf } from './monitor.ts';
import { type HourSketch, type Reference, referenceOf } from './reference.ts';

const DAY = 24;
const WEEK = 7 * DAY;
/** Hours before an alarm in which its start is sought. */
const SOUGHT = 2 * WEEK;

/** What came of watching. */
export interface Watched {
  /** Each alarm in order. After an alarm, evidence starts anew, so that a change that stays raises more of them. */
  readonly drifts: readonly Drift[];
  /** ln of the evidence since the last alarm. */
  readonly evidence: number;
}

/**
 * @param reference hours of the reference period, at least one with a picture
 * @param hours later ones, in order
 */
export function watch(reference: readonly HourSketch[], hours: readonly HourSketch[]): Watched {
  const watching = new Watch(reference);
  const drifts = hours.flatMap((hour) => watching.next(hour) ?? []);
  return { drifts, evidence: watching.evidence };
}

/**
 * A reference shorter than this learns from later weeks, because one week has one week of weather. A longer one is what
 * a change is measured by, so that a season is a drift.
 */
const LONGEST = 4 * WEEK;
/** Hours after a week in which nothing may have been near an alarm before the reference learns from it. */
const QUIET = 2 * WEEK;
/** Evidence that is near an alarm. */
const NEAR_ALARM = ALARM_AT / 2;

/**
 * Watches hour after hour.
 *
 * The reference learns while nothing happens. That keeps the evidence valid, because at each hour the ranges depend on
 * earlier hours only: bets may depend on the past (Shin, Ramdas & Rinaldo, see `functions/evidence/e-detector.ts`).
 */
export class Watch {
  private learned: readonly HourSketch[];
  private detector: Detector;
  private now: Evidence;
  /** Hours since the reference, or since the last time that something was near an alarm. */
  private waiting: HourSketch[] = [];
  private recent: HourSketch[] = [];

  /** @param reference hours of the reference period, at least one with a picture */
  constructor(reference: readonly HourSketch[]) {
    this.learned = reference;
    this.detector = detectorFor(reference);
    this.now = this.detector.start;
  }

  /** ln of the evidence since the last alarm. */
  get evidence(): number {
    return this.detector.total(this.now);
  }

  /** What is normal now. */
  get reference(): Reference {
    return this.detector.reference;
  }

  /** @param each the next hour @returns the drift that it shows */
  next(each: HourSketch): Drift | undefined {
    this.learn(each.hour);
    const { detector } = this;
    this.now = detector.next(this.now, each);
    this.recent = [...this.recent.filter(({ hour }) => hour > each.hour - SOUGHT), each];
    this.waiting.push(each);
    const { evidence } = this;
    if (evidence >= NEAR_ALARM) this.waiting = [];
    if (evidence < ALARM_AT) return undefined;
    const drift = driftOf(detector, detector.reference, this.now, this.recent);
    this.now = detector.start;
    this.recent = [];
    return drift;
  }

  /** Adds the first week that waits, once it is old enough. */
  private learn(now: Hour): void {
    const [first] = this.waiting;
    if (!first || first.hour + WEEK + QUIET > now || lengthOf(this.learned) >= LONGEST) return;
    const isOld = ({ hour }: HourSketch) => hour < first.hour + WEEK;
    this.learned = [...this.learned, ...this.waiting.filter(isOld)];
    this.waiting = this.waiting.filter((each) => !isOld(each));
    this.detector = new Detector(referenceOf(this.learned, this.detector.reference.bets));
  }
}

/** Because several runs of a simulation have one reference. */
const detectorFor = oncePerObject((reference: readonly HourSketch[]) => new Detector(referenceOf(reference)));

/** Hours of the days that have pictures. */
function lengthOf(hours: readonly HourSketch[]): number {
  return DAY * new Set(hours.map(({ hour }) => Math.floor(hour / DAY))).size;
}

/** Hours after an alarm in which a further one of the same change is of a change that stays. */
const STAYS = WEEK;

/** Without the alarms of a change that stays: those that lead with the same one as the alarm before, within a week. */
export function changesThatStay(drifts: readonly Drift[]): Drift[] {
  return drifts.filter((drift, index) => {
    const before = drifts[index - 1];
    const isSame = before !== undefined && leadingOf(drift) === leadingOf(before);
    return !isSame || drift.until - before.until > STAYS;
  });
}

function leadingOf({ changes: [leading] }: Drift): string {
  return leading ? `${leading.feature} ${leading.now < leading.before ? 'less' : 'more'}` : '';
}

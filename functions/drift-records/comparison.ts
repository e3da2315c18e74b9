/** Compares the hours of an endpoint with its reference period. */

import type { Hour } from '../drift/calendar.ts';
import type { HourSketch } from '../drift/reference.ts';
import { mergeSketches } from '../drift/sketch.ts';
import { type Watched, watch } from '../drift/watch.ts';

/** Hours, the first one and the one behind the last. */
export interface Period {
  readonly from: Hour;
  readonly to: Hour;
}

/** A period with what it shows. */
export interface ShownPeriod extends Period {
  readonly pictures: number;
  readonly scenes: number;
}

/** What came of a comparison. */
export interface Comparison extends Watched {
  /** Whether the reference period is over, and has enough scenes. Otherwise nothing was compared. */
  readonly isComplete: boolean;
  readonly reference: ShownPeriod;
  readonly watched: ShownPeriod;
}

/** Hours of the reference period, by default. */
export const WEEK = 7 * 24;
const DAY = 24;
/** Scenes of a reference, below which nearly nothing would be a drift. */
export const LEAST_SCENES = 50;

/** Which hours are compared with which. */
export interface Compared {
  /** The reference period. */
  readonly period: Period;
  /** The first hour that is not known yet. */
  readonly until: Hour;
}

/** @param hours in order */
export function compareHours(hours: readonly HourSketch[], { period, until }: Compared): Comparison {
  const before = hours.filter(({ hour }) => hour >= period.from && hour < period.to);
  const after = hours.filter(({ hour }) => hour >= period.to && hour < until);
  const reference = shownPeriod(period, before);
  const watched = shownPeriod({ from: period.to, to: Math.max(until, period.to) }, after);
  const isComplete = period.to <= until && reference.scenes >= LEAST_SCENES;
  const found = isComplete ? watch(before, after) : { drifts: [], evidence: Number.NEGATIVE_INFINITY };
  return { isComplete, reference, watched, ...found };
}

/**
 * The first week from `from` on, and as many more days as it takes until it has enough scenes.
 * @param hours in order
 */
export function firstWeek(hours: readonly HourSketch[], from: Hour): Period {
  let scenes = 0;
  for (const { hour, sketch } of hours) {
    if (hour < from) continue;
    scenes += sketch.scenes;
    if (scenes < LEAST_SCENES) continue;
    const days = Math.max(WEEK / DAY, Math.floor((hour - from) / DAY) + 1);
    return { from, to: from + days * DAY };
  }
  return { from, to: from + WEEK };
}

function shownPeriod(period: Period, hours: readonly HourSketch[]): ShownPeriod {
  const { pictures, scenes } = mergeSketches(hours.map(({ sketch }) => sketch));
  return { ...period, pictures, scenes };
}

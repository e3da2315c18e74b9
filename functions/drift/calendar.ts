/** Hours, and which of them are compared with which: those of the same time of day, on weekdays or at weekends. */

/** Hours since the epoch, UTC. */
export type Hour = number;

const HOURS = 24;
/** Weekdays and weekends have 24 hours each. */
export const STRATA = 2 * HOURS;
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 4;
/** Hours that a weekday and a weekend day count as apart. */
const WEEKEND_DISTANCE = 3;

export function hourOf(milliseconds: number): Hour {
  return Math.floor(milliseconds / 3_600_000);
}

/** Hours of which pictures are expected to be alike: 0–23 on weekdays, 24–47 at weekends (UTC). */
export function stratumOf(hour: Hour): number {
  const weekday = (Math.floor(hour / HOURS) + FIRST_WEEKDAY) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  return (hour % HOURS) + (isWeekend ? HOURS : 0);
}

/** How unlike two strata are: hours between their times of day, and more if one is at the weekend. */
export function distanceOf(a: number, b: number): number {
  const hours = Math.abs((a % HOURS) - (b % HOURS));
  const isOtherKind = a < HOURS !== b < HOURS;
  return Math.min(hours, HOURS - hours) + (isOtherKind ? WEEKEND_DISTANCE : 0);
}

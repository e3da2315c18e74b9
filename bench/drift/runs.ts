/** Runs of the monitor in a virtual endpoint: years without a change, and days with one. */

import type { Drift } from '../../functions/drift/monitor.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { changesThatStay, Watch } from '../../functions/drift/watch.ts';
import { Random } from '../simulation/random.ts';
import { SHIFTS, type Shift } from './pictures.ts';
import type { Pools } from './pools.ts';
import { type Ranked, ranked, VirtualEndpoint, type World } from './world.ts';

/** A Monday, 00:00 UTC. */
const MONDAY = 24 * 20_416;
const WEEK = 7 * 24;
const YEAR = 365 * 24;

/** False alarms of a year that has no change. */
export interface YearResult {
  /** As they are reported: further ones of the same change within a week are left out. */
  readonly alarms: number;
  /** All of them. */
  readonly withRepeats: number;
  readonly leading: readonly string[];
}

/** How a shift was found. */
export interface ShiftResult {
  readonly shift: Shift;
  /** Pictures and hours from the shift to the alarm; absent: none within `MOST_HOURS`. */
  readonly found?: { readonly pictures: number; readonly hours: number; readonly named: string; readonly late: number };
  /** An alarm before the shift. */
  readonly early: boolean;
}

/** Hours before a shift, on average, and after it. */
const BEFORE = 48;
const MOST_HOURS = 24 * 21;

/** @returns the alarms of a year after a reference week; evidence starts anew after each */
export function runYear(pools: Pools, world: World, seed: number): YearResult {
  const endpoint = new VirtualEndpoint(world, new Random(seed, 101));
  const rows = ranked(pools.before);
  const watch = new Watch(weekOf(endpoint, rows));
  const drifts: Drift[] = [];
  for (let hour = MONDAY + WEEK; hour < MONDAY + WEEK + YEAR; hour++) {
    const drift = watch.next(endpoint.hour(hour, rows));
    if (drift) drifts.push(drift);
  }
  const reported = changesThatStay(drifts);
  const leading = reported.map(({ changes }) => changes[0]?.feature ?? 'none');
  return { alarms: reported.length, withRepeats: drifts.length, leading };
}

/**
 * @param mostHours after a shift, in which it is sought
 * @returns of each shift, how it is found by the same reference
 */
export function runShifts(pools: Pools, world: World, seed: number, mostHours = MOST_HOURS): ShiftResult[] {
  const endpoint = new VirtualEndpoint(world, new Random(seed, 202));
  const before = ranked(pools.before);
  const week = weekOf(endpoint, before);
  return (Object.keys(SHIFTS) as Shift[]).map((shift) => {
    const rows = { before, after: ranked(pools.after[shift]) };
    return runShift({ week, endpoint, ...rows, mostHours }, shift, new Random(seed, 303));
  });
}

function weekOf(endpoint: VirtualEndpoint, rows: Ranked): HourSketch[] {
  return Array.from({ length: WEEK }, (_, index) => endpoint.hour(MONDAY + index, rows));
}

interface ShiftRun {
  readonly week: readonly HourSketch[];
  readonly endpoint: VirtualEndpoint;
  readonly before: Ranked;
  readonly after: Ranked;
  readonly mostHours: number;
}

function runShift({ week, endpoint, before, after, mostHours }: ShiftRun, shift: Shift, random: Random): ShiftResult {
  const change = MONDAY + WEEK + BEFORE / 2 + random.below(BEFORE);
  const watch = new Watch(week);
  let pictures = 0;
  for (let hour = MONDAY + WEEK; hour < change + mostHours; hour++) {
    const sketch = hour < change ? endpoint.hour(hour, before) : endpoint.hour(hour, after, 'pictures');
    const drift = watch.next(sketch);
    if (hour >= change) pictures += sketch.sketch.pictures;
    if (!drift) continue;
    if (hour < change) return { shift, early: true };
    const named = drift.changes[0]?.feature ?? 'none';
    return { shift, early: false, found: { pictures, hours: hour - change + 1, named, late: drift.since - change } };
  }
  return { shift, early: false };
}

/** Compares the hours of an endpoint with its reference period. */

import type { Hour } from '../../functions/drift/calendar.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { mergeSketches } from '../../functions/drift/sketch.ts';
import { type Watched, watch } from '../../functions/drift/watch.ts';
import { NoComparisonError } from './errors.ts';
import type { Hours } from './read-hours.ts';

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
  readonly reference: ShownPeriod;
  readonly watched: ShownPeriod;
}

const WEEK = 7 * 24;
/** Scenes of a reference, below which nearly nothing would be a drift. */
const LEAST_SCENES = 50;

/**
 * @param live the version that has the traffic
 * @param reference default: the first week of that version, of what was read
 * @throws NoComparisonError
 */
export function compareHours({ hours, firstHours }: Hours, live: string, reference?: Period): Comparison {
  const from = firstHours.get(live);
  const period = reference ?? (from === undefined ? undefined : { from, to: from + WEEK });
  if (!period) throw new NoComparisonError(`Expected results of the live version ${live}, received none`);
  const before = hours.filter(({ hour }) => hour >= period.from && hour < period.to);
  const after = hours.filter(({ hour }) => hour >= period.to);
  const shown = shownPeriod(period, before);
  if (shown.scenes < LEAST_SCENES) {
    throw new NoComparisonError(
      `Expected at least ${LEAST_SCENES} scenes in the reference period, received ${Math.round(shown.scenes)} in ` +
        `${shown.pictures} pictures: choose another one with --reference`,
    );
  }
  const end = (after.at(-1)?.hour ?? period.to - 1) + 1;
  return { reference: shown, watched: shownPeriod({ from: period.to, to: end }, after), ...watch(before, after) };
}

function shownPeriod(period: Period, hours: readonly HourSketch[]): ShownPeriod {
  const { pictures, scenes } = mergeSketches(hours.map(({ sketch }) => sketch));
  return { ...period, pictures, scenes };
}

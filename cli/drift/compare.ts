/** Compares the hours of an endpoint with its reference: from the sketches of its monitor, or from its results. */

import type { Hour } from '../../functions/drift/calendar.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { changesThatStay } from '../../functions/drift/watch.ts';
import {
  DRIFT_KEYS,
  type DriftReport,
  driftReportSchema,
  type WatchedVersion,
} from '../../functions/drift-contract.ts';
import { acceptedPeriod, readAccepted } from '../../functions/drift-records/accepted-reference.ts';
import {
  type Comparison,
  compareHours,
  firstWeek,
  LEAST_SCENES,
  type Period,
} from '../../functions/drift-records/comparison.ts';
import { type Look, reportOf } from '../../functions/drift-records/report.ts';
import { answersOf, readHours as readSketches, timeOfHour } from '../../functions/drift-records/sketch-days.ts';
import { NoComparisonError } from './errors.ts';
import { readHours, type Selection, type Source } from './read-hours.ts';

/** What is compared. */
export interface Question {
  readonly of: WatchedVersion;
  /** Default: what an operator accepted, or the first week of the version. */
  readonly reference?: Period | undefined;
  /** The first hour. Default: of sketches, all. */
  readonly from?: Hour | undefined;
}

/**
 * From sketches, where the endpoint has a monitor.
 * @returns undefined: there is no sketch of this version
 */
export async function lookAtSketches(source: Source, { of, reference, from = 0 }: Question): Promise<Look | undefined> {
  const all = await readSketches(source.objects, source.s3, of);
  const hours = all.filter(({ hour }) => hour >= Math.min(from, reference?.from ?? from));
  const [first] = hours;
  if (!first) return undefined;
  const accepted = reference ? undefined : await readAccepted(source.objects, of);
  const period = reference ?? (accepted ? acceptedPeriod(accepted) : firstWeek(hours, first.hour));
  const comparison = compareHours(hours, { period, until: endOf(hours) });
  const stored = await storedReport(source.objects, of);
  const answers = { ...answersOf(hours), unreadable: stored?.answers.unreadable ?? 0 };
  return { ...lookOf(of), comparison: enough(comparison, reference), accepted, answers };
}

/** From results. @throws NoComparisonError for too few or too many results */
export async function lookAtResults(source: Source, { of, reference }: Question, selection: Selection): Promise<Look> {
  const { hours, firstHours, ...answers } = await readHours(source, selection);
  const from = firstHours.get(of.version);
  const period = reference ?? (from === undefined ? undefined : firstWeek(hours, from));
  if (!period) throw new NoComparisonError(`Expected results of the live version ${of.version}, received none`);
  const comparison = compareHours(hours, { period, until: endOf(hours) });
  const { scenes, pictures } = comparison.reference;
  if (scenes < LEAST_SCENES) throw tooFew(scenes, pictures);
  return { ...lookOf(of), comparison, answers };
}

function lookOf({ endpoint, functionName, version }: WatchedVersion) {
  return { endpoint, functionName, version };
}

function endOf(hours: readonly HourSketch[]): Hour {
  return (hours.at(-1)?.hour ?? -1) + 1;
}

/** A monitor collects until there are enough; a period that was chosen has no more to come. */
function enough(comparison: Comparison, chosen: Period | undefined): Comparison {
  const { scenes, pictures } = comparison.reference;
  if (chosen && scenes < LEAST_SCENES) throw tooFew(scenes, pictures);
  return comparison;
}

function tooFew(scenes: number, pictures: number): NoComparisonError {
  return new NoComparisonError(
    `Expected at least ${LEAST_SCENES} scenes in the reference period, received ${Math.round(scenes)} in ` +
      `${pictures} pictures: choose another one with --reference`,
  );
}

/** The report of a look: with the pictures that the monitor chose, where it found the same drift. */
export async function reportWithPictures(objects: Source['objects'], look: Look, at: Date): Promise<DriftReport> {
  const report = reportOf(look, at);
  const stored = await storedReport(objects, look);
  const last = changesThatStay(look.comparison.drifts).at(-1);
  const isSame = last !== undefined && stored?.drifts.at(-1)?.found === timeOfHour(last.until + 1);
  return { ...report, ...(isSame && stored.pictures && { pictures: stored.pictures }) };
}

/** The report of the monitor about this version. */
export async function storedReport(
  objects: Source['objects'],
  { endpoint, functionName, version }: WatchedVersion,
): Promise<DriftReport | undefined> {
  const { data } = driftReportSchema.safeParse(await objects.findJson(DRIFT_KEYS.report(endpoint)));
  return data?.function_name === functionName && data.version === version ? data : undefined;
}

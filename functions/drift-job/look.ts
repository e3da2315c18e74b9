/**
 * One look at an endpoint: sketches of the new hours, the comparison with the reference, the records of drifts, the
 * report. Killed at any call and repeated, it has the same result: each object follows from those that are written
 * before it, and the state that ends a look is written last.
 */

import type { S3Client } from '@aws-sdk/client-s3';
import type { EndpointFunction } from '../contract.ts';
import { type Hour, hourOf } from '../drift/calendar.ts';
import { changesThatStay } from '../drift/watch.ts';
import {
  DRIFT_KEYS,
  type DriftReport,
  driftReportSchema,
  type FoundDrift,
  type WatchedVersion,
} from '../drift-contract.ts';
import { acceptedPeriod, readAccepted } from '../drift-records/accepted-reference.ts';
import { type Comparison, compareHours, firstWeek, WEEK } from '../drift-records/comparison.ts';
import { isRecent, periodOf, reportedDrift, reportOf } from '../drift-records/report.ts';
import { answersOf, keepDays, readHours, timeOfHour } from '../drift-records/sketch-days.ts';
import type { Alias } from '../platform/alias.ts';
import type { Clock } from '../platform/clock.ts';
import { ObjectChangedError, type Objects } from '../platform/objects.ts';
import { choosePictures } from './choose-pictures.ts';
import { sketchHours } from './sketch-hours.ts';
import { type MonitorState, readState, writeState } from './state.ts';

/** The dependencies of a look. */
export interface LookContext {
  readonly of: EndpointFunction;
  readonly objects: Objects;
  readonly client: S3Client;
  readonly live: Pick<Alias, 'read'>;
  readonly clock: Clock;
  /** Whether there is no time for another hour's sketch. */
  readonly isLate: () => boolean;
}

/** Minutes after its end at which an hour is complete: results that are stored later are not counted. */
const LATE_MINUTES = 10;
/** Hours after the reference from which `watch.ts` learns, unless much happens in them. */
const LEARNED = 8 * WEEK;

/** @throws ObjectChangedError where another run looks at the same time; StoreUnavailableError, errors of the SDK */
export async function look(context: LookContext): Promise<DriftReport> {
  const { of, objects, client, live, clock } = context;
  const complete = hourOf(clock.now().getTime() - LATE_MINUTES * 60_000);
  const state = await sketchHours(await readState(objects, of), complete, context);
  const { routing } = await live.read();
  const version: WatchedVersion = { ...of, version: routing.version };
  const hours = await readHours(objects, client, version);
  const accepted = await readAccepted(objects, version);
  const until = hourOf(Date.parse(state.sketched_until));
  const period = accepted ? acceptedPeriod(accepted) : firstWeek(hours, hours[0]?.hour ?? until);
  const comparison = compareHours(hours, { period, until });
  await announce(version, comparison, { state, until }, objects);
  const answers = { ...answersOf(hours), unreadable: state.unreadable };
  const about = { endpoint: of.endpoint, functionName: of.functionName, version: version.version, accepted, answers };
  const report = await withPictures(reportOf({ ...about, comparison }, clock.now()), { version, comparison, objects });
  await objects.putJson(DRIFT_KEYS.report(of.endpoint), report);
  const kept = { from: period.from, to: period.to + LEARNED };
  await keepDays(objects, client, { of: version, period: kept, now: clock.now().getTime() });
  const announced = { version: version.version, until: timeOfHour(until) };
  await writeState(objects, of, { ...state, announced });
  return report;
}

/**
 * Writes a record of each drift that no look has seen before, of which an event is made: of recent ones only, so that a
 * first look at a long time announces no old ones.
 */
async function announce(
  of: WatchedVersion,
  { drifts, reference }: Comparison,
  { state, until }: { readonly state: MonitorState; readonly until: Hour },
  objects: Objects,
): Promise<void> {
  const { announced } = state;
  const known = announced?.version === of.version ? hourOf(Date.parse(announced.until)) : 0;
  const news = changesThatStay(drifts).filter((drift) => drift.until >= known && isRecent(drift.until + 1, until));
  const about = { endpoint: of.endpoint, function_name: of.functionName, version: of.version };
  for (const drift of news) {
    const found: FoundDrift = { ...about, ...reportedDrift(drift), reference: periodOf(reference) };
    await createOnce(objects, DRIFT_KEYS.found(of, found.found), found);
  }
}

async function createOnce(objects: Objects, key: string, record: FoundDrift): Promise<void> {
  try {
    await objects.replaceJson(key, record, undefined);
  } catch (error) {
    if (!(error instanceof ObjectChangedError)) throw error;
  }
}

/** Those of the report before, where it is about the same drift. */
async function withPictures(
  report: DriftReport,
  about: { readonly version: WatchedVersion; readonly comparison: Comparison; readonly objects: Objects },
): Promise<DriftReport> {
  const { version, comparison, objects } = about;
  const drift = changesThatStay(comparison.drifts).at(-1);
  if (report.state !== 'drift' || !drift) return report;
  const { data: before } = driftReportSchema.safeParse(await objects.findJson(DRIFT_KEYS.report(version.endpoint)));
  const pictures = isSame(before, report)
    ? before?.pictures
    : await choosePictures(objects, { of: version, drift, reference: comparison.reference });
  return { ...report, ...(pictures && { pictures }) };
}

function isSame(before: DriftReport | undefined, { function_name, version, drifts }: DriftReport): boolean {
  const isOfVersion = before?.function_name === function_name && before.version === version;
  return isOfVersion && before.pictures !== undefined && before.drifts.at(-1)?.found === drifts.at(-1)?.found;
}

/** The sketches of a version in the bucket: an object for each day, with the sketch of each hour. */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type Hour, hourOf } from '../drift/calendar.ts';
import type { HourSketch } from '../drift/reference.ts';
import { sketchFrom, storedSketch } from '../drift/sketch.ts';
import { DRIFT_KEYS, type WatchedVersion } from '../drift-contract.ts';
import { listObjects } from '../platform/object-list.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import type { Period } from './comparison.ts';

const weight = z.number().nonnegative();

/** Loose, so that a sketch keeps what a later release adds to it. */
const hourSchema = z.looseObject({
  /** ISO 8601, UTC: the first moment of the hour. */
  hour: z.iso.datetime(),
  pictures: z.int().nonnegative(),
  scenes: weight,
  refused: weight,
  labels: z.record(z.string(), weight),
  mainLabels: z.record(z.string(), weight),
  histograms: z.record(z.string(), z.object({ from: z.int().nonnegative(), weights: z.array(weight) })),
  /** Answers with the measures of the setting `drift`, and without. */
  with_measures: z.int().nonnegative(),
  without_measures: z.int().nonnegative(),
});

const daySchema = z.object({ version: z.string(), day: z.iso.date(), hours: z.array(hourSchema) });

/** As it is written. */
type StoredHour = z.infer<typeof hourSchema>;

/** The sketch of an hour, with what it is made from. */
export interface WatchedHour extends HourSketch {
  readonly measured: number;
  readonly unmeasured: number;
}

/** `2026-11-26`. */
export function dayOf(hour: Hour): string {
  return timeOfHour(hour).slice(0, 10);
}

/** ISO 8601, UTC. */
export function timeOfHour(hour: Hour): string {
  return new Date(hour * 3_600_000).toISOString();
}

/**
 * Puts the sketches of hours into the object of their day, where each replaces the one of the same hour.
 * @param hours of one day
 * @throws ObjectChangedError where another run writes the same day; StoreUnavailableError
 */
export async function writeHours(
  objects: Objects,
  of: WatchedVersion,
  hours: readonly [WatchedHour, ...WatchedHour[]],
): Promise<void> {
  const day = dayOf(hours[0].hour);
  const key = DRIFT_KEYS.sketchDay(of, day);
  const before = await objects.findTagged(key);
  const known: readonly StoredHour[] = before ? daySchema.parse(before.value).hours : [];
  const all = new Map([...known, ...hours.map(storedHour)].map((each) => [each.hour, each]));
  const inOrder = [...all.values()].toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
  // Without spaces, which would be three quarters of it.
  const bytes = new TextEncoder().encode(JSON.stringify({ version: of.version, day, hours: inOrder }));
  await objects.replace(key, bytes, 'application/json', before?.tag);
}

/** Counts of the answers of hours. */
export function answersOf(hours: readonly WatchedHour[]): { measured: number; unmeasured: number } {
  const sum = (count: (hour: WatchedHour) => number) => hours.reduce((total, hour) => total + count(hour), 0);
  return { measured: sum(({ measured }) => measured), unmeasured: sum(({ unmeasured }) => unmeasured) };
}

/** Days that are read at the same time. */
const CONCURRENCY = 16;

/** All hours of a version that have a picture, in order. Errors are those of the SDK, and z.ZodError. */
export async function readHours(
  objects: Pick<Objects, 'bucket' | 'getJson'>,
  client: S3Client,
  of: WatchedVersion,
): Promise<WatchedHour[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(client, objects.bucket, DRIFT_KEYS.sketches(of))) keys.push(key);
  const days: WatchedHour[][] = [];
  for (let at = 0; at < keys.length; at += CONCURRENCY) {
    days.push(...(await Promise.all(keys.slice(at, at + CONCURRENCY).map((key) => readDay(objects, key)))));
  }
  return days.flat();
}

async function readDay(objects: Pick<Objects, 'getJson'>, key: string): Promise<WatchedHour[]> {
  try {
    return daySchema
      .parse(await objects.getJson(key))
      .hours.map(({ hour, with_measures, without_measures, ...sketch }) => {
        const counts = { measured: with_measures, unmeasured: without_measures };
        return { hour: hourOf(Date.parse(hour)), sketch: sketchFrom(sketch), ...counts };
      });
  } catch (error) {
    // It has expired since it was listed.
    if (error instanceof ObjectNotFoundError) return [];
    throw error;
  }
}

/** By the schema, so that its order of keys is that of an hour that was read. */
function storedHour({ hour, sketch, measured, unmeasured }: WatchedHour): StoredHour {
  const counts = { with_measures: measured, without_measures: unmeasured };
  return hourSchema.parse({ hour: timeOfHour(hour), ...counts, ...storedSketch(sketch) });
}

/** Days after which the sketches of a reference are written again: sooner than they can expire (60 days). */
const KEPT_DAYS = 30;

/**
 * Writes old sketches of a period again, so that the reference of a version that is live for long does not expire.
 * @param now milliseconds
 */
export async function keepDays(
  objects: Objects,
  client: S3Client,
  { of, period, now }: { readonly of: WatchedVersion; readonly period: Period; readonly now: number },
): Promise<void> {
  const [first, last] = [dayOf(period.from), dayOf(period.to - 1)];
  for await (const { key, modified } of listObjects(client, objects.bucket, DRIFT_KEYS.sketches(of))) {
    const day = key.slice(-15, -5);
    if (day < first || day > last || now - modified.getTime() < KEPT_DAYS * 86_400_000) continue;
    const { bytes, tag } = await objects.get(key);
    await objects.replace(key, bytes, 'application/json', tag);
  }
}

/**
 * Makes sketches of the hours that have none yet.
 *
 * What is read are the captured pictures, because their names are in order of time (`recorded-requests.ts`): so a run
 * lists the new ones only, and those of uploads too. A sketch is a function of the names of its hour and their results:
 * an hour that is read again has the same one.
 */

import type { S3Client } from '@aws-sdk/client-s3';
import { storedResultSchema } from '../api/schemas.ts';
import { type EndpointFunction, KEYS } from '../contract.ts';
import { type Hour, hourOf } from '../drift/calendar.ts';
import type { PictureFacts } from '../drift/features.ts';
import { sketchOf } from '../drift/sketch.ts';
import { dayOf, timeOfHour, type WatchedHour, writeHours } from '../drift-records/sketch-days.ts';
import { watchedVersion } from '../drift-records/watched-result.ts';
import { listObjects } from '../platform/object-list.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { pictureFactsOf } from '../records/picture-facts.ts';
import { idAt, isSampled, resultId, timeOf } from '../records/recorded-requests.ts';
import { type MonitorState, writeState } from './state.ts';

/** What sketches are made from. */
export interface SketchContext {
  readonly of: EndpointFunction;
  readonly objects: Objects;
  readonly client: S3Client;
  /** Whether there is no time for another hour. */
  readonly isLate: () => boolean;
}

/** Pictures of an hour that are read at most, because near neighbours are compared pair by pair. */
const MOST_OF_HOUR = 5000;
/** Results that are read at the same time. */
const CONCURRENCY = 32;

/**
 * Writes the sketches of all hours from `state.sketched_until` (without it, of the first captured picture) to `until`,
 * a day at a time: killed in between and repeated, it writes the same.
 * @param until the first hour that is not complete yet
 * @returns the state as it is stored
 * @throws ObjectChangedError where another run writes the same hours; StoreUnavailableError, errors of the SDK
 */
export async function sketchHours(
  state: MonitorState | undefined,
  until: Hour,
  context: SketchContext,
): Promise<MonitorState> {
  const { of, objects, isLate } = context;
  const from = state ? hourOf(Date.parse(state.sketched_until)) : 0;
  let so: MonitorState = state ?? { sketched_until: timeOfHour(0), unreadable: 0 };
  const day = new Day(context);
  const flush = async (sketchedUntil: Hour) => {
    const unreadable = so.unreadable + (await day.write());
    so = { ...so, sketched_until: timeOfHour(sketchedUntil), unreadable };
    await writeState(objects, of, so);
  };
  for await (const { hour, names } of hoursOf(context, from, until)) {
    const mustEnd = isLate();
    if (day.hour !== undefined && (mustEnd || dayOf(day.hour) !== dayOf(hour))) await flush(day.hour + 1);
    if (mustEnd) return so;
    await day.add(hour, names);
  }
  if (from < until) await flush(until);
  return so;
}

/** The names of captured pictures by hour, in order. */
async function* hoursOf(
  { of, client, objects: { bucket } }: SketchContext,
  from: Hour,
  until: Hour,
): AsyncGenerator<{ readonly hour: Hour; readonly names: readonly string[] }> {
  const prefix = KEYS.inputs(of.endpoint);
  let [hour, names] = [from, [] as string[]];
  for await (const { key } of listObjects(client, bucket, prefix, `${prefix}${idAt(from * 3_600_000)}`)) {
    const name = key.slice(prefix.length);
    const own = hourOf(timeOf(name));
    if (own >= until) break;
    if (own !== hour && names.length > 0) {
      yield { hour, names };
      names = [];
    }
    hour = own;
    names.push(name);
  }
  if (names.length > 0) yield { hour, names };
}

/** The hours of a day, before they are written. */
class Day {
  /** The last hour that was added. */
  hour: Hour | undefined;
  private readonly context: SketchContext;
  private versions = new Map<string, WatchedHour[]>();
  private unreadable = 0;

  constructor(context: SketchContext) {
    this.context = context;
  }

  async add(hour: Hour, names: readonly string[]): Promise<void> {
    const share = MOST_OF_HOUR / names.length;
    const pictures = new Map<string, PictureFacts[]>();
    const sampled = names.filter((name) => isSampled(name, share));
    for (let at = 0; at < sampled.length; at += CONCURRENCY) {
      const some = sampled.slice(at, at + CONCURRENCY);
      for (const answer of await Promise.all(some.map((name) => this.read(resultId(name))))) {
        if (answer === 'unreadable') this.unreadable += 1;
        else if (answer) pictures.set(answer.version, [...(pictures.get(answer.version) ?? []), answer.facts]);
      }
    }
    for (const [version, facts] of pictures) {
      this.versions.set(version, [...(this.versions.get(version) ?? []), watchedHour(hour, facts)]);
    }
    this.hour = hour;
  }

  /** @returns how many objects were no results */
  async write(): Promise<number> {
    const { objects, of } = this.context;
    for (const [version, [first, ...others]] of this.versions) {
      if (first) await writeHours(objects, { ...of, version }, [first, ...others]);
    }
    const { unreadable } = this;
    this.versions = new Map();
    this.unreadable = 0;
    return unreadable;
  }

  /** @returns undefined for a picture without a stored result, or without one of the live function */
  private async read(id: string): Promise<{ version: string; facts: PictureFacts } | 'unreadable' | undefined> {
    const { objects, of } = this.context;
    const found = await objects.getJson(KEYS.result(of.endpoint, id)).catch((error: unknown) => {
      if (error instanceof ObjectNotFoundError) return undefined;
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    if (found === undefined) return undefined;
    const { data: result } = storedResultSchema.safeParse(found);
    if (!result) return 'unreadable';
    const version = watchedVersion(result, of.functionName);
    const facts = pictureFactsOf(result);
    return facts && version !== undefined ? { version, facts } : undefined;
  }
}

function watchedHour(hour: Hour, facts: readonly PictureFacts[]): WatchedHour {
  const measured = facts.filter(({ measures }) => measures).length;
  const unmeasured = facts.filter(({ measures, detections }) => !measures && detections).length;
  return { hour, sketch: sketchOf(facts), measured, unmeasured };
}

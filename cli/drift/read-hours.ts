/** Reads the results of an endpoint, and makes a sketch of each hour. */

import type { S3Client } from '@aws-sdk/client-s3';
import { storedResultSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { type Hour, hourOf } from '../../functions/drift/calendar.ts';
import type { PictureFacts } from '../../functions/drift/features.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { sketchOf } from '../../functions/drift/sketch.ts';
import { listObjects } from '../../functions/platform/object-list.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { pictureFactsOf } from '../../functions/records/picture-facts.ts';
import { progressBar } from '../terminal/progress.ts';
import { NoComparisonError } from './errors.ts';

/** Results that are read at the same time. */
const CONCURRENCY = 32;

/** Where results are. */
export interface Source {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly objects: Pick<Objects, 'bucket' | 'findJson' | 'getJson'>;
}

/** The hours of an endpoint. */
export interface Hours {
  /** In order, those with a picture. */
  readonly hours: readonly HourSketch[];
  /** Hour of the first picture that each version answered. */
  readonly firstHours: ReadonlyMap<string, Hour>;
  /** Answers with the measures of the setting `drift`, and without. */
  readonly measured: number;
  readonly unmeasured: number;
  /** Objects that are no results. */
  readonly unreadable: number;
}

/** Which results are read. */
export interface Selection {
  readonly endpoint: string;
  /** First time, milliseconds since the epoch. */
  readonly from: number;
  /** Largest number of results. */
  readonly most: number;
}

/** @throws NoComparisonError for more than the largest number of results */
export async function readHours(from: Source, selection: Selection): Promise<Hours> {
  const keys = await findKeys(from, selection);
  const found = new Found(selection.from);
  const bar = progressBar('results');
  try {
    for (let at = 0; at < keys.length; at += CONCURRENCY) {
      await Promise.all(keys.slice(at, at + CONCURRENCY).map(async (key) => found.add(await read(from.objects, key))));
      bar.report(Math.min(at + CONCURRENCY, keys.length), keys.length);
    }
  } finally {
    bar.end();
  }
  return found.hours();
}

/** A result is written after it was made, so that one written before the first time is of an earlier one. */
async function findKeys({ s3, bucket }: Source, { endpoint, from, most }: Selection): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key, modified } of listObjects(s3, bucket, KEYS.results(endpoint))) {
    if (key.endsWith('.json') && modified.getTime() >= from) keys.push(key);
  }
  if (keys.length <= most) return keys;
  throw new NoComparisonError(
    `Expected at most ${most} results to read, received ${keys.length}: ` +
      'narrow them with --since, or allow more with --most',
  );
}

/** @returns undefined where it was deleted since it was listed */
async function read(objects: Source['objects'], key: string): Promise<unknown> {
  try {
    return await objects.getJson(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Collects results by hour. */
class Found {
  private readonly from: number;
  private readonly facts = new Map<Hour, PictureFacts[]>();
  private readonly firstHours = new Map<string, Hour>();
  private measured = 0;
  private unmeasured = 0;
  private unreadable = 0;

  constructor(from: number) {
    this.from = from;
  }

  add(value: unknown): void {
    if (value === undefined) return;
    const { data: result } = storedResultSchema.safeParse(value);
    const facts = result && pictureFactsOf(result);
    if (!result) this.unreadable += 1;
    if (!result || !facts || facts.time < this.from) return;
    const hour = hourOf(facts.time);
    const { function_version: version } = result.release;
    this.firstHours.set(version, Math.min(hour, this.firstHours.get(version) ?? hour));
    if (facts.measures) this.measured += 1;
    else if (facts.detections) this.unmeasured += 1;
    const known = this.facts.get(hour);
    if (known) known.push(facts);
    else this.facts.set(hour, [facts]);
  }

  hours(): Hours {
    const { firstHours, measured, unmeasured, unreadable } = this;
    const hours = [...this.facts]
      .toSorted(([a], [b]) => a - b)
      .map(([hour, pictures]) => ({ hour, sketch: sketchOf(pictures) }));
    return { hours, firstHours, measured, unmeasured, unreadable };
  }
}

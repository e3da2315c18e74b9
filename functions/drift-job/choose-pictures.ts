/**
 * Chooses the pictures of a report: random ones of the time before and after a change, and of those the ones whose
 * feature is nearest to what the change says. By a hash instead of by chance, so that a repetition chooses the same.
 */

import { createHash } from 'node:crypto';
import { type StoredResult, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import type { Hour } from '../drift/calendar.ts';
import { type FeatureChange, scaleOf } from '../drift/changes.ts';
import { binsOf, middleOf, type PictureFacts } from '../drift/features.ts';
import type { Drift } from '../drift/monitor.ts';
import { BIN_RANGES } from '../drift/sketch.ts';
import { type DriftReport, MOST_PICTURES, type WatchedVersion } from '../drift-contract.ts';
import type { Period } from '../drift-records/comparison.ts';
import { watchedVersion } from '../drift-records/watched-result.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { pictureFactsOf } from '../records/picture-facts.ts';
import { pictureOf, type RecordedPicture } from '../records/recorded-picture.ts';
import { idAt, resultId, timeOf } from '../records/recorded-requests.ts';

type ShownPicture = NonNullable<DriftReport['pictures']>['before'][number];

/** Random times for each side: three for each picture that is shown. */
const TIMES = 3 * MOST_PICTURES;
/** Hours before a change from which pictures are taken where those of the reference have expired. */
const SHORTLY_BEFORE = 14 * 24;

/** What pictures are chosen for. */
export interface Choice {
  readonly of: WatchedVersion;
  readonly drift: Drift;
  readonly reference: Period;
}

/** @returns undefined where no picture of either side is stored. @throws StoreUnavailableError */
export async function choosePictures(objects: Objects, choice: Choice): Promise<DriftReport['pictures']> {
  const { drift, reference } = choice;
  const shortlyBefore = { from: Math.max(reference.from, drift.since - SHORTLY_BEFORE), to: drift.since };
  const ofReference = await sideOf(objects, choice, reference, 'before');
  const before = ofReference.length > 0 ? ofReference : await sideOf(objects, choice, shortlyBefore, 'before');
  const after = await sideOf(objects, choice, { from: drift.since, to: drift.until + 1 }, 'now');
  return before.length + after.length > 0 ? { before, after } : undefined;
}

async function sideOf(
  objects: Objects,
  { of, drift }: Choice,
  period: Period,
  side: 'before' | 'now',
): Promise<ShownPicture[]> {
  const names = await randomNames(objects, of.endpoint, period, `${of.version} ${drift.until} ${side}`);
  const candidates = (await Promise.all(names.map((name) => candidateOf(objects, of, name)))).flat();
  const [change] = drift.changes;
  if (change) candidates.sort((a, b) => distance(a.facts, change, side) - distance(b.facts, change, side));
  return candidates.slice(0, MOST_PICTURES).map(({ picture }) => picture);
}

/** The first captured picture after each of some random times. */
async function randomNames(objects: Objects, endpoint: string, period: Period, seed: string): Promise<string[]> {
  const prefix = KEYS.inputs(endpoint);
  const end = period.to * 3_600_000;
  const times = Array.from({ length: TIMES }, (_, at) => randomTime(period, `${seed} ${at}`));
  const found = await Promise.all(
    times.map(async (time) => (await objects.list(prefix, { after: `${prefix}${idAt(time)}`, most: 1 }))[0]),
  );
  const names = found.flatMap((key) => (key === undefined ? [] : [key.slice(prefix.length)]));
  return [...new Set(names)].filter((name) => timeOf(name) < end);
}

/** Milliseconds since the epoch. */
function randomTime({ from, to }: Period, seed: string): Hour {
  const share = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor((from + share * (to - from)) * 3_600_000);
}

interface Candidate {
  readonly facts: PictureFacts;
  readonly picture: ShownPicture;
}

/** None for a picture of another version, and for one that is erased or has expired. */
async function candidateOf(objects: Objects, of: WatchedVersion, name: string): Promise<Candidate[]> {
  const result = await readResult(objects, KEYS.result(of.endpoint, resultId(name)));
  const facts = result && pictureFactsOf(result);
  if (!result || !facts || watchedVersion(result, of.functionName) !== of.version) return [];
  const { key, version }: RecordedPicture = pictureOf(result);
  if (!(await objects.exists(key, version))) return [];
  return [{ facts, picture: { id: result.id, key, ...(version !== undefined && { version }) } }];
}

async function readResult(objects: Objects, key: string): Promise<StoredResult | undefined> {
  try {
    return storedResultSchema.safeParse(await objects.getJson(key)).data;
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** How far the feature of a picture is from the mean of its side: infinite where the picture has none. */
function distance(facts: PictureFacts, change: FeatureChange, side: 'before' | 'now'): number {
  const value = measureOf(facts, change);
  return value === undefined ? Number.POSITIVE_INFINITY : Math.abs(value - change[side]);
}

function measureOf(facts: PictureFacts, { feature, of, by }: FeatureChange): number | undefined {
  const { bins, labels } = binsOf(facts);
  if (feature === 'refused') return labels ? 0 : 1;
  if (feature === 'labels') {
    const share = labels?.get(of) ?? 0;
    return by === 'main' ? Number(share > 0 && share >= Math.max(...(labels ?? new Map()).values())) : share;
  }
  const [range, scale] = [BIN_RANGES.get(of), scaleOf(feature, of)];
  if (!range || !scale) return undefined;
  const own = bins.filter(([bin]) => bin >= range.first && bin < range.first + range.count);
  if (own.length === 0) return undefined;
  const position = own.reduce((sum, [bin, weight]) => sum + weight * middleOf(scale, bin - range.first), 0);
  return scale.log ? 2 ** position : position;
}

/** Reads the labelled set of a shadow from the bucket. */

import { KEYS } from '../contract.ts';
import type { SetProblem } from '../judge/labels.ts';
import { MOST_LABELLED, type StoredSet } from '../plan/labelled-set.ts';
import type { Objects } from '../platform/objects.ts';
import { type OrderedSet, orderSet } from '../records/labelled-order.ts';
import type { PhotoTruth } from '../truth/photos.ts';
import { parseTruth, TruthError } from '../truth/truth-file.ts';

/** Longest fault in a record. */
const MOST_FAULT = 500;

/** A set that can be judged. */
export interface ReadSet extends OrderedSet {
  readonly prefix: string;
  /** Entity tag of the truth. */
  readonly tag: string;
  /** Files below the prefix. */
  readonly files: ReadonlySet<string>;
  /** Photos whose picture an earlier photo has. */
  readonly repeated: ReadonlySet<string>;
}

interface SetContext {
  readonly objects: Pick<Objects, 'findTagged' | 'listTagged'>;
  /** Folder of the rollout's records. */
  readonly folder: string;
}

/** @throws StoreUnavailableError */
export async function readSet(
  { prefix, truth, names }: StoredSet,
  { objects, folder }: SetContext,
): Promise<ReadSet | SetProblem> {
  const file = `${prefix}${truth}`;
  try {
    const found = await objects.findTagged(file);
    if (!found) return { code: 'no truth', file };
    const photos = parseTruth(file, found.value);
    if (photos.length > MOST_LABELLED) return invalid(file, `Expected at most ${MOST_LABELLED} photos`, photos);
    const set = orderSet(photos, names, folder);
    if (set.names.length === 0) return { code: 'other labels', names };
    const listed = await objects.listTagged(prefix, { most: 4 * MOST_LABELLED });
    const tags = new Map(listed.map(({ key, tag }) => [key.slice(prefix.length), tag]));
    return { ...set, prefix, tag: found.tag, files: new Set(tags.keys()), repeated: repeatedIn(set, tags) };
  } catch (error) {
    // A file that is no JSON, or no truth, stays so in the next tick.
    if (!(error instanceof TruthError) && !(error instanceof SyntaxError)) throw error;
    return { code: 'invalid truth', file, fault: faultOf(error).slice(0, MOST_FAULT) };
  }
}

/** Equal entity tags are the same bytes: S3 takes them from the content of each object that one request has put. */
function repeatedIn({ photos }: OrderedSet, tags: ReadonlyMap<string, string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { truth, skip } of photos) {
    const tag = tags.get(truth.file);
    if (skip || tag === undefined) continue;
    if (seen.has(tag)) repeated.add(truth.file);
    seen.add(tag);
  }
  return repeated;
}

/** The first line of a `TruthError` names the file again. */
function faultOf({ name, message }: Error): string {
  const lines = message.split('\n').map((line) => line.trim());
  return name === 'TruthError' ? lines.slice(1).join('; ') : `Expected JSON, received ${message}`;
}

function invalid(file: string, expected: string, photos: readonly PhotoTruth[]): SetProblem {
  return { code: 'invalid truth', file, fault: `${expected}, received ${photos.length}` };
}

/** Key of a photo below the endpoint's labelled sets. */
export function keyBelow(endpoint: string, { prefix }: Pick<ReadSet, 'prefix'>, file: string): string {
  return `${prefix}${file}`.slice(KEYS.labels(endpoint).length);
}

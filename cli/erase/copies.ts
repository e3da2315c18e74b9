/** Finds every object of the bucket that belongs to one prediction. */

import { uploadId } from '../../functions/api/upload-id.ts';
import { BATCH_KEYS } from '../../functions/batch-contract.ts';
import { KEYS } from '../../functions/contract.ts';
import type { ObjectVersion, VersionStore } from './object-versions.ts';

/**
 * In the order of their deletion: shadow records after the input, because of `functions/rollout/shadow.ts`; reports of
 * the drift monitor and rows of tables after the result, because a look or a compaction would add them again.
 */
export const COPY_KINDS = [
  'input',
  'upload',
  'annotated picture',
  'decision',
  'shadow record',
  'batch picture',
  'batch result',
  'result',
  'drift report',
  'table',
] as const;

/** The versions of one object that belong to the prediction. */
export interface Copy {
  readonly kind: (typeof COPY_KINDS)[number];
  readonly key: string;
  /** In the order of their deletion. */
  readonly versions: readonly ObjectVersion[];
  /** Other versions of the key: pictures with ids of their own. */
  readonly others: number;
}

/** The prediction to be erased. */
export interface Prediction {
  readonly endpoint: string;
  readonly id: string;
  /** Key of its upload, from the stored result. Absent: all uploads of the endpoint are searched. */
  readonly uploadKey?: string;
  /** Key of the note that a shadow finds an upload by; null: it is no upload. Absent: all inputs are searched. */
  readonly noteKey?: string | null;
}

/** Every object of a prediction, in the order of their deletion. Errors are those of the store. */
export async function findCopies(store: VersionStore, prediction: Prediction): Promise<Copy[]> {
  const { endpoint, id } = prediction;
  const [input, annotated, decision, result] = await Promise.all([
    copyOf(store, 'input', KEYS.input(endpoint, id)),
    copyOf(store, 'annotated picture', KEYS.annotated(endpoint, id)),
    copyOf(store, 'decision', KEYS.decision(endpoint, id)),
    copyOf(store, 'result', KEYS.result(endpoint, id)),
  ]);
  const notes = await notesOf(store, prediction);
  const uploads = await uploadsOf(store, prediction);
  const records = await shadowRecords(store, prediction);
  const jobs = await batchCopies(store, prediction);
  return [...input, ...notes, ...uploads, ...annotated, ...decision, ...records, ...jobs, ...result];
}

async function copyOf(store: VersionStore, kind: Copy['kind'], key: string): Promise<Copy[]> {
  const versions = await versionsOf(store, key);
  return versions.length > 0 ? [{ kind, key, versions, others: 0 }] : [];
}

async function versionsOf(store: VersionStore, key: string): Promise<ObjectVersion[]> {
  const versions: ObjectVersion[] = [];
  for await (const version of store.each(key)) if (version.key === key) versions.push(version);
  // Oldest first, markers last: without its marker or its newest version, the version before could be read again.
  const markers = versions.filter(({ isDeleteMarker }) => isDeleteMarker);
  return [...versions.filter(({ isDeleteMarker }) => !isDeleteMarker).toReversed(), ...markers];
}

/** The note of an upload has its time in the key. */
async function notesOf(store: VersionStore, { endpoint, id, noteKey }: Prediction): Promise<Copy[]> {
  if (noteKey === null) return [];
  if (noteKey !== undefined) return copyOf(store, 'input', noteKey);
  const keys = new Set<string>();
  for await (const { key } of store.each(KEYS.inputs(endpoint))) if (key.endsWith(`.${id}`)) keys.add(key);
  return (await Promise.all([...keys].map((key) => copyOf(store, 'input', key)))).flat();
}

/** An upload by a ticket has a key of its own; the id of another one is derived from key and version. */
async function uploadsOf(store: VersionStore, { endpoint, id, uploadKey }: Prediction): Promise<Copy[]> {
  if (id.includes('-')) return copyOf(store, 'upload', KEYS.ticketedUpload(endpoint, id));
  const keys = new Set<string>();
  for await (const version of store.each(uploadKey ?? KEYS.uploads(endpoint))) {
    if (isOf(version, id, store.bucket)) keys.add(version.key);
  }
  return Promise.all(
    [...keys].map(async (key) => {
      const all = await versionsOf(store, key);
      const others = all.filter((version) => !version.isDeleteMarker && !isOf(version, id, store.bucket));
      // A marker of a key without another picture keeps nothing but its name.
      const versions = others.length > 0 ? all.filter((version) => isOf(version, id, store.bucket)) : all;
      return { kind: 'upload' as const, key, versions, others: others.length };
    }),
  );
}

function isOf({ key, id: version, etag }: ObjectVersion, id: string, bucket: string): boolean {
  return [version, etag].some((each) => each !== '' && uploadId({ bucket, key, version: each }) === id);
}

/** In the folders of all versions of all functions of the endpoint. */
async function batchCopies(store: VersionStore, { endpoint, id }: Prediction): Promise<Copy[]> {
  const ofFunctions = await store.folders(BATCH_KEYS.results(endpoint));
  const folders = (await Promise.all(ofFunctions.map((folder) => store.folders(folder)))).flat();
  const copies = folders.flatMap((folder) => [
    copyOf(store, 'batch picture', BATCH_KEYS.annotated(folder, id)),
    copyOf(store, 'batch result', BATCH_KEYS.result(folder, id)),
  ]);
  return (await Promise.all(copies)).flat();
}

/** Folders that are searched at the same time. */
const AT_A_TIME = 16;

/** In the folders of all rollouts of all functions of the endpoint, and in those of earlier releases. */
async function shadowRecords(store: VersionStore, { endpoint, id }: Prediction): Promise<Copy[]> {
  const ofFunctions = await store.folders(KEYS.rollouts(endpoint));
  const ofRollouts = await Promise.all(ofFunctions.map((folder) => store.folders(folder)));
  const folders = [...ofFunctions, ...ofRollouts.flat()];
  const found: Copy[] = [];
  for (let start = 0; start < folders.length; start += AT_A_TIME) {
    const some = folders.slice(start, start + AT_A_TIME);
    const copies = some.map((folder) => copyOf(store, 'shadow record', KEYS.comparison(folder, id)));
    found.push(...(await Promise.all(copies)).flat());
  }
  return found;
}

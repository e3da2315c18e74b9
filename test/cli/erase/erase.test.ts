/** A picture is deleted under every key and in every version, nothing else is, and the receipt says so. */

import { readFileSync } from 'node:fs';
import { findCopies } from '../../../cli/erase/copies.ts';
import { findReports } from '../../../cli/erase/drift-reports.ts';
import { erase } from '../../../cli/erase/erase.ts';
import { copiesInWords, receiptInWords, receiptOf } from '../../../cli/erase/receipt.ts';
import { uploadId } from '../../../functions/api/upload-id.ts';
import { BATCH_KEYS } from '../../../functions/batch-contract.ts';
import { KEYS } from '../../../functions/contract.ts';
import { DRIFT_KEYS } from '../../../functions/drift-contract.ts';
import { uploadName } from '../../../functions/records/recorded-requests.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';
import { MemoryVersions } from './memory-versions.ts';

const ID = '019aabbc-0000-7000-8000-00000000000a';
const OTHER = '019aabbc-0000-7000-8000-00000000000b';
const endpoint = 'count-cars';
const ROLLOUT = KEYS.rollout({ endpoint, functionName: 'detect' }, 'v7-a');
const EARLIER = KEYS.rollout({ endpoint, functionName: 'deleted' }, 'v2-b');

/** Every key that can carry the id. */
const keysOf = (id: string) => [
  KEYS.input(endpoint, id),
  KEYS.ticketedUpload(endpoint, id),
  KEYS.annotated(endpoint, id),
  KEYS.decision(endpoint, id),
  KEYS.comparison(ROLLOUT, id),
  KEYS.comparison(EARLIER, id),
  KEYS.comparison(KEYS.formerRollouts(endpoint, '3'), id),
  KEYS.result(endpoint, id),
];

function bucketWith(...ids: string[]): MemoryVersions {
  const store = new MemoryVersions();
  for (const key of ids.flatMap(keysOf)) store.put(key);
  store.put(KEYS.shadow(ROLLOUT));
  store.put(KEYS.audit(ROLLOUT, 1));
  return store;
}

test('every key of the contract that has an id is one of those', () => {
  const contract = readFileSync('functions/contract.ts', 'utf8');
  const withId = [...contract.matchAll(/^ {2}(\w+): \(\w+: string, id: string\)/gm)].map(([, name]) => name);
  expect(withId).toEqual(['ticketedUpload', 'input', 'annotated', 'result', 'decision', 'comparison']);
});

test('the picture is deleted under every key, in all versions; others are untouched', async () => {
  const store = bucketWith(ID, OTHER);
  const untouched = bucketWith(OTHER).keys();
  store.put(KEYS.annotated(endpoint, ID));
  store.put(KEYS.input('count-apples', ID));
  store.mark(KEYS.input(endpoint, ID));
  const { complete, deleted, failed } = await erase(store, { endpoint, id: ID });
  expect({ complete, failed }).toEqual({ complete: true, failed: [] });
  expect(store.keys()).toEqual([...untouched, KEYS.input('count-apples', ID)].toSorted());
  const kind = ['input', 'upload', 'annotated picture', 'decision', ...Array(3).fill('shadow record'), 'result'];
  expect(deleted.map((each) => each.kind)).toEqual(kind);
  expect(deleted.map(({ key }) => key).toSorted()).toEqual(keysOf(ID).toSorted());
  expect(deleted[0]).toMatchObject({ versions: 1, delete_markers: 1, bytes: 10 });
  expect(deleted[2]).toMatchObject({ versions: 2, delete_markers: 0, bytes: 20 });
});

test('the input is deleted before shadow records, so that no replay writes another one; the result last', async () => {
  const store = bucketWith(ID);
  await erase(store, { endpoint, id: ID });
  expect(store.removed[0]).toBe(KEYS.input(endpoint, ID));
  expect(store.removed.at(-1)).toBe(KEYS.result(endpoint, ID));
});

test('results and pictures of batch jobs are deleted under every version', async () => {
  const store = new MemoryVersions();
  const folders = ['7', '8'].map((version) => BATCH_KEYS.ofVersion({ endpoint, functionName: 'cars' }, version));
  const id = '0123456789abcdef0123456789abcdef';
  for (const folder of folders) for (const each of [id, OTHER]) store.put(BATCH_KEYS.result(folder, each));
  store.put(BATCH_KEYS.annotated(folders[1] ?? '', id));
  const { deleted } = await erase(store, { endpoint, id });
  expect(deleted.map(({ kind }) => kind)).toEqual(['batch result', 'batch picture', 'batch result']);
  expect(store.keys()).toEqual(folders.map((folder) => BATCH_KEYS.result(folder, OTHER)));
});

describe('an upload of an S3 client', () => {
  const key = `${KEYS.uploads(endpoint)}yard.jpg`;

  test.each([
    ['by the key in its result', { uploadKey: key }],
    ['by a search of all uploads', {}],
  ])('is the version of the key with this id, found %s; other versions are other pictures', async (_, found) => {
    const store = new MemoryVersions();
    const before = store.put(key);
    const id = uploadId({ bucket: 'bucket', key, version: store.put(key) });
    store.put(`${key}.bak`);
    store.mark(key);
    const { deleted, others } = await erase(store, { endpoint, id, ...found });
    expect(deleted).toEqual([{ kind: 'upload', key, versions: 1, delete_markers: 0, bytes: 10 }]);
    expect(others).toEqual([{ key, versions: 1 }]);
    expect(store.keys()).toEqual([key, key, `${key}.bak`]);
    const rest = uploadId({ bucket: 'bucket', key, version: before });
    expect(await erase(store, { endpoint, id: rest })).toMatchObject({
      deleted: [{ key, versions: 1, delete_markers: 1 }],
    });
    expect(store.keys()).toEqual([`${key}.bak`]);
  });

  test.each([
    ['by its time', (noteKey: string) => ({ noteKey })],
    ['by a search of all inputs', () => ({})],
  ])('has a note for shadows, found %s', async (_, found) => {
    const store = new MemoryVersions();
    const id = 'f'.repeat(32);
    const [own, other] = [id, 'e'.repeat(32)].map((each) => KEYS.input(endpoint, uploadName(1_763_800_000_000, each)));
    for (const note of [own, other]) store.put(note as string);
    const { deleted } = await erase(store, { endpoint, id, ...found(own as string) });
    expect(deleted).toEqual([{ kind: 'input', key: own, versions: 1, delete_markers: 0, bytes: 10 }]);
    expect(store.keys()).toEqual([other]);
  });

  test('has its ETag as version where the event had no other', async () => {
    const store = new MemoryVersions();
    store.put(key);
    const id = uploadId({ bucket: 'bucket', key, version: 'etag' });
    expect(await erase(store, { endpoint, id })).toMatchObject({ complete: true, deleted: [{ key, versions: 1 }] });
  });
});

describe('a deletion that fails', () => {
  test('stops no other one, is in the receipt, and can be repeated; a further erasure finds nothing', async () => {
    const store = bucketWith(ID);
    store.failing = /^decisions/;
    const prediction = { endpoint, id: ID };
    const { complete, deleted, failed } = await erase(store, prediction);
    const key = KEYS.decision(endpoint, ID);
    expect(complete).toBe(false);
    expect(failed).toEqual([
      { kind: 'decision', key, version: expect.any(String), reason: 'AccessDenied: Access Denied' },
    ]);
    expect(deleted).toHaveLength(keysOf(ID).length - 1);
    expect(store.keys().filter((each) => each.includes(ID))).toEqual([key]);
    store.failing = undefined;
    expect(await erase(store, prediction)).toMatchObject({ complete: true, deleted: [{ key, versions: 1 }] });
    expect(await erase(store, prediction)).toEqual({ complete: true, deleted: [], failed: [], others: [] });
  });

  test('in the last search leaves a receipt; in the first one, nothing was deleted', async () => {
    const store = bucketWith(ID);
    store.onList = () => {
      if (store.removed.length > 0) throw new Error('503 Slow Down');
    };
    const { complete, deleted, failed } = await erase(store, { endpoint, id: ID });
    expect(complete).toBe(false);
    expect(deleted).toHaveLength(keysOf(ID).length);
    expect(failed).toEqual([{ kind: 'list', key: 'bucket', reason: 'Error: 503 Slow Down' }]);
    await expect(erase(store, { endpoint, id: ID })).rejects.toThrow('503 Slow Down');
  });
});

describe('a record that is written during the erasure', () => {
  const record = KEYS.comparison(ROLLOUT, ID);

  test('once, by a tick that had begun before, is deleted too', async () => {
    const store = bucketWith(ID);
    store.onList = () => {
      if (store.removed.length === keysOf(ID).length) store.put(record);
      if (store.removed.length >= keysOf(ID).length) store.onList = () => undefined;
    };
    const { complete, deleted } = await erase(store, { endpoint, id: ID });
    expect(complete).toBe(true);
    expect(deleted.find(({ key }) => key === record)).toMatchObject({ versions: 2 });
    expect(store.keys().some((key) => key.includes(ID))).toBe(false);
  });

  test('again and again is in the receipt', async () => {
    const store = bucketWith(ID);
    store.onList = () => {
      if (store.removed.length > 0 && !store.keys().includes(record)) store.put(record);
    };
    const { complete, failed } = await erase(store, { endpoint, id: ID });
    expect(complete).toBe(false);
    expect(failed).toMatchObject([{ key: record, reason: 'written again after each deletion' }]);
  });
});

describe('the receipt', () => {
  const at = new Date('2026-11-26T12:00:00Z');
  const wordsOf = async (store: MemoryVersions, id = ID) =>
    receiptInWords(receiptOf({ endpoint, id }, await erase(store, { endpoint, id }), { bucket: 'bucket', at }));

  test('names each key with its versions, and what remains', async () => {
    const store = bucketWith(ID);
    store.mark(KEYS.input(endpoint, ID));
    store.failing = /^decisions/;
    const words = await wordsOf(store);
    expect(words).toContain(`Erasure of ${ID} of count-cars, 2026-11-26T12:00:00.000Z, bucket bucket`);
    expect(words).toContain(`  deleted  input  inputs/count-cars/${ID}  1 version, 1 delete marker\n`);
    expect(words).toContain(`  FAILED   decision  decisions/count-cars/${ID}.json  version version-4: AccessDenied`);
    expect(words).toContain('NOT COMPLETE. Run the command again when the cause is gone.');
    expect(words).toContain('- Logs and the access log of the bucket have the id and keys, no picture. They expire.');
  });

  test('says that nothing was found', async () => {
    expect(await wordsOf(new MemoryVersions())).toContain(
      'Nothing was found: it was erased before, has expired, or no prediction has this id.',
    );
  });

  test('says that a result can follow where an upload had none', async () => {
    const store = new MemoryVersions();
    store.put(KEYS.ticketedUpload(endpoint, ID));
    expect(await wordsOf(store)).toContain('- The upload had no result yet.');
    expect(await wordsOf(bucketWith(ID))).not.toContain('The upload had no result yet.');
  });

  test('of a dry run lists the copies', async () => {
    const store = bucketWith(ID);
    expect(copiesInWords(await findCopies(store, { endpoint, id: ID }))).toContain(
      `  result  results/count-cars/${ID}.json  1 version`,
    );
    expect(store.removed).toEqual([]);
  });
});

test('versions of a drift report that show the picture are deleted, after the result', async () => {
  const bucket = new MemoryBucket();
  const report = DRIFT_KEYS.report(endpoint);
  const showing = (id: string) => ({ pictures: { before: [{ id }], after: [] } });
  bucket.put(report, showing(OTHER));
  bucket.put(report, showing(ID));
  bucket.put(DRIFT_KEYS.reference(endpoint), showing(ID));
  bucket.put(KEYS.result(endpoint, ID), {});
  const reports = () => findReports({ objects: bucket.asObjects, store: bucket.versions }, { endpoint, id: ID });
  const { complete, deleted } = await erase(bucket.versions, { endpoint, id: ID, noteKey: null }, reports);
  expect([complete, deleted.map(({ kind, versions }) => [kind, versions])]).toEqual([
    true,
    [
      ['result', 1],
      ['drift report', 1],
    ],
  ]);
  expect(await reports()).toEqual([]);
});

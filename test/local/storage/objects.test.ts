import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../../local/storage/database.ts';
import { ObjectBodies } from '../../../local/storage/object-bodies.ts';
import { keepObjects } from '../../../local/storage/object-index.ts';
import type { S3Object, S3Store } from '../../../local/storage/object-record.ts';

let folder: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'objects-'));
  database = new Database(folder);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const files = () => readdirSync(join(folder, 'objects'));

const object = (key: string, text = key): S3Object => ({
  key,
  body: Buffer.from(text),
  contentType: 'text/plain',
  contentLength: text.length,
  etag: '"tag"',
  lastModified: new Date('2026-01-01T00:00:00Z'),
  metadata: { by: 'me' },
});

/** As much of fauxqs's store, which Jest cannot load, as reads objects. */
class Store {
  readonly buckets = new Map<string, Map<string, S3Object>>();

  createBucket(name: string): void {
    this.buckets.set(name, new Map());
  }
  setBucketCreationDate(): void {}
  hasBucket(name: string): boolean {
    return this.buckets.has(name);
  }
  headObject(bucket: string): never {
    throw new Error(`no bucket ${bucket}`);
  }
}

/** The store as after a start, over what is in the folder. */
function start() {
  const bodies = new ObjectBodies(join(folder, 'objects'), database);
  const store = new Store();
  keepObjects(store as unknown as S3Store, bodies);
  return { bodies, store, list: (store as unknown as S3Store).listObjects };
}

function filled(...keys: readonly string[]) {
  const started = start();
  started.bodies.insertBucket('b', new Date(), 'general-purpose');
  started.store.createBucket('b');
  for (const key of keys) started.bodies.upsertObject('b', object(key));
  return started;
}

test('objects are the same after a restart, whatever their keys', () => {
  const { bodies } = filled('../../up', 'gone');
  bodies.upsertObject('b', object('../../up', 'another'));
  bodies.deleteObject('b', 'gone');
  const again = start();
  const objects = again.store.buckets.get('b');
  // fauxqs reads a body that is empty, by `readBody`.
  expect(objects?.get('../../up')).toEqual({ ...object('../../up', 'another'), body: Buffer.alloc(0) });
  expect(again.bodies.readBody('b', '../../up').toString()).toBe('another');
  expect([objects?.has('gone'), objects?.size]).toEqual([false, 1]);
  expect(() => again.bodies.readBody('b', 'gone')).toThrow('Expected a stored object for b/gone, received none');
  expect(files()).toHaveLength(1);
});

test('a body that a crash has left without a row is removed', () => {
  filled('kept');
  writeFileSync(join(folder, 'objects', 'left'), 'half');
  const { bodies } = start();
  expect(files()).toHaveLength(1);
  expect(bodies.readBody('b', 'kept').toString()).toBe('kept');
});

/** Keys and common prefixes, in pages. */
function pages({ list }: ReturnType<typeof start>, options: Parameters<S3Store['listObjects']>[1]): string[] {
  const { objects, commonPrefixes, isTruncated } = list('b', options);
  const found = [...objects.map(({ key }) => key), ...commonPrefixes];
  return isTruncated
    ? [...found, ...pages({ list } as never, { ...options, startAfter: found.at(-1) as string })]
    : found;
}

test('a list in pages has every key once, in order of the bytes', () => {
  const keys = ['B', 'a', 'a b', 'a/1', 'a/2', 'b/1', 'c', 'ä'];
  const started = filled(...keys.toReversed());
  expect(pages(started, {})).toEqual(keys);
  expect(pages(started, { maxKeys: 1 })).toEqual(keys);
  expect(pages(started, { maxKeys: 3 })).toEqual(keys);
  expect(pages(started, { prefix: 'a' })).toEqual(['a', 'a b', 'a/1', 'a/2']);
  expect(pages(started, { prefix: 'a/', maxKeys: 1 })).toEqual(['a/1', 'a/2']);
  expect(pages(started, { startAfter: 'a/1' })).toEqual(['a/2', 'b/1', 'c', 'ä']);
  expect(pages(started, { marker: 'c' })).toEqual(['ä']);
  expect(() => started.list('other')).toThrow('no bucket other');
});

test('keys below a delimiter are one common prefix', () => {
  const started = filled('a/1', 'a/2', 'a/3', 'b', 'c/1', 'c/d/2');
  const list = (options: object) => pages(started, { delimiter: '/', ...options });
  expect(list({})).toEqual(['b', 'a/', 'c/']);
  expect(list({ prefix: 'c/' })).toEqual(['c/1', 'c/d/']);
  expect(list({ startAfter: 'a/2' })).toEqual(['b', 'c/']);
  expect(list({ startAfter: 'a/' })).toEqual(['b', 'c/']);
  expect(list({ maxKeys: 1 })).toEqual(['a/', 'b', 'c/']);
});

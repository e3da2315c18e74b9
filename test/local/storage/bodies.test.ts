/** Bodies of objects on disk: what stays, what is freed, over restarts and changes in any order. */

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { BodyFiles } from '../../../local/storage/body-files.ts';
import { Database } from '../../../local/storage/database.ts';
import { ObjectBodies } from '../../../local/storage/object-bodies.ts';
import type { S3Object } from '../../../local/storage/object-record.ts';

/** So that a few bodies fill a file. */
const FILE_BYTES = 1000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bodies-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const bodiesFolder = () => join(folder, 'objects');
const files = () => readdirSync(bodiesFolder()).map((name) => join(bodiesFolder(), name));
const onDisk = () => Buffer.concat(files().map((file) => readFileSync(file))).toString();
const diskBytes = () => files().reduce((sum, file) => sum + statSync(file).size, 0);

function object(key: string, text: string): S3Object {
  const body = Buffer.from(text);
  const lastModified = new Date('2026-01-01T00:00:00Z');
  return { key, body, contentType: 'text/plain', contentLength: body.length, etag: '"t"', lastModified, metadata: {} };
}

/** The bodies as one process of the emulator has them. */
class Emulated {
  private isEnded = false;
  private readonly database = new Database(folder);
  readonly bodies = new ObjectBodies(bodiesFolder(), this.database, FILE_BYTES);

  put(key: string, text: string): void {
    this.bodies.upsertObject('b', object(key, text));
  }

  text(key: string): string {
    return this.bodies.readBody('b', key).toString();
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.bodies.close();
    this.database.close();
  }

  /** Leaves the disk as `kill -9` does. */
  crash(): void {
    this.isEnded = true;
    this.database.close();
  }
}

test('many bodies share a file', () => {
  const emulated = new Emulated();
  for (let index = 0; index < 40; index++) emulated.put(`k${index}`, `body ${index} `.repeat(10));
  expect(files().length).toBeLessThan(8);
  expect(emulated.text('k17')).toBe('body 17 '.repeat(10));
  emulated.end();
});

test.each(['a compaction', 'the end'])('after %s, nobody reads from the disk what was deleted', async (when) => {
  const emulated = new Emulated();
  for (const key of ['kept', 'deleted', 'overwritten']) emulated.put(key, `secret of ${key}`);
  emulated.bodies.deleteObject('b', 'deleted');
  emulated.put('overwritten', 'another');
  // Until the rows are on the disk, a power failure could bring them back.
  expect(onDisk()).toMatch(/secret of deleted/);
  if (when === 'a compaction') await emulated.bodies.compact();
  else emulated.end();
  expect(onDisk()).toContain('secret of kept');
  expect(onDisk()).not.toMatch(/secret of (deleted|overwritten)/);
  emulated.end();
});

test('after a crash, the next emulator overwrites what was deleted before it, and half a body', async () => {
  const crashed = new Emulated();
  for (const key of ['first', 'kept', 'middle', 'also kept', 'last']) crashed.put(key, `secret of ${key}`);
  for (const key of ['first', 'middle', 'last']) crashed.bodies.deleteObject('b', key);
  crashed.crash();
  const [file] = files() as [string];
  appendFileSync(file, 'secret of half');
  const emulated = new Emulated();
  emulated.put('next', 'next');
  await emulated.bodies.overwriteFreed();
  expect(onDisk()).not.toMatch(/secret of (first|middle|last|half)/);
  expect(['kept', 'also kept', 'next'].map((key) => emulated.text(key))).toEqual([
    'secret of kept',
    'secret of also kept',
    'next',
  ]);
  emulated.end();
});

test('a file of which nothing is in use is removed, and one with little is given back', async () => {
  const emulated = new Emulated();
  const text = 'x'.repeat(100);
  for (let index = 0; index < 100; index++) emulated.put(`k${index}`, text);
  for (let index = 0; index < 100; index++) if (index % 10 !== 3) emulated.bodies.deleteObject('b', `k${index}`);
  expect(diskBytes()).toBeGreaterThanOrEqual(9000);
  await emulated.bodies.compact();
  expect(diskBytes()).toBeLessThanOrEqual(2 * FILE_BYTES);
  for (let index = 3; index < 100; index += 10) expect(emulated.text(`k${index}`)).toBe(text);
  for (let index = 3; index < 100; index += 10) emulated.bodies.deleteObject('b', `k${index}`);
  await emulated.bodies.compact();
  expect(files()).toHaveLength(1);
  emulated.end();
  expect(files()).toHaveLength(1);
  new Emulated().end();
  expect(files()).toHaveLength(0);
});

test('a change during a compaction stays', async () => {
  const emulated = new Emulated();
  for (let index = 0; index < 200; index++) emulated.put(`k${index}`, `${index}`.padEnd(20));
  for (let index = 0; index < 200; index++) if (index % 3 > 0) emulated.bodies.deleteObject('b', `k${index}`);
  // In the order of the keys: the first two are moved in the first turn, the others later.
  const [deleted, changed] = [
    ['k0', 'k96'],
    ['k102', 'k99'],
  ] as const;
  const compacted = emulated.bodies.compact();
  await setImmediate();
  await setImmediate();
  for (const key of deleted) emulated.bodies.deleteObject('b', key);
  for (const key of changed) emulated.put(key, `${key} changed`);
  await compacted;
  for (const key of changed) expect(emulated.text(key)).toBe(`${key} changed`);
  for (const key of deleted)
    expect(() => emulated.text(key)).toThrow(`Expected a stored object for b/${key}, received none`);
  const others = Array.from({ length: 67 }, (_, index) => 3 * index).filter(
    (index) => ![0, 96, 99, 102].includes(index),
  );
  for (const index of others) expect(emulated.text(`k${index}`)).toBe(`${index}`.padEnd(20));
  await emulated.bodies.compact();
  expect(onDisk()).not.toMatch(/\b(0|96|99|102) +/);
  expect(diskBytes()).toBeLessThanOrEqual(2 * 65 * 20 + FILE_BYTES);
  emulated.end();
});

test('half a body that a crash has left is never read, nor followed by another', () => {
  const before = new Emulated();
  before.put('kept', 'whole');
  before.end();
  const [file] = files() as [string];
  writeFileSync(file, 'wholehal');
  const after = new Emulated();
  after.put('next', 'next');
  expect([after.text('kept'), after.text('next')]).toEqual(['whole', 'next']);
  expect(readFileSync(file, 'utf8')).toBe('wholehal');
  after.end();
});

test('the state of an earlier release, with a file for each body, is read', () => {
  new Emulated().end();
  writeFileSync(join(bodiesFolder(), 'of-one'), 'old body');
  const { body: _body, lastModified, ...about } = object('old', 'old body');
  const row = { bucket: 'b', file: 'of-one', object: { ...about, lastModified: lastModified.toISOString() } };
  const database = new DatabaseSync(join(folder, 'state.db'));
  database.exec('DROP TABLE objects');
  database.exec('CREATE TABLE objects (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT)');
  database.prepare('INSERT INTO objects (key, value) VALUES (?, ?)').run('b/old', JSON.stringify(row));
  database.exec('PRAGMA user_version = 1');
  database.close();
  const emulated = new Emulated();
  expect(emulated.text('old')).toBe('old body');
  emulated.bodies.deleteObject('b', 'old');
  emulated.end();
  expect(files()).toEqual([]);
});

test('a body that the disk has lost is an error, not other bytes', () => {
  const bodies = new BodyFiles(folder, []);
  const place = bodies.append(Buffer.from('body'));
  expect(() => bodies.read({ ...place, length: 9 })).toThrow(`Expected 9 bytes at 0 of ${place.file}, received 4`);
  expect(() => bodies.read({ ...place, file: 'none' })).toThrow('ENOENT');
  bodies.close();
});

test('an empty body keeps no file, and is no reason to stop', async () => {
  const emulated = new Emulated();
  emulated.put('empty', '');
  for (let index = 0; index < 30; index++) emulated.put(`k${index}`, 'x'.repeat(100));
  for (let index = 0; index < 30; index++) emulated.bodies.deleteObject('b', `k${index}`);
  await emulated.bodies.compact();
  expect(emulated.text('empty')).toBe('');
  expect(files()).toHaveLength(1);
  emulated.end();
});

test('a body that cannot be moved keeps its file, and no other', async () => {
  const emulated = new Emulated();
  for (let index = 0; index < 60; index++) emulated.put(`k${index}`.padEnd(4, '_'), `${index}`.repeat(50));
  const lost = files().find((file) => readFileSync(file, 'utf8').includes('0'.repeat(50))) as string;
  for (let index = 0; index < 60; index++) if (index % 4) emulated.bodies.deleteObject('b', `k${index}`.padEnd(4, '_'));
  truncateSync(lost, 10);
  await expect(emulated.bodies.compact()).rejects.toThrow(/^Bodies of objects could not be moved: Expected \d+ bytes/);
  expect(files()).toContain(lost);
  expect(files().length).toBeLessThanOrEqual(3);
  for (let index = 20; index < 60; index += 4)
    expect(emulated.text(`k${index}`.padEnd(4, '_'))).toBe(`${index}`.repeat(50));
  emulated.end();
});

test('after a write that failed half-way, the bodies before and after are whole', () => {
  // A file-size limit fails writes as a full disk does.
  const script = `
    process.on('SIGXFSZ', () => {});
    const { BodyFiles } = await import(${JSON.stringify(pathToFileURL(resolve('local/storage/body-files.ts')).href)});
    const bodies = new BodyFiles(${JSON.stringify(folder)}, []);
    const first = bodies.append(Buffer.alloc(1000, 'a'));
    let failed;
    try { bodies.append(Buffer.alloc(100_000, 'b')); } catch (error) { failed = error.code; }
    const third = bodies.append(Buffer.alloc(500, 'c'));
    console.log(JSON.stringify([failed, String(bodies.read(first)), String(bodies.read(third))]));`;
  const node = `${process.execPath} --input-type=module -e "$SCRIPT"`;
  const env = { ...process.env, SCRIPT: script };
  const output = execFileSync('bash', ['-c', `ulimit -f 8; exec ${node}`], { env, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual(['EFBIG', 'a'.repeat(1000), 'c'.repeat(500)]);
});

test('hundreds of thousands of objects can be freed at a time', () => {
  const bodies = new BodyFiles(folder, [], 1);
  const places = [bodies.append(Buffer.from('first')), bodies.append(Buffer.from('second'))] as const;
  const empty = { ...places[0], length: 0 };
  for (let freed = 0; freed < 300_000; freed += 1) bodies.free(empty);
  bodies.free(places[0]);
  bodies.confirmFreed();
  expect(bodies.overwriteFreed()).toBe(false);
  expect(readdirSync(folder)).toEqual([places[1].file]);
  bodies.close();
});

type Change = readonly ['put', string, number] | readonly ['delete', string] | readonly ['compact'] | readonly ['end'];

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const changes = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant('put' as const), keys, fc.nat(400)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('delete' as const), keys) },
    { weight: 1, arbitrary: fc.constant(['compact'] as const) },
    { weight: 1, arbitrary: fc.constant(['end'] as const) },
  ),
  { maxLength: 60 },
);

test('after any changes, compactions and restarts, every object has its last body', async () => {
  const run = async (all: readonly Change[]) => {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'bodies-'));
    const expected = new Map<string, string>();
    let emulated = new Emulated();
    for (const [index, [kind, key = '', length = 0]] of all.entries()) {
      const text = `${key}${index}`.repeat(length);
      if (kind === 'put') emulated.put(key, text);
      if (kind === 'put') expected.set(key, text);
      if (kind === 'delete') emulated.bodies.deleteObject('b', key);
      if (kind === 'delete') expected.delete(key);
      if (kind === 'compact') await emulated.bodies.compact();
      if (kind !== 'end') continue;
      emulated.end();
      emulated = new Emulated();
    }
    const found = new Map([...expected.keys()].map((key) => [key, emulated.text(key)]));
    expect(found).toEqual(expected);
    await emulated.bodies.compact();
    const used = [...expected.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const largest = 400 * 3;
    expect(diskBytes()).toBeLessThanOrEqual(2 * used + FILE_BYTES + largest);
    emulated.end();
  };
  await fc.assert(fc.asyncProperty(changes, run), { numRuns: 60 });
});

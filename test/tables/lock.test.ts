/** One writer at a time changes the tables, and a writer that died keeps nobody from it for long. */

import { LOCK_SECONDS, TablesLockedError, withTables } from '../../functions/tables/lock.ts';
import { TABLE_KEYS } from '../../functions/tables-contract.ts';
import { MemoryBucket } from './memory-bucket.ts';

const at = (time: string) => ({ now: () => new Date(time) });
const NOON = '2026-11-26T12:00:00.000Z';

test('a second writer is refused until the first has ended', async () => {
  const objects = new MemoryBucket().asObjects;
  const second = () => withTables(objects, { holder: 'erase', clock: at(NOON) }, async () => 'done');
  await withTables(objects, { holder: 'run-1', clock: at(NOON) }, async () => {
    await expect(second()).rejects.toThrow(
      'Expected tables that nobody changes, received the lock of run-1, until 2026-11-26T12:20:00.000Z at the latest',
    );
  });
  expect(await second()).toBe('done');
});

test('an error of the work releases the lock', async () => {
  const objects = new MemoryBucket().asObjects;
  const failing = withTables(objects, { holder: 'a', clock: at(NOON) }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withTables(objects, { holder: 'b', clock: at(NOON) }, async () => 1)).toBe(1);
});

test('the lock of a writer that died is taken by its repetition at once, by others after its time', async () => {
  const bucket = new MemoryBucket();
  const until = new Date(Date.parse(NOON) + LOCK_SECONDS * 1000).toISOString();
  bucket.put(TABLE_KEYS.lock, { holder: 'run-1', until });
  const take = (holder: string, time: string) =>
    withTables(bucket.asObjects, { holder, clock: at(time) }, async () => 1);
  await expect(take('run-2', '2026-11-26T12:19:59.000Z')).rejects.toThrow(TablesLockedError);
  expect(await take('run-1', NOON)).toBe(1);
  bucket.put(TABLE_KEYS.lock, { holder: 'run-1', until });
  expect(await take('run-2', '2026-11-26T12:20:00.001Z')).toBe(1);
});

test('of two writers that find the lock free, one gets it', async () => {
  const bucket = new MemoryBucket();
  bucket.onCall = (name) => {
    if (name === 'put') bucket.put(TABLE_KEYS.lock, { holder: 'other', until: '2026-11-26T12:20:00.000Z' });
  };
  const taken = withTables(bucket.asObjects, { holder: 'own', clock: at(NOON) }, async () => 1);
  await expect(taken).rejects.toThrow('received the lock of another writer');
  expect(bucket.json(TABLE_KEYS.lock)).toMatchObject({ holder: 'other' });
});

test('a lock that another writer has taken since stays', async () => {
  const bucket = new MemoryBucket();
  const other = { holder: 'other', until: '2026-11-26T13:00:00.000Z' };
  await withTables(bucket.asObjects, { holder: 'own', clock: at(NOON) }, async () =>
    bucket.put(TABLE_KEYS.lock, other),
  );
  expect(bucket.json(TABLE_KEYS.lock)).toEqual(other);
});

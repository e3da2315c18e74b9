import { pathOf } from '../../../local/s3/request.ts';
import { Versions } from '../../../local/s3/versions.ts';
import { Database } from '../../../local/storage/database.ts';
import type { StoreRequest } from '../../../local/storage/s3-routes.ts';
import type { Store } from '../../../local/storage/store.ts';

const MB = 1_000_000;
const at = (key: string) => ({ bucket: 'bucket', key });

/** Paths of the objects in the store. */
let stored: Set<string>;
let versions: Versions;

async function s3({ method, path }: StoreRequest): Promise<{ status: number }> {
  if (method === 'PUT') stored.add(path);
  if (method === 'DELETE') stored.delete(path);
  return { status: stored.has(path) ? 200 : 404 };
}

beforeEach(() => {
  stored = new Set();
  versions = new Versions({ store: { s3 } as unknown as Store, table: new Database().table('versions') }, 10 * MB);
});

/** Puts 4 MB as the emulator does. */
async function put(key: string): Promise<string> {
  await versions.keep(at(key));
  stored.add(`/bucket/${key}`);
  return versions.begin(at(key), { size: 4 * MB, etag: 'etag' });
}

async function remove(key: string): Promise<void> {
  await versions.keep(at(key));
  stored.delete(`/bucket/${key}`);
  versions.end(at(key));
}

function has(key: string, version: string): boolean {
  return stored.has(pathOf(versions.find(at(key), version)));
}

test('of overwritten objects, the newest 10 MB are kept', async () => {
  const ids: string[] = [];
  for (const _ of Array(5).keys()) ids.push(await put('same'));
  expect(ids.map((id) => has('same', id))).toEqual([false, false, true, true, true]);
});

test('of deleted objects, too', async () => {
  const ids = new Map<string, string>();
  for (const key of ['a', 'b', 'c', 'd']) {
    ids.set(key, await put(key));
    await remove(key);
  }
  expect([...ids].map(([key, id]) => has(key, id))).toEqual([false, false, true, true]);
});

test('a version that is removed for good makes room', async () => {
  const [first, second] = [await put('same'), await put('same')];
  await put('same');
  await versions.remove(at('same'), first);
  await put('same');
  expect(has('same', second)).toBe(true);
});

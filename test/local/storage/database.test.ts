import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Database, StateFormatError } from '../../../local/storage/database.ts';
import { ObjectBodies } from '../../../local/storage/object-bodies.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a table keeps its values in the order of their first insertion', () => {
  const first = new Database(folder);
  const table = first.table<{ n: number }>('things');
  table.put('b', { n: 1 });
  table.put('a', { n: 2 });
  table.put('b', { n: 3 });
  table.put('c', { n: 4 });
  table.delete('c');
  first.close();
  expect(new Database(folder).table('things').entries()).toEqual([
    ['b', { n: 3 }],
    ['a', { n: 2 }],
  ]);
});

test('changes together are whole or absent', () => {
  const database = new Database();
  const table = database.table<number>('numbers');
  const work = () =>
    database.together(() => {
      table.put('a', 1);
      throw new Error('on the way');
    });
  expect(work).toThrow('on the way');
  expect(table.entries()).toEqual([]);
});

test('a state of another format is refused', () => {
  new DatabaseSync(join(folder, 'state.db')).exec('PRAGMA user_version = 99');
  expect(() => new Database(folder)).toThrow(StateFormatError);
  expect(() => new Database(folder)).toThrow(`Expected a state of format 1 in ${folder}, received format 99.`);
});

describe('bodies of objects', () => {
  const object = (key: string, text: string) => ({
    key,
    body: Buffer.from(text),
    contentType: 'text/plain',
    contentLength: text.length,
    etag: '"tag"',
    lastModified: new Date('2026-01-01T00:00:00Z'),
    metadata: { by: 'me' },
  });

  function restored(bodies: ObjectBodies) {
    const [buckets, objects]: [string[], object[]] = [[], []];
    bodies.loadS3({
      createBucket: (name: string) => buckets.push(name),
      setBucketCreationDate: () => {},
      restoreObject: (bucket: string, one: object) => objects.push({ bucket, ...one }),
    } as never);
    return { buckets, objects };
  }

  test('are whole after a restart, whatever their keys', () => {
    const database = new Database();
    const bodies = new ObjectBodies(join(folder, 'objects'), database);
    bodies.insertBucket('b', new Date(), 'general-purpose');
    bodies.upsertObject('b', object('../../up', 'one'));
    bodies.upsertObject('b', object('../../up', 'another'));
    bodies.upsertObject('b', object('gone', 'x'));
    bodies.deleteObject('b', 'gone');

    const again = new ObjectBodies(join(folder, 'objects'), database);
    const { buckets, objects } = restored(again);
    expect(buckets).toEqual(['b']);
    const { body: _, ...metadata } = object('../../up', 'another');
    expect(objects).toEqual([{ bucket: 'b', ...metadata, body: Buffer.alloc(0) }]);
    expect(again.readBody('b', '../../up').toString()).toBe('another');
    expect(readdirSync(join(folder, 'objects'))).toHaveLength(1);
    expect(() => again.readBody('b', 'gone')).toThrow('Expected a stored object for b/gone, received none');
  });

  test('that a crash has left without a row are removed', () => {
    const database = new Database();
    const bodies = new ObjectBodies(join(folder, 'objects'), database);
    writeFileSync(join(folder, 'objects', 'left'), 'half');
    restored(bodies);
    expect(readdirSync(join(folder, 'objects'))).toEqual([]);
  });
});

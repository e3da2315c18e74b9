import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Database, StateFormatError } from '../../../local/storage/database.ts';

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

test('a table in order of its keys has each key once', () => {
  const table = new Database().table<number>('things', 'keys');
  for (const [index, key] of ['b', 'a', 'é', 'B', 'b'].entries()) table.put(key, index);
  table.delete('a');
  expect(table.entries()).toEqual([
    ['B', 3],
    ['b', 4],
    ['é', 2],
  ]);
  expect([table.get('b'), table.get('a')]).toEqual([4, undefined]);
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
  expect(() => new Database(folder)).toThrow(`Expected a state of format 2 in ${folder}, received format 99.`);
});

test('keys below a prefix come in order of their bytes, in pages, and without those before', () => {
  const table = new Database().table<number>('numbers');
  const keys = Array.from({ length: 1200 }, (_, index) => `in/${String(index).padStart(4, '0')}`);
  for (const [index, key] of keys.toReversed().entries()) table.put(key, index);
  for (const key of ['a', 'in', 'in.', 'in0', 'im/x', 'in/B', 'in/é', 'in/a', 'in/\u{1F600}', 'in/\uFF5E'])
    table.put(key, 0);
  const others = ['in/B', 'in/a', 'in/é', 'in/\uFF5E', 'in/\u{1F600}'];
  const below = (prefix: string, after?: string) => [...table.below(prefix, after)].map(([key]) => key);
  expect(below('in/')).toEqual([...keys, ...others]);
  expect(below('in/', 'in/1199')).toEqual(others);
  expect(below('in/', 'in/a')).toEqual(others.slice(2));
  expect(below('in/', 'z')).toEqual([]);
  expect(below('nothing')).toEqual([]);
});

test('a walk through a table may delete', () => {
  const table = new Database().table<number>('numbers');
  for (const index of Array(1100).keys()) table.put(`k${index}`, index);
  for (const [key] of table.below('k')) table.delete(key);
  expect(table.entries()).toEqual([]);
});

test('a range of keys is deleted up to its end, which stays', () => {
  const table = new Database().table<number>('numbers');
  for (const key of ['a', 'b', 'b1', 'c']) table.put(key, 0);
  table.deleteRange('b', 'c');
  expect(table.entries().map(([key]) => key)).toEqual(['a', 'c']);
});

/** Values of answers: exact numbers, times in UTC, and nothing that a terminal would obey. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBTimestampTZValue } from '@duckdb/node-api';
import type { Cell } from '../../../cli/query/cells.ts';
import { Database } from '../../../cli/query/database.ts';
import { tableOf } from '../../../cli/query/output.ts';
import { TABLE_KEYS } from '../../../functions/tables-contract.ts';
import { newFolder } from '../../tables/results.ts';

let database: Database;
beforeAll(async () => {
  // As the package sets it on a machine in New York.
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = -300;
  database = await Database.open(newFolder());
});
afterAll(() => database.close());

async function found(expression: string): Promise<Cell | undefined> {
  const [[row]] = (await Array.fromAsync((await database.query(`select ${expression}`)).rows)) as [Cell[][]];
  return row?.[0];
}

test.each<[string, Cell]>([
  ['0.1::decimal(3, 1)', 0.1],
  ['-7.50::decimal(5, 2)', -7.5],
  ['3::decimal(5, 2)', 3],
  ['12345678901234567890.123456789::decimal(38, 9)', '12345678901234567890.123456789'],
  ['9007199254740993::decimal(20, 0)', '9007199254740993'],
])('the decimal %s is a number where that is exact, else text', async (expression, value) => {
  expect(await found(expression)).toBe(value);
});

test('a time with a zone is shown in UTC, whatever the zone of the machine is', async () => {
  expect(await found("timestamptz '2026-11-26 23:30:00+00'")).toBe('2026-11-26 23:30:00+00');
});

test('a table shows control characters as symbols, because keys of uploads may have them', () => {
  const text = tableOf(['key\x1b[2J'], [['a\x1b]0;title\x07\n\t\x7f\x9bb']], 80);
  expect(text).toContain('key␛[2J');
  expect(text).toContain('a␛]0;title␇␊␉␡�b');
  const block = tableOf(['key'], [[`${'x'.repeat(80)}\x1b[2J`]], 40);
  expect(block).toBe(`row 1\nkey  ${'x'.repeat(80)}␛[2J`);
});

test('a damaged file is named in a message without a stack; tables without files have no rows', async () => {
  const folder = newFolder();
  await database.attach(folder);
  expect(await found('count(*) from objects')).toBe(0);
  const path = join(folder, TABLE_KEYS.file('pictures', { endpoint: 'x', day: '2026-11-26' }));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'no table');
  const attached = Database.open(folder).then((other) => other.attach(folder).finally(() => other.close()));
  await expect(attached).rejects.toMatchObject({ name: 'QueryError', exitCode: 1 });
  await expect(attached).rejects.toThrow(`Expected tables in ${folder}, received an error.`);
});

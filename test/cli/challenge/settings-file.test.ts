import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWinner } from '../../../cli/challenge/settings-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function settings(endpoints: string, before = ''): string {
  const path = join(folder, `settings-${files++}.cjs`);
  writeFileSync(path, `${before}exports.deployment = { name: 'shop', endpoints: [${endpoints}] };\n`);
  return path;
}

const text = (path: string) => /\[(.*)\]/s.exec(readFileSync(path, 'utf8'))?.[1];

const COMMENTED = "{ // one, { two\n name: 'a', /* model: 'x', */";

test.each([
  ["{ name: 'a', model: 'old' }", { model: 'new' }, "{ name: 'a', model: 'new' }"],
  ['{ model: "old", name: "a" }', { model: 'new' }, '{ model: \'new\', name: "a" }'],
  [
    "{ name: 'a', model: 'old', labels: ['car'] }",
    { model: 'new', confidence: 0.4 },
    "{ name: 'a', model: 'new', confidence: 0.4, labels: ['car'] }",
  ],
  [
    "{ name: 'a', model: 'old', confidence: 0.2, iou: 0.5 }",
    { model: 'old', confidence: 0.4, iou: 0.3 },
    "{ name: 'a', model: 'old', confidence: 0.4, iou: 0.3 }",
  ],
  ["{ name: 'a', model: 'old', confidence: 0.2 }", { model: 'new' }, "{ name: 'a', model: 'new' }"],
  ["{ name: 'a', confidence: 0.2, model: 'old' }", { model: 'new' }, "{ name: 'a', model: 'new' }"],
  [
    `${COMMENTED} model: 'old', // , last\n rollout: [{ name: 'b' }] }, { name: 'c', model: 'old' }`,
    { model: 'new' },
    `${COMMENTED} model: 'new', // , last\n rollout: [{ name: 'b' }] }, { name: 'c', model: 'old' }`,
  ],
])('%s', async (before, winner, after) => {
  const path = settings(before);
  expect(await writeWinner(path, 'a', winner)).toBe(true);
  expect(text(path)).toBe(after);
});

test('leaves a file as it is that says so already', async () => {
  const path = settings("{ name: 'a', model: 'new', confidence: 0.4 }");
  const before = readFileSync(path, 'utf8');
  expect(await writeWinner(path, 'a', { model: 'new', confidence: 0.4 })).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test.each([
  ['a model by a name', "{ name: 'a', ...shared }", "const shared = { model: 'old' };\n"],
  ['two objects of the name', "{ name: 'a', model: 'old', more: { name: 'a' } }", ''],
  [
    'a value that is used twice',
    "{ name: 'a', model: old }, { name: 'b', model: old }",
    "const old = 'old';\nlet x = { name: 'a' };\n",
  ],
])('is left to people, who are told what to write: %s', async (_, endpoints, before) => {
  const path = settings(endpoints, before);
  const source = readFileSync(path, 'utf8');
  await expect(writeWinner(path, 'a', { model: 'new', confidence: 0.4 })).rejects.toThrow(
    `${path} cannot be changed by a program. Write model: 'new', confidence: 0.4 into the endpoint a yourself, then ` +
      'run: npm run deploy -- -c chosen=a',
  );
  expect(readFileSync(path, 'utf8')).toBe(source);
  expect(readdirSync(folder).filter((name) => name.includes('edited'))).toEqual([]);
});

/** The structure of `local/`: imports without circles, one folder for each AWS service, small folders. */

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const LOCAL = join(__dirname, '..', '..', 'local');

/** Files of `local/` that a file imports, for values or types. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(LOCAL, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => normalize(join(dirname(file), path)));
}

const FILES = globSync('**/*.ts', { cwd: LOCAL });
const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));

/** The first circle that begins at a file. */
function circleFrom(file: string, path: readonly string[] = []): string[] | undefined {
  if (path.includes(file)) return file === path[0] ? [...path, file] : undefined;
  for (const target of IMPORTS.get(file) ?? []) {
    const circle = circleFrom(target, [...path, file]);
    if (circle) return circle;
  }
  return undefined;
}

test('imports have no circle, those of types included', () => {
  expect(FILES.map((file) => circleFrom(file)?.join(' → ')).filter(Boolean)).toEqual([]);
});

test('the folders of the services import no program, and nothing that puts the services together', () => {
  const above = /^(main|deploy|emulator|resources|protocol\/aws-endpoint)\.ts$|^cli\//;
  const services = FILES.filter((file) => file.includes('/') && !file.startsWith('cli/'));
  const found = services.flatMap((file) => (IMPORTS.get(file) ?? []).filter((target) => above.test(target)));
  expect(found).toEqual([]);
});

test.each([
  ['cloudformation', ['api.ts', 'resources.ts']],
  ['cloudwatch', ['api.ts']],
  ['events', ['resources.ts']],
  ['http-api', ['resources.ts']],
  ['lambda', ['api.ts', 'resources.ts']],
  ['s3', ['api.ts', 'resources.ts']],
  ['sns', ['resources.ts']],
  ['sqs', ['api.ts', 'resources.ts']],
  ['states', ['api.ts', 'resources.ts']],
])('the folder of %s has %j', (folder, names) => {
  expect(readdirSync(join(LOCAL, folder))).toEqual(expect.arrayContaining(names));
});

test('no folder has more than 20 files', () => {
  const folders = new Set(FILES.map(dirname));
  const large = [...folders].filter((folder) => readdirSync(join(LOCAL, folder)).length > 20);
  expect(large).toEqual([]);
});

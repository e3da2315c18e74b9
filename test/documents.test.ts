/** Documents: their links, paths, commands and dependencies exist; their lines are short. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync('models')
    .map((name) => join('models', name, 'MODEL_CARD.md'))
    .filter(existsSync),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
const README = readFileSync('README.md', 'utf8');
const { scripts, dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Headings as GitHub names their anchors. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(DOCUMENTS)('every link of %s leads somewhere', (path) => {
  const text = readFileSync(path, 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = targets.filter((target) => {
    if (/^https:\/\//.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? path : join(dirname(path), file);
    if (!existsSync(found)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(found, 'utf8')).includes(anchor);
  });
  expect(broken).toEqual([]);
});

const ARCHITECTURE = readFileSync('docs/architecture.md', 'utf8');
const FILES = ['functions', 'lib', 'local', 'cli', 'layers', 'bench', 'test', 'models'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/node_modules|(^|\/)build\//.test(path))
    .map((path) => join(folder, path)),
);

test('every file and folder that docs/architecture.md names exists', () => {
  const named = [...ARCHITECTURE.matchAll(/`(\w[\w./-]*(?:\/|\.(?:ts|html|css|json)))`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(80);
  // A bare file name follows the folder that its sentence names.
  const exists = (path: string) => existsSync(path) || FILES.some((file) => file.endsWith(`/${path}`));
  expect(named.filter((path) => !exists(path))).toEqual([]);
});

/** The rows of the diagram, top to bottom: each the folders and files that it shows. */
const ROWS = (/```\n([\s\S]+?)```/.exec(ARCHITECTURE)?.[1] ?? '').split('\n').map((line) => {
  const names = (line.split('#')[0] ?? '').match(/[\w-]+\/|[\w-]+\.ts/g) ?? [];
  return names.map((name) => (line.startsWith(' ') ? `functions/${name}` : name));
});
const rowOf = (path: string) =>
  ROWS.findIndex((names) => names.some((name) => name !== 'functions/' && path.startsWith(name)));

test('the diagram of docs/architecture.md shows no module above one that imports it', () => {
  const sources = FILES.filter((path) => path.endsWith('.ts') && rowOf(path) >= 0);
  const upward = sources.flatMap((file) => {
    const specifiers = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(
      ([, to = '']) => to,
    );
    return specifiers
      .map((specifier) => join(dirname(file), specifier))
      .filter((target) => rowOf(target) >= 0 && rowOf(target) < rowOf(file))
      .map((target) => `${file} imports ${target}`);
  });
  expect(sources.length).toBeGreaterThan(300);
  expect(upward).toEqual([]);
});

test.each(['functions', 'local'])('docs/architecture.md names every folder of %s', (parent) => {
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(
    folders.map(({ name }) => `${parent}/${name}/`).filter((path) => !ARCHITECTURE.includes(`\`${path}\``)),
  ).toEqual([]);
});

/** The commands that generate these pages choose the width of their tables. */
const GENERATED = ['docs/simulation.md', 'docs/faults.md', 'docs/drift-simulation.md'];

test.each(DOCUMENTS.filter((path) => !GENERATED.includes(path)))('%s has no line over 120 columns', (path) => {
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.filter((line) => [...line].length > 120)).toEqual([]);
});

test('the README has fewer than 180 lines', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThan(180);
});

test('every npm command that the documents name is one', () => {
  const texts = DOCUMENTS.map((path) => readFileSync(path, 'utf8')).join('\n');
  const named = [...texts.matchAll(/npm run ([a-z][a-z:0-9]*)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});

test('docs/dependencies.md gives the reason for each dependency, and for nothing else', () => {
  const table = readFileSync('docs/dependencies.md', 'utf8');
  const named = [...table.matchAll(/^\| (?!package |---)(.+?) \|/gm)].flatMap(([, names = '']) => names.split(', '));
  const installed = Object.keys({ ...dependencies, ...devDependencies });
  const isMeant = (name: string, each: string) =>
    name.endsWith('*') ? each.startsWith(name.slice(0, -1)) : each === name;
  expect(installed.filter((each) => !named.some((name) => isMeant(name, each)))).toEqual([]);
  expect(named.filter((name) => !installed.some((each) => isMeant(name, each)))).toEqual([]);
});

/**
 * The allowed imports between folders. `docs/architecture.md` shows them as a diagram.
 * Type-only imports count too: a type is part of an interface.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** One import statement. Paths are relative to the root of the repository; packages keep their name. */
interface Import {
  readonly file: string;
  readonly target: string;
}

const SPECIFIER = new RegExp(
  [
    /(?:^|\s)(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]/,
    /import\s*\(\s*['"]([^'"]+)['"]/,
    /^import\s*['"]([^'"]+)['"]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

function sourceFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).filter((file) => !file.includes('node_modules') && !file.includes('/build/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(SPECIFIER)].map(([, from, dynamic, bare]) => {
    const specifier = from ?? dynamic ?? bare ?? '';
    const target = specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : specifier;
    return { file, target };
  });
}

const allImports = (pattern: string) => sourceFiles(pattern).flatMap(importsOf);
const shown = ({ file, target }: Import) => `${file} imports ${target}`;
const folderOf = (path: string) => path.split('/').slice(0, 2).join('/');

/** Folders with a `handler.ts` are deployed as Lambda functions; the others are libraries. */
const isDeployed = (folder: string) => existsSync(join(ROOT, folder, 'handler.ts'));

test('the import pattern finds static, type-only, re-exporting and dynamic imports', () => {
  const found = importsOf('test/fixtures/imports/every-form.ts').map(({ target }) => target);
  expect(found).toEqual([
    'node:path',
    'zod',
    'test/fixtures/imports/library.ts',
    'test/fixtures/imports/library.ts',
    'sharp',
  ]);
});

test('a deployed folder imports libraries, never another deployed folder', () => {
  const sideways = allImports('functions/**/*.ts').filter(({ file, target }) => {
    const [from, to] = [folderOf(file), folderOf(target)];
    return target.startsWith('functions/') && from !== to && isDeployed(to);
  });
  expect(sideways.map(shown)).toEqual([]);
});

test('zod is imported as a namespace, because a bundle with its object z has the messages of 50 languages', () => {
  const files = sourceFiles('{bench,cli,functions,lib,local}/**/*.ts');
  const whole = files.filter((file) =>
    /import (?:type )?\{[^}]*\bz\b[^}]*\} from 'zod'/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(whole).toEqual([]);
});

test('the command line and lib import libraries only', () => {
  const found = [...allImports('cli/**/*.ts'), ...allImports('lib/**/*.ts'), ...allImports('local/**/*.ts')].filter(
    ({ target }) => target.startsWith('functions/') && isDeployed(folderOf(target)),
  );
  expect(found.map(shown)).toEqual([]);
});

/** What the pure folders may import besides their own files. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'functions/evidence': [],
  'functions/drift': ['functions/evidence'],
  'functions/accuracy': ['functions/judge', 'functions/evidence'],
  'functions/plan': ['functions/evidence', 'zod'],
  // Of detection, types and box.ts only: see the next test.
  'functions/truth': ['functions/detection', 'zod', 'node:fs/promises'],
  'functions/judge': ['functions/plan', 'functions/evidence', 'functions/detection'],
};

test.each(Object.entries(PURE))('%s imports only %j', (folder, allowed) => {
  const found = allImports(`${folder}/**/*.ts`).filter(
    ({ target }) => ![folder, ...allowed].some((prefix) => target === prefix || target.startsWith(`${prefix}/`)),
  );
  expect(found.map(shown)).toEqual([]);
});

test('the judge imports only types of detection, and the arithmetic of boxes', () => {
  const found = sourceFiles('functions/judge/**/*.ts').filter((file) =>
    /^import (?!type )[^;]*detection\/(?!box\.ts)/m.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(importsOf('functions/detection/box.ts').map(({ target }) => target)).toEqual([
    'functions/detection/raster.ts',
  ]);
  expect(found).toEqual([]);
});

test('detection imports no folder of the project but its own, and nothing of AWS', () => {
  const found = allImports('functions/detection/**/*.ts').filter(
    ({ target }) =>
      /^@aws|^aws-/.test(target) || (target.startsWith('functions/') && !target.startsWith('functions/detection/')),
  );
  expect(found.map(shown)).toEqual([]);
});

/** Because ONNX Runtime takes the switch for its telemetry from the environment only. It reads nothing. */
const WRITES_ENVIRONMENT = ['functions/detection/no-telemetry.ts'];

test.each(['detection', 'plan', 'judge', 'evidence', 'drift', 'accuracy', 'truth'])(
  '%s reads no clock and no environment',
  (folder) => {
    const found = sourceFiles(`functions/${folder}/**/*.ts`)
      .filter((file) => !WRITES_ENVIRONMENT.includes(file))
      .filter((file) =>
        /\bDate\.now\(|new Date\(\)|performance\.now\(|process\.env|Math\.random\(/.test(
          readFileSync(join(ROOT, file), 'utf8'),
        ),
      );
    expect(found).toEqual([]);
  },
);

test('lib, local, cli and layers depend in one direction', () => {
  const forbidden: Readonly<Record<string, readonly string[]>> = {
    functions: ['lib/', 'local/', 'cli/', 'layers/'],
    layers: ['lib/', 'local/', 'cli/', 'functions/'],
    lib: ['local/', 'cli/'],
    local: ['functions/', 'lib/', 'cli/'],
  };
  const found = Object.entries(forbidden).flatMap(([from, targets]) =>
    allImports(`${from}/**/*.ts`).filter(({ target }) => targets.some((prefix) => target.startsWith(prefix))),
  );
  expect(found.map(shown)).toEqual([]);
});

/** The folders of `cli/model`, each of which imports earlier ones only. */
const MODEL_FOLDERS = [
  'run',
  'onnx',
  'fetch',
  'files',
  'evaluation',
  'identify',
  'report',
  'package',
  'use',
  'commands',
];

test('the folders of cli/model import each other in one direction, types included', () => {
  const place = (path: string) => MODEL_FOLDERS.indexOf(path.split('/')[2] as string);
  const files = sourceFiles('cli/model/*/**/*.ts');
  expect(files.filter((file) => place(file) < 0)).toEqual([]);
  const found = files
    .flatMap(importsOf)
    .filter(({ file, target }) => target.startsWith('cli/model/') && place(target) > place(file));
  expect(found.map(shown)).toEqual([]);
});

test('the library of the Hub is loaded by the commands that need it, when they need it', () => {
  const found = allImports('{bench,cli,functions,layers,lib,local}/**/*.ts').filter(({ target }) =>
    target.startsWith('@huggingface/'),
  );
  expect(found.map(shown)).toEqual(['cli/model/fetch/hub-repository.ts imports @huggingface/hub']);
  expect(readFileSync(join(ROOT, 'cli/model/fetch/hub-repository.ts'), 'utf8')).toContain(
    "await import('@huggingface/hub')",
  );
});

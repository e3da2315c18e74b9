/** Limits of size: lines of files and functions, columns, files of an emulator folder. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync } from '@swc/core';

const ROOT = resolve(__dirname, '..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .trim()
  .split('\n');

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const linesOf = (file: string) => textOf(file).trimEnd().split('\n');

const MAX_FILE_LINES = 250;
/** Because a test file is a list of cases that are read one by one, and one file per subject is easier to find. */
const MAX_TEST_LINES = 400;
/** The tables of the two decision functions, each next to no other subject. */
const LONG_TABLES: readonly string[] = ['test/judge/decide.test.ts', 'test/plan/check-plan.test.ts'];
const MAX_FUNCTION_LINES = 45;
const MAX_COLUMNS = 120;
const MAX_FILES_IN_EMULATOR_FOLDER = 20;

const CODE = /\.(ts|mts|mjs|cjs|js|css|html|sh)$|^\.ci\/run$/;
const PROSE = /\.md$/;

/** Exceptions from the columns and lines, each with its reason. */
const NOT_WRITTEN_BY_HAND: readonly string[] = [
  // `npm run simulate -- --markdown` writes its tables.
  'docs/simulation.md',
  'docs/drift-simulation.md',
  // Its tables have a row for each injected fault, too wide to wrap.
  'docs/faults.md',
];
const isWrittenByHand = (file: string) => !NOT_WRITTEN_BY_HAND.includes(file);

const CODE_FILES = FILES.filter((file) => CODE.test(file) && isWrittenByHand(file));

test('source files have 250 lines at most, test files 400', () => {
  const tooLong = CODE_FILES.filter((file) => !LONG_TABLES.includes(file))
    .map((file) => ({ file, lines: linesOf(file).length }))
    .filter(({ file, lines }) => lines > (file.startsWith('test/') ? MAX_TEST_LINES : MAX_FILE_LINES));
  expect(tooLong).toEqual([]);
});

interface FunctionNode {
  readonly span: { readonly start: number; readonly end: number };
}

/** All functions, methods and constructors with a body in braces. */
function functionsIn(node: unknown): FunctionNode[] {
  if (Array.isArray(node)) return node.flatMap(functionsIn);
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.values(node).flatMap(functionsIn);
  const { params, body } = node as { params?: unknown; body?: { type?: string } | null };
  const isFunction = Array.isArray(params) && /^(FunctionBody|BlockStatement)$/.test(body?.type ?? '');
  return isFunction ? [node as FunctionNode, ...below] : below;
}

/** Lines of each function, its first and its last line included. */
function functionLines(file: string): number[] {
  const bytes = Buffer.from(textOf(file));
  const module = parseSync(bytes.toString(), { syntax: 'typescript', target: 'es2024' });
  // Positions of swc are in bytes and begin with 1.
  return functionsIn(module.body).map(
    ({ span }) =>
      bytes
        .subarray(span.start - 1, span.end - 1)
        .toString()
        .split('\n').length,
  );
}

/** Without `.test.ts`, where the body of a `describe` is a function. */
const FUNCTION_FILES = CODE_FILES.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

test('functions have 45 lines at most', () => {
  const tooLong = FUNCTION_FILES.flatMap((file) =>
    functionLines(file)
      .filter((lines) => lines > MAX_FUNCTION_LINES)
      .map((lines) => ({ file, lines })),
  );
  expect(tooLong).toEqual([]);
});

test('no folder of the emulator has more than 20 files', () => {
  const folders = Map.groupBy(
    FILES.filter((file) => file.startsWith('local/')),
    (file) => dirname(file),
  );
  const tooMany = [...folders].filter(([, files]) => files.length > MAX_FILES_IN_EMULATOR_FOLDER).map(([name]) => name);
  expect(tooMany).toEqual([]);
});

test('lines of code and prose have 120 columns at most', () => {
  const tooLong = [...CODE_FILES, ...FILES.filter((file) => PROSE.test(file) && isWrittenByHand(file))].flatMap(
    (file) => linesOf(file).flatMap((line, index) => ([...line].length > MAX_COLUMNS ? [`${file}:${index + 1}`] : [])),
  );
  expect(tooLong).toEqual([]);
});

test('functions are constructors, methods and arrow functions, not loops', () => {
  const text = 'class A { constructor() {\n} m() {\n\n} }\nconst f = () => {\n};\nfor (;;) {\n}';
  const found = functionsIn(parseSync(text, { syntax: 'typescript', target: 'es2024' }).body);
  expect(found).toHaveLength(3);
});

test('the files that test/setup/longest-first.cjs names exist', () => {
  const named = [...textOf('test/setup/longest-first.cjs').matchAll(/'(test\/.*\.test\.ts)'/g)].map(([, file]) => file);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((file) => !FILES.includes(file ?? ''))).toEqual([]);
});

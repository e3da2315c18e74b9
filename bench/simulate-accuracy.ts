/**
 * Estimates the count error of virtual endpoints by the real code, after five shifts of real photos, and compares it
 * with the true one.
 *
 *     npm run simulate:accuracy -- [--runs 200] [--seed 1] [--keep folder] [--markdown]
 *
 * `--markdown` writes the tables into docs/accuracy.md. `--keep <folder>` keeps the answers of the detector, which take
 * most of the time. The photos are in `../shared`, and in no repository. Exit code 1: they are missing, or less than
 * 95 % of all intervals, or 92 % of those of a row, have the true value.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type AccuracyShift, answersTo, SHIFTED } from './accuracy/answers.ts';
import { hasPacks } from './accuracy/photos.ts';
import { brokenPromises, type Result, tablesOf } from './accuracy/report.ts';
import { type Answers, type CountingEndpoint, type Effort, runOnce } from './accuracy/study.ts';
import { hasPhotos } from './drift/pools.ts';

const PAGE = new URL('../docs/accuracy.md', import.meta.url);
const [BEGIN, END] = ['<!-- made by npm run simulate:accuracy -->', '<!-- end -->'];

/** One has an object in nearly every picture, the other in few of them. */
const ENDPOINTS: readonly CountingEndpoint[] = [
  { name: 'persons', labels: ['person'] },
  { name: 'cars, buses and trucks', labels: ['car', 'bus', 'truck'] },
];
const EFFORTS: readonly Effort[] = [
  { before: 50, within: 0 },
  { before: 250, within: 0 },
  { before: 100, within: 40 },
];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});

/** @throws RangeError */
function wholeNumber(option: 'runs' | 'seed'): number {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Expected a whole number of at least 1 for --${option}, received ${values[option]}`);
}

async function readAnswers(seed: number): Promise<Answers> {
  const answers: [keyof Answers, Answers['none']][] = [];
  for (const shift of ['none', ...SHIFTED] as const) {
    process.stderr.write(`answers: ${shift}\n`);
    const of: AccuracyShift | undefined = shift === 'none' ? undefined : shift;
    answers.push([shift, await answersTo(of, seed, values.keep)]);
  }
  return Object.fromEntries(answers) as Answers;
}

async function simulate(): Promise<Result[]> {
  const [runs, seed] = [wholeNumber('runs'), wholeNumber('seed')];
  const answers = await readAnswers(seed);
  return ENDPOINTS.flatMap((endpoint) =>
    EFFORTS.map((effort) => {
      const all = Array.from({ length: runs }, (_, run) => runOnce(answers, endpoint, effort, seed * 1000 + run));
      return { endpoint, effort, runs: all.flat() };
    }),
  );
}

function writePage(tables: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${tables}\n\n${END}${rest.split(END)[1]}`);
}

if (hasPhotos && hasPacks) {
  const results = await simulate();
  const tables = tablesOf(results);
  process.stdout.write(`${tables}\n`);
  if (values.markdown) writePage(tables);
  const broken = brokenPromises(results);
  for (const promise of broken) process.stderr.write(`broken promise: ${promise}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} else {
  process.stderr.write('Expected photos in ../shared for the simulation, received none\n');
  process.exitCode = 1;
}

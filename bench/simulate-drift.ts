/**
 * Runs the real drift monitor over virtual endpoints whose pictures are real photos, before and after ten shifts.
 *
 *     npm run simulate:drift -- [--years 10] [--runs 100] [--seed 1] [--keep folder] [--markdown]
 *
 * Counts the false alarms of years without a change, and how soon and by which name each shift is found. `--markdown`
 * writes docs/drift-simulation.md. `--keep <folder>` keeps each part that is done, so that an interrupted command goes
 * on. The photos are in `../shared/data`, and in no repository. Exit code 1: they are
 * missing, or a promise does not hold.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { floorOf } from './drift/floor.ts';
import { SHIFTS, type Shift } from './drift/pictures.ts';
import { hasPhotos, type Pools } from './drift/pools.ts';
import { brokenPromises, type Results, shiftTable, simulationPage, yearTable } from './drift/report.ts';
import type { ShiftResult, YearResult } from './drift/runs.ts';
import { doAll, type Outcome } from './drift/tasks.ts';
import type { World } from './drift/world.ts';

const PAGE = new URL('../docs/drift-simulation.md', import.meta.url);
/** Shots before a shift, and after each. */
const SHOTS = { before: 400, after: 100 };

const { values } = parseArgs({
  options: {
    years: { type: 'string', default: '10' },
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});

/** @throws RangeError */
function wholeNumber(option: 'years' | 'runs' | 'seed'): number {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Expected a whole number of at least 1 for --${option}, received ${values[option]}`);
}

/** Endpoints whose years are simulated. */
const YEARS: readonly World[] = [
  { picturesPerDay: 10_000, weather: 0 },
  { picturesPerDay: 10_000, weather: 0.05 },
  { picturesPerDay: 1000, weather: 0 },
  { picturesPerDay: 1000, weather: 0.05 },
  { picturesPerDay: 1000, weather: 0.1 },
  { picturesPerDay: 1000, weather: 0.05, content: 0.05 },
  { picturesPerDay: 100, weather: 0 },
  { picturesPerDay: 100, weather: 0.05 },
];
/** Endpoints whose pictures shift; the others have fewer runs, because no promise is about them. */
const SHIFTED: readonly (readonly [World, share: number])[] = [
  [{ picturesPerDay: 1000, weather: 0 }, 1],
  [{ picturesPerDay: 1000, weather: 0.05 }, 0.2],
  [{ picturesPerDay: 10_000, weather: 0 }, 0.2],
  [{ picturesPerDay: 100, weather: 0 }, 0.2],
];

const kept = values.keep === undefined ? {} : { folder: values.keep };

function progress(name: string) {
  return (done: number, all: number) => process.stderr.write(`\r${name}: ${done} of ${all}${done === all ? '\n' : ''}`);
}

async function poolsOf(seed: number): Promise<Pools> {
  const shifts = Object.keys(SHIFTS) as Shift[];
  const tasks = [
    { kind: 'pool', count: SHOTS.before, seed } as const,
    ...shifts.map((shift) => ({ kind: 'pool', count: SHOTS.after, seed, shift }) as const),
  ];
  const [before, ...after] = await doAll(tasks, { ...kept, onDone: progress('shots') });
  const rows = (outcome: Outcome | undefined) => outcome?.pool ?? [];
  return {
    before: rows(before),
    after: Object.fromEntries(shifts.map((shift, at) => [shift, rows(after[at])])) as Pools['after'],
  };
}

async function simulate(): Promise<Results> {
  const [years, runs, seed] = [wholeNumber('years'), wholeNumber('runs'), wholeNumber('seed')];
  const pools = await poolsOf(seed);
  const ofYears = YEARS.flatMap((world) =>
    Array.from({ length: years }, (_, at) => ({ kind: 'year', world, seed: seed + at }) as const),
  );
  const ofShifts = SHIFTED.flatMap(([world, share]) =>
    Array.from({ length: Math.ceil(runs * share) }, (_, at) => ({ kind: 'shifts', world, seed: seed + at }) as const),
  );
  const shifted = await doAll(ofShifts, { ...kept, pools, onDone: progress('shifts') });
  const quiet = await doAll(ofYears, { ...kept, pools, onDone: progress('years') });
  return {
    shots: SHOTS,
    floor: floorOf(pools.before, pools.after['other class mix']),
    years: YEARS.map((world) => ({
      world,
      years: quiet.filter((_, at) => ofYears[at]?.world === world).map(({ year }) => year as YearResult),
    })),
    shifts: SHIFTED.map(([world]) => ({
      world,
      results: shifted.filter((_, at) => ofShifts[at]?.world === world).flatMap((each) => each.shifts as ShiftResult[]),
    })),
  };
}

if (!hasPhotos) {
  process.stderr.write('Expected photos in ../shared/data/photos for the simulation, received none\n');
  process.exitCode = 1;
} else {
  const results = await simulate();
  process.stdout.write(`${yearTable(results)}\n\n${shiftTable(results)}\n`);
  const options = `--years ${values.years} --runs ${values.runs} --seed ${values.seed}`;
  const command = `npm run simulate:drift -- ${options} --markdown`;
  if (values.markdown) writeFileSync(PAGE, simulationPage(results, command));
  const broken = brokenPromises(results);
  for (const promise of broken) process.stderr.write(`broken promise: ${promise}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

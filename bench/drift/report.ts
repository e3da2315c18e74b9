/** Results of the simulation as tables, and the promises that they have to keep. */

import { mostRate } from '../../functions/evidence/one-rate.ts';
import { alignedTable } from '../simulation/report.ts';
import { SHIFTS, type Shift } from './pictures.ts';
import type { ShiftResult, YearResult } from './runs.ts';
import type { World } from './world.ts';

/** All results. */
export interface Results {
  readonly shots: { readonly before: number; readonly after: number };
  readonly years: readonly { readonly world: World; readonly years: readonly YearResult[] }[];
  readonly shifts: readonly { readonly world: World; readonly results: readonly ShiftResult[] }[];
}

/** The promises: false alarms in a year; pictures until a shift is found, in this share of runs; shifts named right. */
const PROMISED = { alarms: 1, pictures: 300, found: 0.95, named: 9 };
/** Pictures a day at which the promise about shifts is measured: the job looks once an hour. */
const MEASURED_AT = 1000;

/** False alarms of years without a change. */
export function yearTable({ years }: Results): string {
  const header = ['pictures a day', 'days differ by', 'years', 'false alarms', 'a year, at most (95 %)', 'named'];
  const rows = years.map(({ world, years: all }) => {
    const alarms = all.reduce((sum, year) => sum + year.alarms, 0);
    const named = [...new Set(all.flatMap(({ leading }) => leading))].join(', ');
    const weather = world.weather === 0 ? 'nothing' : `${world.weather * 100} % of the ranks`;
    return [count(world.picturesPerDay), weather, count(all.length), count(alarms), mostAYear(all), named || '–'];
  });
  return alignedTable([header, ...rows]);
}

/**
 * Upper bound of years with a false alarm; a year with several counts once, because the first one would be looked into.
 */
function mostAYear(years: readonly YearResult[]): string {
  const hits = years.filter(({ alarms }) => alarms > 0).length;
  return mostRate({ trials: years.length, hits }, 0.05).toFixed(2);
}

/** How each shift is found. */
export function shiftTable({ shifts }: Results): string {
  const header = [
    'pictures a day',
    'shift',
    'found in 300',
    'pictures (95 %)',
    'hours (95 %)',
    'named',
    'start off by',
  ];
  const rows = shifts.flatMap(({ world, results }) =>
    [...Map.groupBy(results, ({ shift }) => shift)].map(([shift, all]) => rowOf(world, shift, all)),
  );
  return alignedTable([header, ...rows]);
}

function rowOf({ picturesPerDay }: World, shift: Shift, all: readonly ShiftResult[]): string[] {
  const found = all.flatMap((result) => result.found ?? []);
  const [pictures, hours] = [found.map((each) => each.pictures), found.map((each) => each.hours)];
  const late = found.map((each) => Math.abs(each.late));
  return [
    count(picturesPerDay),
    shift,
    `${pictures.filter((each) => each <= PROMISED.pictures).length} of ${all.length}`,
    `${quantile(pictures, 0.5)} (${quantile(pictures, 0.95)})`,
    `${quantile(hours, 0.5)} (${quantile(hours, 0.95)})`,
    namesOf(found.map(({ named }) => named)),
    `${quantile(late, 0.5)} h (${quantile(late, 0.95)} h)`,
  ];
}

/** `brightness 98, contrast 2`. */
function namesOf(names: readonly string[]): string {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length] as const);
  return counts
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
}

/** Promises that the results break. */
export function brokenPromises({ years, shifts }: Results): string[] {
  const often = years
    .map(({ world, years: all }) => ({ world, rate: all.reduce((sum, { alarms }) => sum + alarms, 0) / all.length }))
    .filter(({ rate }) => rate >= PROMISED.alarms)
    .map(({ world, rate }) => `${rate} false alarms a year at ${world.picturesPerDay} pictures a day`);
  const measured = shifts.filter(({ world }) => world.picturesPerDay === MEASURED_AT).flatMap(({ results }) => results);
  const byShift = [...Map.groupBy(measured, ({ shift }) => shift)];
  const late = byShift
    .map(([shift, all]) => ({ shift, share: all.filter(({ found }) => isSoon(found?.pictures)).length / all.length }))
    .filter(({ share }) => share < PROMISED.found)
    .map(({ shift, share }) => `${shift} is found within ${PROMISED.pictures} pictures in a share of ${share}`);
  const named = byShift.filter(([shift, all]) => isNamedRight(shift, all)).length;
  const names = named < PROMISED.named ? [`${named} of ${byShift.length} shifts are named right`] : [];
  return [...often, ...late, ...names];
}

function isSoon(pictures = Number.POSITIVE_INFINITY): boolean {
  return pictures <= PROMISED.pictures;
}

/** In nine of ten runs in which it is found. */
function isNamedRight(shift: Shift, all: readonly ShiftResult[]): boolean {
  const names = all.flatMap(({ found }) => found?.named ?? []);
  const right: readonly string[] = SHIFTS[shift];
  return names.filter((name) => right.includes(name)).length >= 0.9 * names.length;
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return count(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

function count(value: number): string {
  return value.toLocaleString('en').replace('NaN', '–');
}

/** The page of the documentation, made by the command that it names. A backslash before a line end joins lines. */
export function simulationPage(results: Results, command: string): string {
  const { before, after } = results.shots;
  const runs = results.shifts[0]?.results.filter(({ shift }) => shift === 'night').length ?? 0;
  return `# What the drift monitor finds, simulated

Made by \`${command}\`; do not edit. The real code runs: decoding, YOLOX-nano, measures,
sketches, bets, alarm, names. What the numbers mean and what is guaranteed: [drift.md](drift.md).

The pictures are ${before} shots of 23 real photos (other sections, light, mirror images and JPEG qualities), and
${after} of each shift. A virtual endpoint draws from them: nine times as many by day as by night, darker ones by
night, fewer at weekends, which brighten an hour later; a third of the pictures are near neighbours of the one before,
by one of five cameras; 0.2 % are refused. The reference is the first week. The monitor looks once an hour.

## A year without a change

*Days differ*: each day shows darker or brighter pictures than the day of before, as weather does, by this standard
deviation. A year with several alarms counts once in the bound.

${yearTable(results)}

## Ten shifts

${runs} runs of each with 1,000 pictures a day, fewer with others, at a random hour of the days after the reference.
*Found in 300*: the alarm came before picture 301 after the shift. Medians, and in brackets what 95 of 100 runs stay
within. With 10,000 pictures a day, an hour can have over 300 of them: there, the next look of the monitor decides.
*Start off by*: the hour that the alarm names, against the true one.

${shiftTable(results)}
`;
}

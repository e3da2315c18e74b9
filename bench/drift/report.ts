/** Results of the simulation as tables, and the promises that they have to keep. */

import { bisect, logGamma, logSumExp } from '../../functions/evidence/log-math.ts';
import { alignedTable } from '../simulation/report.ts';
import type { Floor } from './floor.ts';
import { SHIFTS, type Shift } from './pictures.ts';
import type { ShiftResult, YearResult } from './runs.ts';
import { PICTURES_OF_SCENE, type World } from './world.ts';

/** All results. */
export interface Results {
  readonly shots: { readonly before: number; readonly after: number };
  /** Of the change of the class mix. */
  readonly floor: Floor;
  readonly years: readonly { readonly world: World; readonly years: readonly YearResult[] }[];
  readonly shifts: readonly { readonly world: World; readonly results: readonly ShiftResult[] }[];
}

/**
 * The promises: false alarms a year, on average (the table has their bound); pictures until a shift is found, in this
 * share of runs; shifts named right.
 */
const PROMISED = { alarms: 1, pictures: 300, found: 0.95, named: 9 };
/** Pictures a day at which the promise about shifts is measured, without weather: the job looks once an hour. */
const MEASURED_AT = 1000;

/** False alarms of years without a change. */
export function yearTable({ years }: Results): string {
  const header = ['pictures a day', 'days differ by', 'years', 'false alarms', 'a year', 'at most (95 %)', 'named'];
  const rows = years.map(({ world, years: all }) => {
    const [alarms, withRepeats] = [alarmsOf(all), all.reduce((sum, year) => sum + year.withRepeats, 0)];
    const named = [...new Set(all.flatMap(({ leading }) => leading))].join(', ');
    const shown = withRepeats > alarms ? `${count(alarms)} (${count(withRepeats)})` : count(alarms);
    const [rate, most] = [alarms / all.length, mostAYear(all)].map((each) => each.toFixed(2));
    return [
      count(world.picturesPerDay),
      weatherOf(world),
      count(all.length),
      shown,
      rate ?? '',
      most ?? '',
      named || '–',
    ];
  });
  return alignedTable([header, ...rows]);
}

function weatherOf({ weather, content = 0 }: World): string {
  const light = weather === 0 ? 'nothing' : `${weather * 100} % of the ranks`;
  return content === 0 ? light : `${light}, and content by ${content * 100} %`;
}

function alarmsOf(years: readonly YearResult[]): number {
  return years.reduce((sum, { alarms }) => sum + alarms, 0);
}

/** Chance that the bound of a rate is too low. */
const BOUND_RISK = 0.05;

/** Upper bound of false alarms a year, as of independent ones (Garwood, Biometrika 28, 1936). */
function mostAYear(years: readonly YearResult[]): number {
  const counts = Array.from({ length: alarmsOf(years) + 1 }, (_, each) => each);
  const chanceOfAsFew = (mean: number) =>
    Math.exp(logSumExp(counts.map((each) => each * Math.log(mean) - mean - logGamma(each + 1))));
  return bisect([1e-9, 1e4], (mean) => chanceOfAsFew(mean) > BOUND_RISK)[1] / years.length;
}

/** How each shift is found. */
export function shiftTable({ shifts }: Results): string {
  const header = [
    'pictures a day',
    'days differ by',
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

function rowOf(world: World, shift: Shift, all: readonly ShiftResult[]): string[] {
  const found = all.flatMap((result) => result.found ?? []);
  const [pictures, hours] = [found.map((each) => each.pictures), found.map((each) => each.hours)];
  const late = found.map((each) => Math.abs(each.late));
  return [
    count(world.picturesPerDay),
    weatherOf(world),
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
    .map(({ world, years: all }) => ({ world, rate: alarmsOf(all) / all.length, most: mostAYear(all) }))
    .filter(({ rate }) => rate >= PROMISED.alarms)
    .map(
      ({ world, rate, most }) =>
        `${rate.toFixed(2)} false alarms a year, at most ${most.toFixed(2)}, at ${world.picturesPerDay} pictures a ` +
        `day whose days differ by ${weatherOf(world)}`,
    );
  const isMeasured = ({ picturesPerDay, weather }: World) => picturesPerDay === MEASURED_AT && weather === 0;
  const measured = shifts.filter(({ world }) => isMeasured(world)).flatMap(({ results }) => results);
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

/** The page of the documentation, made by the command that it names. */
export function simulationPage(results: Results, command: string): string {
  const { before, after } = results.shots;
  const { nats, scenes } = results.floor;
  const runs = results.shifts[0]?.results.filter(({ shift }) => shift === 'night').length ?? 0;
  return `# What the drift monitor finds, simulated

Made by \`${command}\`; do not edit. The real code runs: decoding, YOLOX-nano, measures,
sketches, bets, alarm, names. What the numbers mean and what is guaranteed: [drift.md](drift.md).

The pictures are ${before} shots of 23 real photos (other sections, light, mirror images and JPEG qualities), and
${after} of each shift. A virtual endpoint draws from them: nine times as many by day as by night, darker ones by
night, fewer at weekends, which brighten an hour later; a third of the pictures are near neighbours of the one before,
by one of five cameras; 0.2 % are refused. The reference is the first week, and learns from later ones. The monitor
looks once an hour.

## A year without a change

*Days differ*: each day shows darker or brighter pictures than the day of before, as weather does, by this standard
deviation, and half as the day before. *Content*: the same, in how many objects its pictures have. *False alarms*: as
reports have them, where an alarm that repeats the one before within a week is left out; in brackets, with those. *At
most*: the upper bound of a rate of independent alarms.

${yearTable(results)}

## Ten shifts

${runs} runs of each with 1,000 pictures a day and without weather, fewer with others, at a random hour of the days
after the reference.
*Found in 300*: the alarm came before picture 301 after the shift. Medians, and in brackets what 95 of 100 runs stay
within. With 10,000 pictures a day, an hour can have over 300 of them: there, the next look of the monitor decides.
*Start off by*: the hour that the alarm names, against the true one.

${shiftTable(results)}

## The floor for another class mix

By its main label, a scene of the other mix tells ${nats.toFixed(2)} nats (Kullback–Leibler). A monitor that knew both
mixes and looked at nothing else would need ${scenes.toFixed(0)} scenes, or ${(scenes * PICTURES_OF_SCENE).toFixed(0)}
pictures, on average for the evidence of an alarm (Lorden, 1971).
`;
}

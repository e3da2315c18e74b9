/** A drift in words. */

import { OTHERS } from './bets.ts';
import type { Hour } from './calendar.ts';
import type { Change } from './changes.ts';
import { CELL_SIDE, NOT_JPEG } from './features.ts';
import type { Drift } from './monitor.ts';

/** Changes that are named besides the leading one. */
const MOST_OTHERS = 2;

/** `darker by 62 % (84 → 32), since Tuesday 24 November, 14:00 UTC; also: less sharp by 20 % (0.5 → 0.4)`. */
export function explainDrift({ since, changes }: Drift): string {
  const [leading, ...others] = changes;
  const when = `since ${hourInWords(since)}`;
  if (!leading) return `the pictures changed in many ways, each a little, ${when}`;
  const also = others.slice(0, MOST_OTHERS).map(explainChange);
  return `${explainChange(leading)}, ${when}${also.length > 0 ? `; also: ${also.join(', ')}` : ''}`;
}

/** One change: what, by how much, and the means before and now. */
export function explainChange(change: Change): string {
  return WORDS[change.feature](change);
}

type Words = (change: Change) => string;

const WORDS: Readonly<Record<Change['feature'], Words>> = {
  size: relative('smaller pictures', 'larger pictures', (value) => `${numberOf(value)} MP`),
  aspect: relative('narrower pictures', 'wider pictures', numberOf),
  quality: (change) => `JPEG quality ${qualityOf(change.now)} instead of ${qualityOf(change.before)}`,
  brightness: relative('darker', 'brighter', numberOf),
  contrast: relative('less contrast', 'more contrast', numberOf),
  sharpness: relative('less sharp', 'sharper', numberOf),
  saturation: relative('less colourful', 'more colourful', numberOf),
  tilt: ({ before, now }) =>
    `turned by ${Math.abs(now - before).toFixed(0)}° (edges at ${degrees(before)} → ${degrees(now)})`,
  corners: relative('darker corners', 'brighter corners', numberOf),
  scene: (change) => `another view: ${relative('darker', 'brighter', numberOf)(change)} in its ${cellOf(change.of)}`,
  objects: ({ before, now }) =>
    relative('fewer objects', 'more objects', numberOf)({ before: before - 1, now: now - 1 }),
  labels: (change) =>
    change.by === 'main'
      ? `${change.now < change.before ? 'fewer' : 'more'} pictures mainly ${labelOf(change.of)} (${shares(change)})`
      : `${change.now < change.before ? 'less' : 'more'} ${labelOf(change.of)} (${shares(change)})`,
  confidence: relative('less confident', 'more confident', numberOf),
  objectSize: relative('smaller objects', 'larger objects', (side) => `${percent(side)} of the picture's side`),
  objectPlace: (change) => `objects further ${directionOf(change)} (${shares(change)} of the ${axisOf(change)})`,
  refused: (change) => `${change.now < change.before ? 'fewer' : 'more'} pictures refused (${shares(change)})`,
};

/** `darker by 40 % (80 → 48)`. */
function relative(less: string, more: string, shown: (value: number) => string) {
  return ({ before, now }: Pick<Change, 'before' | 'now'>): string => {
    const word = now < before ? less : more;
    return `${word} by ${percent(Math.abs(now / before - 1))} (${shown(before)} → ${shown(now)})`;
  };
}

function numberOf(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function shares({ before, now }: Change): string {
  return `${percent(before)} → ${percent(now)}`;
}

function degrees(value: number): string {
  return `${value.toFixed(0)}°`;
}

function qualityOf(value: number): string {
  return value >= NOT_JPEG - 2 ? 'none (another format)' : value.toFixed(0);
}

function labelOf(label: string): string {
  return label === OTHERS ? 'of other labels' : `of label ${label}`;
}

function directionOf({ of, before, now }: Change): string {
  if (of === 'objectX') return now < before ? 'left' : 'right';
  return now < before ? 'up' : 'down';
}

function axisOf({ of }: Change): string {
  return of === 'objectX' ? 'width' : 'height';
}

/** Rows from the top, columns from the left. */
function cellOf(name: string): string {
  const cell = Number(name.replace('cell-', ''));
  return `row ${Math.floor(cell / CELL_SIDE) + 1}, column ${(cell % CELL_SIDE) + 1} of ${CELL_SIDE}`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Tuesday 24 November 2026, 14:00 UTC`. */
export function hourInWords(hour: Hour): string {
  const date = new Date(hour * 3_600_000);
  const day = `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day}, ${String(date.getUTCHours()).padStart(2, '0')}:00 UTC`;
}

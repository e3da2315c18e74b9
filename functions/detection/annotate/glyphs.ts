/**
 * A stroke typeface, drawn for this project, because Lambda has no fonts and strokes stay sharp at every size.
 *
 * A glyph is a list of strokes, a stroke a list of points of two base-36 digits each (x, y). Capitals reach from y = 0
 * to the baseline at y = 12, small letters start at 4, descenders end at 16. A single point is a dot. After `~` the
 * points are control points of a quadratic B-spline that starts at the first and ends at the last.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '0c408c 1878',
  B: '000c ~00707606 ~06868c0c',
  C: '~838000060c8c89',
  D: '000c ~0080868c0c',
  E: '70000c7c 0656',
  F: '70000c 0656',
  G: '~838000060c8c86 8646',
  H: '000c 808c 0686',
  I: '000c',
  J: '~606c0c08',
  K: '000c 7007 257c',
  L: '000c6c',
  M: '0c0058a0ac',
  N: '0c008c80',
  O: '~4080868c4c0c060040',
  P: '000c ~00808707',
  Q: '~4080868c4c0c060040 598d',
  R: '000c ~00808707 478c',
  S: '~83800006868c0c09',
  T: '0080 404c',
  U: '~00080c8c8880',
  V: '004c80',
  W: '003c527ca0',
  X: '008c 800c',
  Y: '004680 464c',
  Z: '00800c8c',
  a: '747c ~74040c7c',
  b: '000c ~04747c0c',
  c: '~7674040c7c7a',
  d: '707c ~74040c7c',
  e: '0878 ~7874040c6c7b',
  f: '~5020242c 0454',
  g: '~74040c7c ~747g0g0f',
  h: '000c ~0804747c',
  i: '040c 01',
  j: '~343g0g 31',
  k: '000c 640a 286c',
  l: '~000a0c3c',
  m: '040c ~0804545c ~5854a4ac',
  n: '040c ~0804747c',
  o: '~4474787c4c0c080444',
  p: '040g ~04747c0c',
  q: '747g ~74040c7c',
  r: '040c ~080454',
  s: '~66640408686c0c0a',
  t: '~212a2c5c 0454',
  u: '~040c7c78 747c',
  v: '043c64',
  w: '043c557ca4',
  x: '046c 640c',
  y: '043c 641g',
  z: '04640c6c',
  0: '~4070767c4c0c060040',
  1: '03303c 0c6c',
  2: '~030070750c 0c7c',
  3: '~0200707626 ~26767c0c0a',
  4: '5c500878',
  5: '700005 ~05757c0c0a',
  6: '~62600009 ~3575797c3c0c090535',
  7: '00703c',
  8: '~40707646060040 ~46767c4c0c0646',
  9: '~1a1c7c73 ~470703004070737747',
  '.': '0c',
  ',': '1c0e',
  ':': '06 0c',
  ';': '16 1c0e',
  '!': '0008 0c',
  '?': '~020060653538 3c',
  '-': '0858',
  _: '0e7e',
  '+': '0868 353b',
  '=': '0666 0a6a',
  '/': '0d60',
  '\\': '006d',
  '|': '000f',
  '(': '~30030b3e',
  ')': '~00333b0e',
  '[': '30000e3e',
  ']': '00303e0e',
  '{': '40212607282d4e',
  '}': '00212647282d0e',
  '<': '64086c',
  '>': '04680c',
  '*': '3238 0367 6307',
  '#': '312b 615b 0484 0888',
  '%': '~20404525050020 901c ~87a7ac8c6c6787',
  '&': '~8c13106064070c6c87',
  '@': '~9c0c0000a0a97974 ~74343979',
  $: '~83800006868c0c09 404d',
  '"': '0003 3033',
  "'": '0003',
  '`': '0022',
  '^': '033063',
  '~': '~0916364a6a77',
  ' ': '',
};

const SPACE_WIDTH = 3;

/** A point in the glyphs' grid. */
export type Point = readonly [x: number, y: number];

/** A drawn character in the glyphs' grid. */
export interface Glyph {
  /** Lines through points; curves are already short lines. */
  readonly strokes: readonly (readonly Point[])[];
  readonly width: number;
}

/** Whether the typeface has a character. */
export function hasGlyph(character: string): boolean {
  return Object.hasOwn(GLYPHS, character);
}

/** The strokes of a character. A character without a glyph is a space; `caption.ts` draws none. */
export function glyphOf(character: string): Glyph {
  const text = hasGlyph(character) ? (GLYPHS[character] as string) : '';
  const strokes = text.split(' ').filter(Boolean).map(parseStroke);
  const width = strokes.length === 0 ? SPACE_WIDTH : Math.max(...strokes.flat().map(([x]) => x));
  return { strokes, width };
}

function parseStroke(text: string): readonly Point[] {
  const curved = text.startsWith('~');
  const digits = Array.from(curved ? text.slice(1) : text, (digit) => Number.parseInt(digit, 36));
  const points = Array.from(
    { length: digits.length / 2 },
    (_, at): Point => [digits[2 * at] ?? 0, digits[2 * at + 1] ?? 0],
  );
  return curved ? cutCorners(cutCorners(cutCorners(points))) : points;
}

/** One round of Chaikin's corner cutting (1974), whose limit is the quadratic B-spline; keeps the ends. */
function cutCorners(points: readonly Point[]): readonly Point[] {
  const cut = points.slice(1).flatMap((to, at) => {
    const from = points[at] as Point;
    return [between(from, to, 0.25), between(from, to, 0.75)];
  });
  return [points[0] as Point, ...cut, points.at(-1) as Point];
}

function between([x, y]: Point, [toX, toY]: Point, share: number): Point {
  return [x + (toX - x) * share, y + (toY - y) * share];
}

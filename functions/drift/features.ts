/**
 * What is watched of each answer: features with fixed bins, so that sketches of any hours, versions and years add up.
 */

const { floor, log2, max, min } = Math;

/** A feature whose values have an order, and its bins: `count` equal ones from `from` to `to` of its scale. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Values are binned by their logarithm (base 2), and compared as ratios. */
  readonly log?: boolean;
}

/** Ordered features, by name. Values outside a scale are in its first or last bin. */
export const SCALES = {
  /** Megapixels of the picture. */
  size: { from: -8, to: 7, count: 30, log: true },
  /** Width by height. */
  aspect: { from: -2, to: 2, count: 32, log: true },
  /** Quality of a JPEG, 1–100; `NOT_JPEG` for other formats. */
  quality: { from: 0, to: 104, count: 26 },
  /** Mean luminance, 0–255. */
  brightness: { from: 0, to: 256, count: 32 },
  /** Standard deviation of the luminance, as a share of its mean. */
  contrast: { from: -5, to: 1.4, count: 32, log: true },
  /** Detail of single pixels as a share of coarser detail. */
  sharpness: { from: -5, to: 1, count: 36, log: true },
  /** Colourfulness, 0–1. */
  saturation: { from: -6, to: 0, count: 30, log: true },
  /** Direction of edges, degrees from upright or level. */
  tilt: { from: -45, to: 45, count: 30 },
  /** Luminance of the corners by that of the centre. */
  corners: { from: -3, to: 3, count: 30, log: true },
  /** Objects in a picture, plus 1. Bins have 0, 1, 3, 7 … objects in their middle. */
  objects: { from: -0.125, to: 6.875, count: 28, log: true },
  /** Confidence of an object, 0–1. */
  confidence: { from: 0, to: 1, count: 25 },
  /** Side of an object: square root of its share of the picture. */
  objectSize: { from: -6, to: 0, count: 24, log: true },
  /** Centre of an object as a share of the width, and of the height. */
  objectX: { from: 0, to: 1, count: 16 },
  objectY: { from: 0, to: 1, count: 16 },
} as const satisfies Readonly<Record<string, Scale>>;

export type Ordered = keyof typeof SCALES;

/** The scene signature is of 4 × 4 cells, row by row. */
export const CELL_SIDE = 4;
export const CELLS = CELL_SIDE * CELL_SIDE;
/** The luminance of a cell by the picture's mean. */
export const CELL_SCALE: Scale = { from: -3, to: 1.5, count: 18, log: true };

/** Of `quality`, for a picture that is no JPEG. */
export const NOT_JPEG = 102;

/** What is known of an object. */
export interface ObjectFacts {
  readonly label: string;
  readonly confidence: number;
  /** Pixels of the source picture. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** What is known of a picture and its answer. */
export interface PictureFacts {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Who sent it, or from where. */
  readonly caller?: string;
  /** Pixels of the upright picture; absent where it was refused before it was read. */
  readonly image?: { readonly width: number; readonly height: number };
  /** See `luminanceOf`: 8 × 8 cells with 64 levels. */
  readonly luminance?: string;
  /** See `measuresOf`. Absent: not measured. */
  readonly measures?: {
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly sharpness: number;
    readonly tilt?: number;
    /** Of a JPEG. Absent: another format. */
    readonly quality?: number;
  };
  /** Absent: the picture was refused. */
  readonly detections?: readonly ObjectFacts[];
}

/** A share of a picture in a bin: objects of one picture share its weight, so that each picture counts once. */
export type Share = readonly [bin: number, weight: number];

/** A picture's place in all histograms. */
export interface Binned {
  /** Bins of all ordered features and cells, as `binOf` counts them. */
  readonly bins: readonly Share[];
  /** Share of the picture's objects by label. Absent: it was refused. */
  readonly labels?: ReadonlyMap<string, number>;
}

/** First bin of each ordered feature and of the cells, in one row of all bins. */
export const FIRST_BIN: Readonly<Record<Ordered, number>> & { readonly cells: number } = firstBins();
/** Bins of all ordered features and cells. */
export const ALL_BINS = FIRST_BIN.cells + CELLS * CELL_SCALE.count;

function firstBins(): Record<Ordered | 'cells', number> {
  let next = 0;
  const starts: Partial<Record<Ordered | 'cells', number>> = {};
  for (const [name, { count }] of Object.entries(SCALES)) {
    starts[name as Ordered] = next;
    next += count;
  }
  return { ...starts, cells: next } as Record<Ordered | 'cells', number>;
}

/** Bins of a picture and its answer. */
export function binsOf(facts: PictureFacts): Binned {
  const { detections } = facts;
  const bins = [...pictureBins(facts), ...cellBins(facts.luminance)];
  if (!detections) return { bins };
  return { bins: [...bins, ...objectBins(facts)], labels: labelShares(detections) };
}

function pictureBins({ image, measures, luminance }: PictureFacts): Share[] {
  if (!image) return [];
  const measured = measures ? { quality: NOT_JPEG, ...measures } : {};
  const values: [Ordered, number | undefined][] = [
    ['size', (image.width * image.height) / 1e6],
    ['aspect', image.width / image.height],
    ['corners', luminance === undefined ? undefined : cornersOf(luminance)],
    ...(Object.entries(measured) as [Ordered, number][]),
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [[binOf(name, value), 1] as const]));
}

function objectBins({ image, detections = [] }: PictureFacts): Share[] {
  const count: Share = [binOf('objects', detections.length + 1), 1];
  if (!image) return [count];
  const weight = 1 / detections.length;
  const { width, height } = image;
  const shares = detections.flatMap(({ confidence, box }): Share[] => [
    [binOf('confidence', confidence), weight],
    [binOf('objectSize', Math.sqrt((box.width * box.height) / (width * height))), weight],
    [binOf('objectX', (box.x + box.width / 2) / width), weight],
    [binOf('objectY', (box.y + box.height / 2) / height), weight],
  ]);
  return [count, ...shares];
}

function labelShares(detections: readonly ObjectFacts[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { label } of detections) shares.set(label, (shares.get(label) ?? 0) + 1 / detections.length);
  return shares;
}

/** Position of a value in the row of all bins. */
function binOf(name: Ordered, value: number): number {
  return FIRST_BIN[name] + binIn(SCALES[name], value);
}

function binIn({ from, to, count, log = false }: Scale, value: number): number {
  const position = log ? log2(max(value, Number.MIN_VALUE)) : value;
  return max(0, min(count - 1, floor(((position - from) / (to - from)) * count)));
}

/** The value in the middle of a bin of a scale; a logarithm for features that are binned by it. */
export function middleOf({ from, to, count }: Scale, bin: number): number {
  return from + ((bin + 0.5) / count) * (to - from);
}

/** Cells per side of `luminance`; the character of the darkest level. */
const SIDE = 8;
const DARKEST = 48;

function cellBins(luminance: string | undefined): Share[] {
  if (luminance?.length !== SIDE * SIDE) return [];
  const levels = levelsOf(luminance);
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return Array.from({ length: CELLS }, (_, cell): Share => {
    const [row, column] = [2 * floor(cell / CELL_SIDE), 2 * (cell % CELL_SIDE)];
    const sum = [0, 1, SIDE, SIDE + 1].reduce((total, at) => total + (levels[SIDE * row + column + at] as number), 0);
    return [FIRST_BIN.cells + cell * CELL_SCALE.count + binIn(CELL_SCALE, sum / 4 / mean), 1];
  });
}

/** Luminance of the corners by that of the centre: a lens darkens them, or shows its rim. */
function cornersOf(luminance: string): number | undefined {
  if (luminance.length !== SIDE * SIDE) return undefined;
  const levels = levelsOf(luminance);
  const at = (row: number, column: number) => levels[SIDE * row + column] as number;
  const [first, last] = [0, SIDE - 1];
  const corners = at(first, first) + at(first, last) + at(last, first) + at(last, last);
  return corners / (at(3, 3) + at(3, 4) + at(4, 3) + at(4, 4));
}

/** Levels from half a level on, so that their ratios are finite. */
function levelsOf(luminance: string): number[] {
  return Array.from(luminance, (character) => character.charCodeAt(0) - DARKEST + 0.5);
}

/**
 * Sketches: histograms of all features of the pictures of one hour. They add up: the sketch of two sets of scenes is
 * the sum of their sketches, in any order. Weights are of scenes (`scenes.ts`), not of pictures.
 */

import { ALL_BINS, type Binned, binsOf, CELL_SCALE, CELLS, FIRST_BIN, type PictureFacts, SCALES } from './features.ts';
import { sceneWeights } from './scenes.ts';

/** Histograms of an hour, or of several. */
export interface Sketch {
  readonly pictures: number;
  /** Sum of the weights of all pictures: how many scenes they show. */
  readonly scenes: number;
  /** Weight of the pictures that were refused. */
  readonly refused: number;
  /** Weight in each bin of `FIRST_BIN`. */
  readonly bins: readonly number[];
  /** Weight by label: of each picture with objects, the share of its objects. */
  readonly labels: Readonly<Record<string, number>>;
  /** Weight by the label that most objects of a picture have. Labels with equally many share it. */
  readonly mainLabels: Readonly<Record<string, number>>;
}

/** A sketch to which pictures are added. */
export class SketchBuilder {
  private pictures = 0;
  private scenes = 0;
  private refused = 0;
  private readonly bins = new Float64Array(ALL_BINS);
  private readonly labels = new Map<string, number>();
  private readonly mainLabels = new Map<string, number>();

  /** @param weight of the picture, 1 / pictures of its scene */
  add({ bins, labels }: Binned, weight: number): void {
    this.pictures += 1;
    this.scenes += weight;
    for (const [bin, share] of bins) this.bins[bin] = (this.bins[bin] as number) + weight * share;
    if (!labels) this.refused += weight;
    for (const [label, share] of labels ?? []) addTo(this.labels, label, weight * share);
    const main = mainLabelsOf(labels ?? new Map());
    for (const label of main) addTo(this.mainLabels, label, weight / main.length);
  }

  sketch(): Sketch {
    const { pictures, scenes, refused, labels, mainLabels } = this;
    return { pictures, scenes, refused, bins: [...this.bins], ...plain({ labels, mainLabels }) };
  }
}

/** Shares that differ by less are of equally many objects: they are sums of fractions. */
const EQUAL = 1e-9;

function mainLabelsOf(labels: ReadonlyMap<string, number>): string[] {
  const most = Math.max(...labels.values());
  return [...labels].filter(([, share]) => share >= most - EQUAL).map(([label]) => label);
}

function addTo(weights: Map<string, number>, label: string, weight: number): void {
  weights.set(label, (weights.get(label) ?? 0) + weight);
}

type OfLabels = Pick<Sketch, 'labels' | 'mainLabels'>;

function plain({ labels, mainLabels }: Readonly<Record<keyof OfLabels, ReadonlyMap<string, number>>>): OfLabels {
  return { labels: Object.fromEntries(labels), mainLabels: Object.fromEntries(mainLabels) };
}

/** The sketch of the pictures of one hour. @param bins `binsOf`, or its results from before */
export function sketchOf<P extends PictureFacts>(
  pictures: readonly P[],
  bins: (picture: P) => Binned = binsOf,
): Sketch {
  const builder = new SketchBuilder();
  const weights = sceneWeights(pictures);
  pictures.forEach((picture, index) => {
    builder.add(bins(picture), weights[index] as number);
  });
  return builder.sketch();
}

/** Of no picture: adding it changes nothing. */
export const EMPTY: Sketch = {
  pictures: 0,
  scenes: 0,
  refused: 0,
  bins: Array(ALL_BINS).fill(0),
  labels: {},
  mainLabels: {},
};

/** The sum of sketches. */
export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const bins = new Float64Array(ALL_BINS);
  const [labels, mainLabels] = [new Map<string, number>(), new Map<string, number>()];
  let [pictures, scenes, refused] = [0, 0, 0];
  for (const sketch of sketches) {
    pictures += sketch.pictures;
    scenes += sketch.scenes;
    refused += sketch.refused;
    for (let bin = 0; bin < ALL_BINS; bin++) bins[bin] = (bins[bin] as number) + (sketch.bins[bin] as number);
    for (const [label, weight] of Object.entries(sketch.labels)) addTo(labels, label, weight);
    for (const [label, weight] of Object.entries(sketch.mainLabels)) addTo(mainLabels, label, weight);
  }
  return { pictures, scenes, refused, bins: [...bins], ...plain({ labels, mainLabels }) };
}

/** Part of the row of all bins. */
export interface BinRange {
  readonly first: number;
  readonly count: number;
}

/** The bins of each ordered feature, and of each cell of the scene signature as `cell-0` … `cell-15`. */
export const BIN_RANGES: ReadonlyMap<string, BinRange> = new Map([
  ...Object.entries(SCALES).map(
    ([name, { count }]) => [name, { first: FIRST_BIN[name as keyof typeof SCALES], count }] as const,
  ),
  ...Array.from({ length: CELLS }, (_, cell) => {
    const { count } = CELL_SCALE;
    return [`cell-${cell}`, { first: FIRST_BIN.cells + cell * count, count }] as const;
  }),
]);

/** A sketch as it is stored: of each histogram, the weights from the first bin that has one to the last. */
export interface StoredSketch extends Omit<Sketch, 'bins'> {
  readonly histograms: Readonly<Record<string, { readonly from: number; readonly weights: readonly number[] }>>;
}

/** Digits of stored weights. A year of hours adds up to less than one picture of rounding. */
const DIGITS = 4;

/** @returns a few KB as JSON */
export function storedSketch({ bins, labels, mainLabels, ...counts }: Sketch): StoredSketch {
  const histograms = [...BIN_RANGES].flatMap(([name, { first, count }]) => {
    const weights = bins.slice(first, first + count).map(rounded);
    const from = weights.findIndex((weight) => weight > 0);
    const last = weights.findLastIndex((weight) => weight > 0);
    return from < 0 ? [] : [[name, { from, weights: weights.slice(from, last + 1) }] as const];
  });
  return {
    ...counts,
    scenes: rounded(counts.scenes),
    refused: rounded(counts.refused),
    labels: roundedWeights(labels),
    mainLabels: roundedWeights(mainLabels),
    histograms: Object.fromEntries(histograms),
  };
}

function roundedWeights(weights: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(weights).map(([label, weight]) => [label, rounded(weight)]));
}

/** Histograms of features that this release does not know are left out. */
export function sketchFrom({ histograms, ...counts }: StoredSketch): Sketch {
  const bins: number[] = Array(ALL_BINS).fill(0);
  for (const [name, { from, weights }] of Object.entries(histograms)) {
    const range = BIN_RANGES.get(name);
    weights.forEach((weight, index) => {
      if (range && from + index < range.count) bins[range.first + from + index] = weight;
    });
  }
  return { ...counts, bins };
}

function rounded(weight: number): number {
  return Number(weight.toFixed(DIGITS));
}

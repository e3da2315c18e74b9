/** All bets of the monitor, and how they share the risk of a false alarm. */

import { CELLS } from './features.ts';
import type { Payoff, Side } from './payoffs.ts';
import { BIN_RANGES, type Sketch } from './sketch.ts';

/** Features of the picture, as they are reported. */
export const PICTURE_FEATURES = [
  'size',
  'aspect',
  'quality',
  'brightness',
  'contrast',
  'sharpness',
  'saturation',
  'tilt',
  'corners',
  'scene',
] as const;
/** What can change, as it is reported. */
export const FEATURES = [
  ...PICTURE_FEATURES,
  'objects',
  'labels',
  'confidence',
  'objectSize',
  'objectPlace',
  'refused',
] as const;
export type Feature = (typeof FEATURES)[number];

/** One bet. */
export interface Bet {
  readonly feature: Feature;
  /**
   * Name of a histogram of `BIN_RANGES`, or of a label; `OTHERS` for all that are not in the list; empty if refused.
   */
  readonly of: string;
  readonly payoff: Payoff;
  readonly side: Side;
  /** Part of the capital: all bets together have 1. */
  readonly weight: number;
}

/** In place of a label: all that the reference does not have, or hardly. No label has this character. */
export const OTHERS = '\u0000';

/** Most labels with a bet of their own; least share of one in the reference. */
const MOST_LABELS = 12;
const LEAST_SHARE = 0.01;

/** Parts of a feature's capital for the bets on one histogram: on its ranks, either way, and on its tails. */
const ORDERED_BETS = [
  ['rank', 'more', 3 / 8],
  ['rank', 'less', 3 / 8],
  ['high', 'more', 1 / 8],
  ['low', 'more', 1 / 8],
] as const;

/** Parts of the capital of labels: on their shares in the objects, and on the main label of a picture. */
const LABEL_PARTS = { share: 0.3, main: 0.7 } as const;

/** The histograms of a feature whose values have an order. */
function histogramNames(feature: Exclude<Feature, 'labels' | 'refused'>): readonly string[] {
  if (feature === 'scene') return Array.from({ length: CELLS }, (_, cell) => `cell-${cell}`);
  return feature === 'objectPlace' ? ['objectX', 'objectY'] : [feature];
}

/** The bets for a reference. @param reference the sum of its sketches, which decides on which labels there is a bet */
export function betsFor(reference: Sketch): Bet[] {
  return FEATURES.flatMap((feature): Bet[] => {
    if (feature === 'labels')
      return [...labelsOf(reference), OTHERS].flatMap((of, _, all) => [
        ...eitherWay({ feature, of, payoff: 'share', weight: LABEL_PARTS.share / all.length }),
        ...eitherWay({ feature, of, payoff: 'main', weight: LABEL_PARTS.main / all.length }),
      ]);
    if (feature === 'refused') return eitherWay({ feature, of: '', payoff: 'share', weight: 1 });
    const names = histogramNames(feature);
    return names.flatMap((of) => orderedBets(feature, of, names.length));
  });
}

/** The most frequent labels. */
function labelsOf({ labels }: Sketch): string[] {
  const total = Object.values(labels).reduce((sum, weight) => sum + weight, 0);
  return Object.entries(labels)
    .filter(([, weight]) => weight >= LEAST_SHARE * total)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_LABELS)
    .map(([label]) => label);
}

function orderedBets(feature: Feature, of: string, histograms: number): Bet[] {
  return ORDERED_BETS.map(([payoff, side, part]) => {
    return { feature, of, payoff, side, weight: part / histograms / FEATURES.length };
  });
}

/** @param bet its weight is the part of the feature's capital */
function eitherWay({ weight, ...bet }: Omit<Bet, 'side'>): Bet[] {
  return (['more', 'less'] as const).map((side) => ({ ...bet, side, weight: weight / 2 / FEATURES.length }));
}

/** The same for bets on the same histogram. */
export function histogramKey({ feature, of, payoff }: Bet): string {
  return `${feature} ${of} ${payoff === 'main' ? payoff : ''}`;
}

/** Gives the histogram of each bet in a sketch. @param bets all bets, which decide what the other labels are */
export function histogramsOf(bets: readonly Bet[]): (sketch: Sketch, bet: Bet) => readonly number[] {
  const known = new Set(bets.filter(({ feature }) => feature === 'labels').map(({ of }) => of));
  return (sketch, { feature, of, payoff }) => {
    if (feature === 'refused') return [sketch.scenes - sketch.refused, sketch.refused];
    if (feature === 'labels') return labelHistogram(payoff === 'main' ? sketch.mainLabels : sketch.labels, of, known);
    const range = BIN_RANGES.get(of);
    return range ? sketch.bins.slice(range.first, range.first + range.count) : [];
  };
}

/** Weight without and with the label. */
function labelHistogram(weights: Sketch['labels'], of: string, known: ReadonlySet<string>): [number, number] {
  let [others, having] = [0, 0];
  for (const [label, weight] of Object.entries(weights)) {
    const isIt = of === OTHERS ? !known.has(label) : label === of;
    if (isIt) having += weight;
    else others += weight;
  }
  return [others, having];
}

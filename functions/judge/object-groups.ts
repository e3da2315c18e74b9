/** Sums over the objects of one group, as a label or a size, in pictures that two versions have answered. */

import type { Comparison, Detection } from './agreement.ts';
import { type Estimate, estimate } from './shadow-tally.ts';

/** The answers of both versions to one picture. */
export interface AnswerPair {
  readonly baseline: readonly Detection[];
  readonly candidate: readonly Detection[];
}

/** Sides of a square with the largest area of small and of medium objects, pixels of the source: those of COCO. */
const SIDES = { small: 32, medium: 96 } as const;

/** By size, as in the evaluations of COCO. */
export type ObjectSize = 'small' | 'medium' | 'large';

/** @see https://cocodataset.org/#detection-eval */
export function sizeOf({ box: { width, height } }: Detection): ObjectSize {
  const area = width * height;
  if (area < SIDES.small ** 2) return 'small';
  return area < SIDES.medium ** 2 ? 'medium' : 'large';
}

/** The objects of one group over all pictures. */
export interface GroupRow {
  readonly name: string;
  /** Pictures in which either version detected an object of the group. */
  readonly pictures: number;
  readonly baseline: number;
  readonly candidate: number;
  readonly matched: number;
  readonly missed: number;
  readonly extra: number;
  /** Share of all detected objects that only one of the two versions detected, 0–1. */
  readonly disagreement: number;
  /** Means over the matches; absent without matches. */
  readonly meanIou?: number;
  readonly confidenceShift?: number;
}

/** A row with the means over its pictures, each with bounds that hold at every look. */
export interface BoundedRow extends GroupRow {
  /** Of a picture's objects, the share that only one version detected. 0–1. */
  readonly ofPicture: Estimate;
  /** Of a picture: candidate minus baseline, by the larger of both counts. −1 to 1. */
  readonly countShift: Estimate;
}

interface Sums {
  pictures: number;
  baseline: number;
  candidate: number;
  matched: number;
  iou: number;
  shift: number;
  /** How often each value occurred, rounded to four decimals. */
  readonly disagreements: Map<number, number>;
  /** Likewise; −1 to 1 as 0 to 1. */
  readonly countShifts: Map<number, number>;
}

/** Counts of one group in one picture. */
interface InPicture {
  baseline: number;
  candidate: number;
  matched: number;
}

/** The groups that were seen so far. It changes in place, because copies for each picture take quadratic time. */
export class ObjectGroups {
  private readonly groups = new Map<string, Sums>();
  private readonly groupOf: (detection: Detection) => string;

  constructor(groupOf: (detection: Detection) => string) {
    this.groupOf = groupOf;
  }

  /** A pair belongs to the group of the baseline's object, so it is not missed in one and extra in another. */
  add({ baseline, candidate }: AnswerPair, { matches }: Pick<Comparison, 'matches'>): void {
    const picture = new Map<string, InPicture>();
    const names = candidate.map(this.groupOf);
    for (const each of baseline) inPicture(picture, this.groupOf(each)).baseline += 1;
    for (const match of matches) {
      const [a, b] = [baseline[match.baseline], candidate[match.candidate]];
      if (!a || !b) continue;
      const name = this.groupOf(a);
      names[match.candidate] = name;
      inPicture(picture, name).matched += 1;
      const sums = this.sumsOf(name);
      sums.iou += match.iou;
      sums.shift += b.confidence - a.confidence;
    }
    for (const name of names) inPicture(picture, name).candidate += 1;
    for (const [name, counts] of picture) addCounts(this.sumsOf(name), counts);
  }

  /** The most frequent group of the baseline first. */
  rows(): GroupRow[] {
    return this.sorted().map(([name, sums]) => rowOf(name, sums));
  }

  /** @param alpha the chance that one bound is ever wrong */
  boundedRows(alpha: number): BoundedRow[] {
    return this.sorted().map(([name, sums]) => {
      const share = estimate([...sums.countShifts], alpha);
      const signed = (value: number) => 2 * value - 1;
      const { mean } = share;
      return {
        ...rowOf(name, sums),
        ofPicture: estimate([...sums.disagreements], alpha),
        countShift: {
          ...(mean !== undefined && { mean: signed(mean) }),
          atLeast: signed(share.atLeast),
          atMost: signed(share.atMost),
        },
      };
    });
  }

  private sorted(): [string, Sums][] {
    return [...this.groups].toSorted(([, a], [, b]) => b.baseline - a.baseline);
  }

  private sumsOf(name: string): Sums {
    const found = this.groups.get(name);
    if (found) return found;
    const empty = { pictures: 0, baseline: 0, candidate: 0, matched: 0, iou: 0, shift: 0 };
    const sums = { ...empty, disagreements: new Map<number, number>(), countShifts: new Map<number, number>() };
    this.groups.set(name, sums);
    return sums;
  }
}

function inPicture(picture: Map<string, InPicture>, name: string): InPicture {
  const counts = picture.get(name) ?? { baseline: 0, candidate: 0, matched: 0 };
  picture.set(name, counts);
  return counts;
}

function addCounts(sums: Sums, { baseline, candidate, matched }: InPicture): void {
  sums.pictures += 1;
  sums.baseline += baseline;
  sums.candidate += candidate;
  sums.matched += matched;
  count(sums.disagreements, 1 - matched / (baseline + candidate - matched));
  count(sums.countShifts, ((candidate - baseline) / Math.max(candidate, baseline) + 1) / 2);
}

function count(values: Map<number, number>, value: number): void {
  const rounded = Number(value.toFixed(4));
  values.set(rounded, (values.get(rounded) ?? 0) + 1);
}

function rowOf(name: string, { pictures, baseline, candidate, matched, iou, shift }: Sums): GroupRow {
  return {
    ...{ name, pictures, baseline, candidate, matched },
    missed: baseline - matched,
    extra: candidate - matched,
    disagreement: 1 - matched / (baseline + candidate - matched),
    ...(matched > 0 && { meanIou: iou / matched, confidenceShift: shift / matched }),
  };
}

import { type Box, boxIou, overlapArea } from '../detection/box.ts';
import type { TruthBox } from './photos.ts';

/** COCO's IoU thresholds, 0.50 to 0.95 in steps of 0.05, computed like numpy's `linspace`, so that ties are equal. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, index) =>
  index === 9 ? 0.95 : 0.5 + (index * (0.95 - 0.5)) / 9,
);

/** COCO's ranges of an object's area in square pixels, both ends inclusive. */
export const AREA_RANGES = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
} as const satisfies Record<string, readonly [number, number]>;

export type AreaRange = keyof typeof AREA_RANGES;

/** COCO's limit for the detections of a class in one photo, by descending confidence. */
export const MAX_DETECTIONS = 100;

/** Result of one detection. */
export const VERDICT = { wrong: 0, right: 1, ignored: 2 } as const;

/** The parts of a detection that matching needs. */
export interface Scored {
  readonly confidence: number;
  readonly box: Box;
}

/** Matches of the detections of one class in one photo, by IoU threshold. */
export interface PhotoMatches {
  /** Confidences of the detections, descending. */
  readonly scores: readonly number[];
  /** One `VERDICT` per detection in the order of `scores`, for each IoU threshold. */
  readonly verdicts: readonly Uint8Array[];
  /** Indexes of the matched objects, for each IoU threshold. */
  readonly taken: readonly ReadonlySet<number>[];
  /** Number of objects in the area range, without crowds. */
  readonly positives: number;
}

export interface MatchOptions {
  /** Default `IOU_THRESHOLDS`. */
  readonly thresholds?: readonly number[];
  /** Default `all`. */
  readonly area?: AreaRange;
  /** Default `MAX_DETECTIONS`. */
  readonly limit?: number;
}

/**
 * Matches the detections of one class in one photo with its objects like COCO's evaluation (Lin et al., "Microsoft
 * COCO: Common Objects in Context", arXiv:1405.0312; reference: `evaluateImg` in cocodataset/cocoapi, Python). By
 * descending confidence, each detection matches the free object with the highest IoU from the threshold on. It matches
 * a crowd or an object outside of the area range only if no other object is left, and is then ignored; so is an
 * unmatched detection outside of the range.
 */
export function matchPhoto(
  detections: readonly Scored[],
  truths: readonly TruthBox[],
  { thresholds = IOU_THRESHOLDS, area = 'all', limit = MAX_DETECTIONS }: MatchOptions = {},
): PhotoMatches {
  const ranked = detections.toSorted((a, b) => b.confidence - a.confidence).slice(0, limit);
  const targets = targetsOf(truths, area);
  const overlaps = ranked.map(({ box }) => targets.map(({ truth }) => cocoIou(box, truth)));
  const outside = ranked.map(({ box }) => !inRange(box.width * box.height, area));
  const judged = thresholds.map((threshold) => judge(overlaps, targets, outside, threshold));
  return {
    scores: ranked.map(({ confidence }) => confidence),
    verdicts: judged.map(({ verdicts }) => verdicts),
    taken: judged.map(({ taken }) => taken),
    positives: targets.filter(({ ignored }) => !ignored).length,
  };
}

interface Target {
  /** Index in the list of objects. */
  readonly index: number;
  readonly truth: TruthBox;
  readonly ignored: boolean;
}

function targetsOf(truths: readonly TruthBox[], area: AreaRange): Target[] {
  const targets = truths.map((truth, index) => ({ index, truth, ignored: truth.crowd || !inRange(truth.area, area) }));
  return targets.toSorted((a, b) => Number(a.ignored) - Number(b.ignored));
}

function inRange(area: number, range: AreaRange): boolean {
  const [least, most] = AREA_RANGES[range];
  return area >= least && area <= most;
}

/** Intersection over union; for a crowd, intersection over the area of the detection. */
export function cocoIou(box: Box, { box: truth, crowd }: Pick<TruthBox, 'box' | 'crowd'>): number {
  if (!crowd) return boxIou(box, truth);
  const shared = overlapArea(box, truth);
  return shared > 0 ? shared / (box.width * box.height) : 0;
}

function judge(
  overlaps: readonly (readonly number[])[],
  targets: readonly Target[],
  outside: readonly boolean[],
  threshold: number,
): { verdicts: Uint8Array; taken: Set<number> } {
  const taken = new Set<number>();
  const verdicts = Uint8Array.from(overlaps, (row, detection) => {
    const match = bestTarget(row, targets, taken, threshold);
    if (!match) return outside[detection] ? VERDICT.ignored : VERDICT.wrong;
    taken.add(match.index);
    return match.ignored ? VERDICT.ignored : VERDICT.right;
  });
  return { verdicts, taken };
}

/**
 * The target that a detection matches; of equal overlaps the later one, like the reference. A crowd can match
 * repeatedly.
 */
function bestTarget(
  overlaps: readonly number[],
  targets: readonly Target[],
  taken: ReadonlySet<number>,
  threshold: number,
): Target | undefined {
  let least = Math.min(threshold, 1 - 1e-10);
  let best: Target | undefined;
  for (const [index, target] of targets.entries()) {
    if (taken.has(target.index) && !target.truth.crowd) continue;
    if (best && target.ignored && !best.ignored) break;
    const overlap = overlaps[index] as number;
    if (overlap < least) continue;
    least = overlap;
    best = target;
  }
  return best;
}

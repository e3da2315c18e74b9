import type { Corners } from '../../../functions/detection/box.ts';
import { iou } from '../../../functions/detection/box.ts';
import type { Detection } from '../../../functions/detection/detect.ts';
import { inPercent } from '../../../functions/report/format.ts';
import { cocoIou, matchPhoto, VERDICT } from '../../../functions/truth/matching.ts';
import type { PhotoTruth } from '../../../functions/truth/photos.ts';
import { LEAST_OVERLAP, type Located, locate } from './locate.ts';
import { namings, orderFaults, provesNames } from './naming.ts';

/** Results of a model on one golden picture. */
export interface GoldenRun {
  readonly picture: string;
  readonly detections: readonly Detection[];
  /** All boxes above the threshold before NMS, in pixels of the tensor. */
  readonly boxes: readonly Corners[];
  /** The tensor's size, pixels. */
  readonly tensor: { readonly width: number; readonly height: number };
  /** All annotated objects of the picture, whatever the labels of the model are. */
  readonly objects: NonNullable<PhotoTruth['boxes']>;
  /** Annotations of the picture for the model's labels, if there are any. */
  readonly truth: PhotoTruth | undefined;
}

/** Whether the detections in the golden pictures are plausible. */
export interface Sanity {
  /** Reasons why they are not, in words; empty if they are. */
  readonly faults: readonly string[];
  /** Annotated objects with a label of the model, and the number of them that it found. */
  readonly annotated: number;
  readonly found: number;
  /** All annotated objects, and the number of them that a box of any label fits. */
  readonly objects: number;
  readonly located: number;
  /** The labels under which their objects were found. */
  readonly named: readonly string[];
  /** What the annotated objects prove; nothing is proven without them. */
  readonly checked: { readonly boxes: boolean; readonly classes: boolean };
  /** Ranks hypotheses; higher is better. */
  readonly quality: number;
}

/** Largest mean share of box area outside of the picture; a few percent are usual. */
const MOST_OUTSIDE = 0.25;

/** Boxes with a shorter side are points or lines, pixels of the tensor. */
const LEAST_SIDE = 2;

/** More detections in one golden picture are noise. */
const MOST_DETECTIONS = 100;

/** A box with a lower IoU belongs to another object. */
const TOUCHING = 0.1;

/** Share of the annotated objects that even a weak detector finds, because the golden pictures are easy. */
const LEAST_FOUND = 1 / 3;

/**
 * Share of the boxes with an annotated label that fit an object. Measured: 0.17 for a good detector with x and y
 * exchanged, whose square objects keep their boxes; 0.92 for a weak one (counter-nano 1.0.0).
 */
const LEAST_RIGHT = 1 / 3;

/**
 * Checks detections from outputs of the right shape: a wrong layout gives plausible numbers, but wrong boxes. Boxes
 * must not reach far outside of the picture, be points, be equal in every picture, or be very many, and must fit the
 * annotated objects: those of the model's labels, or all objects of one kind where the model has none of the labels.
 */
export function judge(runs: readonly GoldenRun[], labels: readonly string[]): Sanity {
  const boxes = runs.flatMap((run) => run.boxes.map((box) => ({ box, tensor: run.tensor })));
  const { annotated, found, wrong, quality } = annotatedObjects(runs);
  const all = locate(runs);
  const overlap = medianOverlap(runs);
  const names = namings(runs);
  const faults = [
    ...(boxes.length === 0 ? ['no object was found in any golden picture'] : []),
    ...outsideFault(boxes),
    ...pointFault(boxes),
    ...noiseFault(runs),
    ...sameFault(runs),
    ...(annotated > 0 && boxes.length > 0 && found / annotated < LEAST_FOUND
      ? [`only ${found} of the ${annotated} annotated objects in the golden pictures were found`]
      : []),
    ...(found > 0 && found / (found + wrong) < LEAST_RIGHT
      ? [`only ${found} of ${found + wrong} boxes with the annotated labels fit an object in the golden pictures`]
      : []),
    ...orderFaults(names),
    ...(annotated === 0 && boxes.length > 0 ? unlocatedFault(all) : []),
    ...(overlap !== undefined && overlap < LEAST_OVERLAP
      ? [`boxes and objects have a median IoU of ${overlap.toFixed(2)}, under ${LEAST_OVERLAP}`]
      : []),
  ];
  const { objects, located } = all;
  const matched = annotated > 0 && found / annotated >= LEAST_FOUND;
  const checked = { boxes: all.fits || (matched && found > 1), classes: matched && provesNames(names, runs, labels) };
  const named = names.filter(({ own }) => own > 0).map(({ label }) => label);
  const best = annotated > 0 ? quality : all.quality;
  return { faults, annotated, found, objects, located, named, checked, quality: best };
}

/** Nothing that the pictures show was found, so what was found is false. */
function unlocatedFault({ objects, located, fits }: Located): string[] {
  if (objects === 0 || fits) return [];
  return [
    `none of its labels is annotated, and boxes of any label fit only ${located} of the ${objects} annotated objects`,
  ];
}

type BoxInTensor = { readonly box: Corners; readonly tensor: GoldenRun['tensor'] };

function outsideFault(boxes: readonly BoxInTensor[]): string[] {
  if (boxes.length === 0) return [];
  const mean = boxes.reduce((sum, each) => sum + outside(each), 0) / boxes.length;
  if (mean <= MOST_OUTSIDE) return [];
  return [`on average ${inPercent(mean, 0)} of a box lies outside of the picture`];
}

function outside({ box, tensor }: BoxInTensor): number {
  const whole = Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const across = Math.min(tensor.width, box.right) - Math.max(0, box.left);
  const down = Math.min(tensor.height, box.bottom) - Math.max(0, box.top);
  return whole === 0 ? 0 : 1 - (Math.max(0, across) * Math.max(0, down)) / whole;
}

function pointFault(boxes: readonly BoxInTensor[]): string[] {
  const points = boxes.filter(({ box }) => Math.min(box.right - box.left, box.bottom - box.top) < LEAST_SIDE);
  if (points.length * 2 <= boxes.length || boxes.length === 0) return [];
  return [`${points.length} of ${boxes.length} boxes are less than ${LEAST_SIDE} pixels wide or high`];
}

function noiseFault(runs: readonly GoldenRun[]): string[] {
  const noisy = runs.find(({ detections }) => detections.length > MOST_DETECTIONS);
  return noisy ? [`${noisy.detections.length} objects were found in ${noisy.picture}`] : [];
}

/** Equal detections in different pictures do not depend on the picture. */
function sameFault(runs: readonly GoldenRun[]): string[] {
  const [first, ...others] = runs;
  if (!first || others.length === 0 || first.boxes.length === 0) return [];
  const same = others.every(
    ({ boxes }) =>
      boxes.length === first.boxes.length &&
      boxes.every((box, index) => iou(box, first.boxes[index] as Corners) > 0.99),
  );
  return same ? ['the same boxes were found in every golden picture'] : [];
}

/** Median, over the annotated objects that a box of their label touches, of the best IoU. */
function medianOverlap(runs: readonly GoldenRun[]): number | undefined {
  const overlaps = runs.flatMap(({ truth, detections }) => {
    const objects = truth?.boxes?.filter(({ label }) => truth.judged.has(label)) ?? [];
    return objects.map((object) => {
      const own = detections.filter(({ label }) => label === object.label);
      return Math.max(0, ...own.map(({ box }) => cocoIou(box, object)));
    });
  });
  const touching = overlaps.filter((overlap) => overlap > TOUCHING).toSorted((a, b) => a - b);
  return touching[Math.floor(touching.length / 2)];
}

function annotatedObjects(runs: readonly GoldenRun[]) {
  let [annotated, found, wrong, quality] = [0, 0, 0, 0];
  for (const { truth, detections } of runs) {
    for (const label of truth?.judged ?? []) {
      const own = detections.filter((detection) => detection.label === label);
      const objects = truth?.boxes?.filter((box) => box.label === label) ?? [];
      const { verdicts, scores } = matchPhoto(own, objects, { thresholds: [0.5], limit: Number.POSITIVE_INFINITY });
      annotated += objects.length;
      for (const [index, verdict] of (verdicts[0] ?? []).entries()) {
        found += verdict === VERDICT.right ? 1 : 0;
        wrong += verdict === VERDICT.wrong ? 1 : 0;
        quality += (verdict === VERDICT.right ? 1 : -1) * (scores[index] as number);
      }
    }
  }
  return { annotated, found, wrong, quality };
}

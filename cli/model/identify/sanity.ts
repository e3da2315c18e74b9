import type { Corners } from '../../../functions/detection/box.ts';
import { iou } from '../../../functions/detection/box.ts';
import type { Detection } from '../../../functions/detection/detect.ts';
import { cocoIou, matchPhoto, VERDICT } from '../evaluation/matching.ts';
import type { PhotoTruth } from '../evaluation/photos.ts';

/** What a model says about one golden picture. */
export interface GoldenRun {
  readonly picture: string;
  readonly detections: readonly Detection[];
  /** All boxes over the threshold before suppression, in pixels of the tensor. */
  readonly boxes: readonly Corners[];
  /** The tensor's size, pixels. */
  readonly tensor: { readonly width: number; readonly height: number };
  /** What is really in the picture, where that is known. */
  readonly truth: PhotoTruth | undefined;
}

/** Whether what a model says about the golden pictures makes sense. */
export interface Sanity {
  /** Why it does not, in words; empty where it does. */
  readonly faults: readonly string[];
  /** Objects of labels that the model knows, and how many of them it found. */
  readonly known: number;
  readonly found: number;
  /** To choose between hypotheses; more is better. */
  readonly quality: number;
}

/** Share of their area that real detectors' boxes may have outside of the picture, in the mean; a few per cent are usual. */
const MOST_OUTSIDE = 0.25;

/** Boxes with a side under this, in pixels of the tensor, are points or lines. */
const LEAST_SIDE = 2;

/** More than these in one golden picture are noise. */
const MOST_DETECTIONS = 100;

/**
 * How well, as IoU in the median, boxes fit the known objects that they touch at all. Measured: 0.83 to 0.97 for six detectors from weak
 * to good, 0.59 with x and y exchanged, 0.3 with centre and size exchanged.
 */
const LEAST_OVERLAP = 0.7;

/** Less than this is not about the same object. */
const TOUCHING = 0.1;

/** Share of the known objects that even a weak detector finds in the golden pictures, which are easy. */
const LEAST_FOUND = 1 / 3;

/**
 * Judges answers whose shape is right: a wrong layout gives plausible numbers and nonsense boxes. Boxes may not reach far out of the
 * picture, be points, be the same in every picture, or be very many; and the known objects have to be where they are.
 */
export function judge(runs: readonly GoldenRun[]): Sanity {
  const boxes = runs.flatMap((run) => run.boxes.map((box) => ({ box, tensor: run.tensor })));
  const { known, found, quality } = knownObjects(runs);
  const overlap = medianOverlap(runs);
  const faults = [
    ...(boxes.length === 0 ? ['nothing was found in any golden picture'] : []),
    ...outsideFault(boxes),
    ...pointFault(boxes),
    ...noiseFault(runs),
    ...sameFault(runs),
    ...(known > 0 && boxes.length > 0 && found / known < LEAST_FOUND
      ? [`only ${found} of the ${known} objects in the golden pictures were found where they are`]
      : []),
    ...(overlap !== undefined && overlap < LEAST_OVERLAP
      ? [
          `boxes fit the objects that they are about by an IoU of only ${overlap.toFixed(2)} in the median, expected ${LEAST_OVERLAP}`,
        ]
      : []),
  ];
  return { faults, known, found, quality };
}

type Placed = { readonly box: Corners; readonly tensor: GoldenRun['tensor'] };

function outsideFault(boxes: readonly Placed[]): string[] {
  if (boxes.length === 0) return [];
  const mean = boxes.reduce((sum, each) => sum + outside(each), 0) / boxes.length;
  if (mean <= MOST_OUTSIDE) return [];
  return [`boxes lie ${Math.round(mean * 100)} % outside of the picture in the mean`];
}

function outside({ box, tensor }: Placed): number {
  const whole = Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const across = Math.min(tensor.width, box.right) - Math.max(0, box.left);
  const down = Math.min(tensor.height, box.bottom) - Math.max(0, box.top);
  return whole === 0 ? 0 : 1 - (Math.max(0, across) * Math.max(0, down)) / whole;
}

function pointFault(boxes: readonly Placed[]): string[] {
  const points = boxes.filter(({ box }) => Math.min(box.right - box.left, box.bottom - box.top) < LEAST_SIDE);
  if (points.length * 2 <= boxes.length || boxes.length === 0) return [];
  return [`${points.length} of ${boxes.length} boxes are less than ${LEAST_SIDE} pixels wide or high`];
}

function noiseFault(runs: readonly GoldenRun[]): string[] {
  const noisy = runs.find(({ detections }) => detections.length > MOST_DETECTIONS);
  return noisy ? [`${noisy.detections.length} objects were found in ${noisy.picture}`] : [];
}

/** The same answer to different pictures is no answer. */
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

/** The median, over the known objects, of the best overlap with a box of their label; those that no box touches are left out. */
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

function knownObjects(runs: readonly GoldenRun[]): Pick<Sanity, 'known' | 'found' | 'quality'> {
  let [known, found, quality] = [0, 0, 0];
  for (const { truth, detections } of runs) {
    for (const label of truth?.judged ?? []) {
      const own = detections.filter((detection) => detection.label === label);
      const objects = truth?.boxes?.filter((box) => box.label === label) ?? [];
      const { verdicts, scores } = matchPhoto(own, objects, { thresholds: [0.5], limit: Number.POSITIVE_INFINITY });
      known += objects.length;
      for (const [index, verdict] of (verdicts[0] ?? []).entries()) {
        found += verdict === VERDICT.right ? 1 : 0;
        quality += (verdict === VERDICT.right ? 1 : -1) * (scores[index] as number);
      }
    }
  }
  return { known, found, quality };
}

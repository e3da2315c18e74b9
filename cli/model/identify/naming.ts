import { cocoIou } from '../../../functions/truth/matching.ts';
import type { GoldenRun } from './sanity.ts';

/** How the objects of one annotated label of the model are named. */
export interface Naming {
  readonly label: string;
  readonly objects: number;
  /** Objects with a box of their own label. */
  readonly own: number;
  /** Objects with a fitting box of another label only, and these labels. */
  readonly other: number;
  readonly others: ReadonlySet<string>;
}

/** IoU from which a box fits an object. */
const FITTING = 0.5;

/** How a model names the annotated objects of its labels, by label. */
export function namings(runs: readonly GoldenRun[]): Naming[] {
  const objects = runs.flatMap(({ truth, detections }) =>
    (truth?.boxes ?? [])
      .filter(({ label }) => truth?.judged.has(label))
      .map((object) => {
        const fitting = detections.filter(({ box }) => cocoIou(box, object) >= FITTING).map(({ label }) => label);
        return { label: object.label, fitting };
      }),
  );
  return [...Map.groupBy(objects, ({ label }) => label)].map(([label, same]) => {
    const misnamed = same.filter(({ fitting }) => fitting.length > 0 && !fitting.includes(label));
    return {
      label,
      objects: same.length,
      own: same.filter(({ fitting }) => fitting.includes(label)).length,
      other: misnamed.length,
      others: new Set(misnamed.flatMap(({ fitting }) => fitting)),
    };
  });
}

/**
 * Labels in a wrong order: objects have boxes of another annotated label. Even a weak detector takes no car for an
 * apple, so this is no mistake of the model.
 */
export function orderFaults(all: readonly Naming[]): string[] {
  const annotated = new Set(all.map(({ label }) => label));
  return all.flatMap(({ label, objects, own, other, others }) => {
    const confused = [...others].filter((each) => annotated.has(each));
    if (other <= own || confused.length === 0) return [];
    return [
      `${other} of ${objects} objects "${label}" were found as "${confused.join('", "')}": ` +
        'the labels have another order than the classes of the model; set --labels in the model’s order',
    ];
  });
}

/**
 * Whether the names that the objects got prove the order of the labels. Two labels in their places prove it, because
 * class numbers follow each other; fewer, or a kind of objects under a label of another kind, leave it open.
 */
export function provesNames(all: readonly Naming[], runs: readonly GoldenRun[], labels: readonly string[]): boolean {
  const right = all.filter(({ own }) => own > 0).length;
  const misnamed = all.some(({ own, other }) => own === 0 && other > 0);
  return right >= Math.min(2, labels.length) && !misnamed && !hasNamedUnknown(runs);
}

/** Whether boxes fit most objects of a kind that the labels lack: the model knows it under another name. */
function hasNamedUnknown(runs: readonly GoldenRun[]): boolean {
  const objects = runs.flatMap(({ objects: all, truth, detections }) =>
    truth ? [] : all.map((object) => ({ object, detections })),
  );
  return [...Map.groupBy(objects, ({ object }) => object.label).values()].some((same) => {
    const fitting = same.filter(({ object, detections }) =>
      detections.some(({ box }) => cocoIou(box, object) >= FITTING),
    );
    return fitting.length * 2 > same.length;
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { addHere } from './add-here.ts';
import { ROOT, readJson } from './command.ts';
import type { Feed } from './feeds.ts';

/** A written model, with what is right about it. */
export interface Case {
  readonly model: () => Uint8Array;
  readonly feed: Feed;
  readonly labels: string;
  /** The labels of car, apple and potted plant, if the label list is right. */
  readonly right: readonly string[];
  readonly options?: Partial<AddOptions>;
}

/** What `model add` made of a model. */
export interface Result {
  /** The message of a refusal; `undefined` for an accepted model. */
  readonly refused?: string;
  readonly checked?: { readonly boxes: boolean; readonly classes: boolean; readonly colour: boolean };
  /** The parts that the screen says to be not checked. */
  readonly open?: string;
  /** Whether the package is right, by the annotated objects of the golden pictures. */
  readonly is?: { readonly boxes: boolean; readonly classes: boolean; readonly colour: boolean };
  readonly family?: unknown;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
type Truth = Readonly<Record<string, { readonly label: string; readonly boxes: readonly Box[] }>>;
type Expected = Readonly<Record<string, readonly { readonly label: string; readonly box: Box }[]>>;

const TRUTH: Truth = JSON.parse(readFileSync(join(ROOT, 'cli/model/golden-truth.json'), 'utf8'));
const KINDS = ['car', 'apple', 'potted plant'];

/** Objects of 11 that are found in a right reading, because the smallest of models misses some in other feeds. */
const ENOUGH = 7;

/** Adds a model, and compares the detections of the package with the annotations by itself. */
export async function resultOf({ model, feed, labels, right, options }: Case): Promise<Result> {
  const added = await addHere(model(), { labels, ...options }).catch((error: Error) => error);
  if (added instanceof Error) return { refused: added.message };
  const { manifest, output, models } = added;
  const found = readJson(join(models, 'detector/golden/expected.json')) as unknown as Expected;
  const objects = Object.entries(TRUTH).flatMap(([picture, { label, boxes }]) =>
    boxes.map((box) => {
      const fitting = (found[picture] ?? []).filter((each) => overlap(each.box, box) >= 0.6);
      return {
        label,
        fits: fitting.length > 0,
        own: fitting.some((each) => each.label === right[KINDS.indexOf(label)]),
      };
    }),
  );
  const fitting = objects.filter(({ fits }) => fits).length;
  // A weak model takes a car for a truck; wrong names are those of most objects of a kind.
  const named = Map.groupBy(objects, ({ label }) => label)
    .values()
    .every((kind) => 2 * kind.filter(({ own }) => own).length >= kind.filter(({ fits }) => fits).length);
  const boxesInAll = Object.values(found).reduce((sum, each) => sum + each.length, 0);
  return {
    checked: manifest.checked as NonNullable<Result['checked']>,
    open: /NOT checked: ([^.\n]*)/.exec(output)?.[1] ?? '',
    is: {
      boxes: fitting >= ENOUGH && boxesInAll <= 2 * fitting,
      classes: named,
      colour: (manifest.input as { colour: string }).colour === feed.colour,
    },
    family: manifest.family,
  };
}

function overlap(a: Box, b: Box): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, across) * Math.max(0, down);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

import { readFile } from 'node:fs/promises';
import { UnsupportedModelError } from './facts.ts';

/** COCO's 80 classes by category id (1–90): https://cocodataset.org. The other ids are unused. */
const COCO_IDS: Readonly<Record<number, string>> = {
  1: 'person',
  2: 'bicycle',
  3: 'car',
  4: 'motorcycle',
  5: 'airplane',
  6: 'bus',
  7: 'train',
  8: 'truck',
  9: 'boat',
  10: 'traffic light',
  11: 'fire hydrant',
  13: 'stop sign',
  14: 'parking meter',
  15: 'bench',
  16: 'bird',
  17: 'cat',
  18: 'dog',
  19: 'horse',
  20: 'sheep',
  21: 'cow',
  22: 'elephant',
  23: 'bear',
  24: 'zebra',
  25: 'giraffe',
  27: 'backpack',
  28: 'umbrella',
  31: 'handbag',
  32: 'tie',
  33: 'suitcase',
  34: 'frisbee',
  35: 'skis',
  36: 'snowboard',
  37: 'sports ball',
  38: 'kite',
  39: 'baseball bat',
  40: 'baseball glove',
  41: 'skateboard',
  42: 'surfboard',
  43: 'tennis racket',
  44: 'bottle',
  46: 'wine glass',
  47: 'cup',
  48: 'fork',
  49: 'knife',
  50: 'spoon',
  51: 'bowl',
  52: 'banana',
  53: 'apple',
  54: 'sandwich',
  55: 'orange',
  56: 'broccoli',
  57: 'carrot',
  58: 'hot dog',
  59: 'pizza',
  60: 'donut',
  61: 'cake',
  62: 'chair',
  63: 'couch',
  64: 'potted plant',
  65: 'bed',
  67: 'dining table',
  70: 'toilet',
  72: 'tv',
  73: 'laptop',
  74: 'mouse',
  75: 'remote',
  76: 'keyboard',
  77: 'cell phone',
  78: 'microwave',
  79: 'oven',
  80: 'toaster',
  81: 'sink',
  82: 'refrigerator',
  84: 'book',
  85: 'clock',
  86: 'vase',
  87: 'scissors',
  88: 'teddy bear',
  89: 'hair drier',
  90: 'toothbrush',
};

/** Predefined lists of labels. */
export const LABEL_SETS = {
  /** COCO's 80 classes in a row. */
  'coco-80': Object.values(COCO_IDS),
  /** By category id from 1 to 90; unused ids keep their positions. */
  'coco-90': byId(1),
  /** By category id from 0 to 90. */
  'coco-91': byId(0),
} as const;

export type LabelSet = keyof typeof LABEL_SETS;

function byId(first: number): string[] {
  return Array.from({ length: 91 - first }, (_, index) => COCO_IDS[first + index] ?? `unused-${first + index}`);
}

/**
 * Labels from the command line: the name of a set, a file (a JSON list or one label per line), or a list with commas.
 * @throws UnsupportedModelError for no labels and for duplicates
 */
export async function readLabels(given: string): Promise<string[]> {
  if (given in LABEL_SETS) return [...LABEL_SETS[given as LabelSet]];
  const text = await readFile(given, 'utf8').catch(() => undefined);
  const labels = text === undefined ? given.split(',') : linesOf(given, text);
  const clean = labels.map((label) => label.trim()).filter((label) => label !== '');
  const twice = clean.filter((label, index) => clean.indexOf(label) !== index);
  if (clean.length === 0) throw new UnsupportedModelError(`Expected labels in ${given}, received none`);
  if (twice.length > 0)
    throw new UnsupportedModelError(
      `Expected each label once in ${given}, received ${twice.join(', ')} twice; ` +
        'set --labels with another name for each class',
    );
  return clean;
}

function linesOf(path: string, text: string): string[] {
  if (!text.trimStart().startsWith('[')) return text.split('\n');
  const list: unknown = JSON.parse(text);
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  throw new UnsupportedModelError(
    `Expected a JSON list of labels in ${path}, received ${JSON.stringify(list).slice(0, 60)}`,
  );
}

/** Class names from the metadata of Ultralytics: a Python dictionary, `{0: 'person', 1: "driver's seat"}`. */
export function labelsFromMetadata({ names }: Readonly<Record<string, string>>): string[] | undefined {
  if (names === undefined) return undefined;
  const entries = [...names.matchAll(/(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const labels: string[] = [];
  for (const [, index, single, double] of entries)
    labels[Number(index)] = (single ?? double ?? '').replace(/\\(.)/g, '$1');
  return labels.length > 0 && labels.length === entries.length ? labels : undefined;
}

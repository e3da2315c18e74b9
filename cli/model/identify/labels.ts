import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { UnsupportedModelError } from './facts.ts';
import { isNotation, NAME_KEYS, namesIn, unquoted } from './label-text.ts';

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
 * Labels from the command line: the name of a set, a file (a notation of `namesIn`, or one label per line), or a list.
 * @throws UnsupportedModelError for a file that cannot be read, no labels, empty ones and duplicates
 */
export async function readLabels(given: string): Promise<string[]> {
  const set = given.trim().toLowerCase();
  if (Object.hasOwn(LABEL_SETS, set)) return [...LABEL_SETS[set as LabelSet]];
  const bytes = await readFile(given).catch((cause: Error) => {
    if (!isPath(given)) return undefined;
    throw new UnsupportedModelError(
      `Expected a readable file of labels for --labels, received ${given} (${cause.message}); set --labels to the ` +
        'file’s path, or to a list a,b,c',
      { cause },
    );
  });
  if (bytes) return checkedLabels(linesOf(given, decoded(bytes, given)), given);
  if (/^coco[-_ ]?\d*$/.test(set) || (/[;|]/.test(given) && !given.includes(','))) throw unreadable(given);
  return checkedLabels(isNotation(given) ? noted(given, given) : given.split(',').map((each) => each.trim()), given);
}

/** One word with a folder or a file extension is meant as a file, not as a label. */
function isPath(given: string): boolean {
  return !given.includes(',') && (/[/\\]/.test(given) || /\.[A-Za-z]\w{0,4}$/.test(given));
}

/** Text files of Windows can be in UTF-16. @throws UnsupportedModelError for another encoding */
function decoded(bytes: Buffer, path: string): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff && 'utf-16be';
  if (!wide && !isUtf8(bytes))
    throw new UnsupportedModelError(`Expected text in UTF-8 in ${path}, received another encoding; save it as UTF-8`);
  return new TextDecoder(wide || 'utf-8').decode(bytes).replace(/\r\n?/g, '\n');
}

function linesOf(path: string, text: string): string[] {
  const names = namesIn(text);
  if (names) return names;
  if (isNotation(text) || text.includes('\0') || /^\s*\w+\s*:/.test(text)) return noted(text, path);
  return text.trim().split('\n').map(unquoted);
}

function noted(text: string, source: string): string[] {
  const names = namesIn(text);
  if (names) return names;
  throw new UnsupportedModelError(
    `Expected a list of labels in ${source}, received ${text.trim().slice(0, 60)}; set --labels to a JSON list, ` +
      'or to a file with one label per line',
  );
}

function unreadable(given: string): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected a list of labels with commas, a file, or ${Object.keys(LABEL_SETS).join(', ')} for --labels, received ` +
      `${given}; set --labels a,b,c in the model’s order`,
  );
}

/** Values of exporters that mean no names. */
const NOTHING = /^\s*(none|null|nan|\{\}|)\s*$/i;

/**
 * Class names from the metadata of a file, in the notations of `namesIn`, or a list with commas.
 * @returns `undefined` for a file without names
 * @throws UnsupportedModelError for names in another form, empty and repeated names
 */
export function labelsFromMetadata(metadata: Readonly<Record<string, string>>): string[] | undefined {
  const key = NAME_KEYS.find((each) => {
    const value = metadata[each];
    return value !== undefined && !NOTHING.test(value) && (each === 'names' || /^\s*[[{(]|,/.test(value));
  });
  const text = key && metadata[key];
  if (text === undefined) return undefined;
  const plain = isNotation(text) || text.includes(':') ? undefined : text.trim().split(/[,\n]/);
  const labels = namesIn(text) ?? plain?.map((each) => each.trim());
  if (labels) return checkedLabels(labels, `the file’s metadata "${key}"`);
  throw new UnsupportedModelError(
    `Expected class names in the file’s metadata "${key}" as a list, or as a dictionary by number from 0 or 1, ` +
      `received ${text.slice(0, 80)}; set --labels with one name for each class`,
  );
}

function checkedLabels(given: readonly string[], source: string): string[] {
  const trimmed = given.map((label) => label.trim());
  const labels = trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed;
  const twice = [...new Set(labels.filter((label, index) => labels.indexOf(label) !== index))];
  const empty = labels.flatMap((label, index) => (label === '' ? [index] : []));
  const remedy = 'set --labels with another name for each class';
  if (labels.length === 0) throw new UnsupportedModelError(`Expected labels in ${source}, received none; ${remedy}`);
  if (empty.length > 0)
    throw new UnsupportedModelError(
      `Expected a name for each class in ${source}, received an empty one for ${empty.join(', ')}; ${remedy}`,
    );
  if (twice.length === 0) return [...labels];
  throw new UnsupportedModelError(
    `Expected each label once in ${source}, received ${twice.join(', ')} twice; ${remedy}`,
  );
}

import type { FamilyMatcher, ModelFacts, Proposal } from './facts.ts';
import { detsAndLabels, endToEnd, yolov8 } from './row-matchers.ts';
import { cells, isRank, only } from './shapes.ts';
import {
  LEGACY_YOLOX,
  NANODET,
  RTMDET,
  STRETCHED_BYTES,
  STRETCHED_IMAGENET,
  STRETCHED_RGB,
  ULTRALYTICS,
  YOLOX,
} from './usual-inputs.ts';

type Input = Proposal['input'];

const yolox: FamilyMatcher = {
  family: 'yolox',
  expected: (facts) => `one output [1, ${cells(facts, [8, 16, 32])}, 5 + classes]`,
  match(facts) {
    const output = only(facts);
    const anchors = cells(facts, [8, 16, 32]);
    if (!isRank(output, 3) || output.dims[1] !== anchors || (output.dims[2] ?? 0) < 6) return [];
    const base = {
      family: 'yolox',
      classes: (output.dims[2] as number) - 5,
      outputs: [output.name],
      iou: 0.45,
    } as const;
    return [YOLOX, LEGACY_YOLOX].map((input) => ({ ...base, input }));
  },
};

/** With one row per cell it can be YOLOv6, or YOLOX with `--decode_in_inference`: the golden pictures decide. */
const yolov5: FamilyMatcher = {
  family: 'yolov5',
  expected: (facts) => `one output [1, ${3 * cells(facts, [8, 16, 32])}, 5 + classes]`,
  match(facts) {
    const output = only(facts);
    const [, rows = 0, values = 0] = output?.dims ?? [];
    if (!isRank(output, 3) || values < 6 || values >= rows || rows < cells(facts, [8, 16, 32])) return [];
    const inputs = rows === cells(facts, [8, 16, 32]) ? [ULTRALYTICS, YOLOX, LEGACY_YOLOX] : [ULTRALYTICS];
    const base = { family: 'yolov5', classes: values - 5, outputs: [output.name], iou: 0.45 } as const;
    return inputs.map((input) => ({ ...base, input }));
  },
};

const nanodet: FamilyMatcher = {
  family: 'nanodet',
  expected: (facts) => {
    const [first, all] = [cells(facts, [8]), cells(facts, [8, 16, 32, 64])];
    return (
      `three or four outputs [1, ${first} …, classes] and as many [1, ${first} …, 4 · bins], ` +
      `or one output [1, ${all}, classes + 32]`
    );
  },
  match: (facts) => (facts.outputs.length === 1 ? nanodetPlus(facts) : nanodetPairs(facts)),
};

function nanodetPlus(facts: ModelFacts): Proposal[] {
  const output = only(facts);
  const classes = (output?.dims[2] ?? 0) - 32;
  if (!isRank(output, 3) || output.dims[1] !== cells(facts, [8, 16, 32, 64]) || classes < 1) return [];
  return [{ family: 'nanodet', classes, outputs: [output.name], input: NANODET, iou: 0.6 }];
}

/** Each stride has one output with class scores and one with distances; the number of classes distinguishes them. */
function nanodetPairs(facts: ModelFacts): Proposal[] {
  const strides = [8, 16, 32, 64].slice(0, facts.outputs.length / 2);
  const levels = strides.map((stride) => facts.outputs.filter(({ dims }) => dims[1] === cells(facts, [stride])));
  if (![3, 4].includes(strides.length) || levels.some((level) => level.length !== 2)) return [];
  const widths = [...new Set(facts.outputs.map(({ dims }) => dims[2] as number))];
  return widths.flatMap((classes) => {
    const scores = levels.map((level) => level.find(({ dims }) => dims[2] === classes));
    const distances = levels.map((level, index) => level.find((each) => each !== scores[index]));
    const complete = distances.every(
      (each) => each && (each.dims[2] as number) % 4 === 0 && (each.dims[2] as number) > 4,
    );
    const outputs = [...scores, ...distances].flatMap((each) => each?.name ?? []);
    if (!complete || outputs.length !== 2 * strides.length) return [];
    return [{ family: 'nanodet', classes, outputs, input: NANODET, iou: 0.6 }];
  });
}

const fastestdet: FamilyMatcher = {
  family: 'fastestdet',
  expected: ({ image }) => `one output [1, 5 + classes, ${image.height / 16}, ${image.width / 16}]`,
  match(facts) {
    const output = only(facts);
    const { width, height } = facts.image;
    const [, values = 0, rows, columns] = output?.dims ?? [];
    if (!isRank(output, 4) || rows !== height / 16 || columns !== width / 16 || values < 6) return [];
    const input: Input = { ...STRETCHED_RGB, colour: 'BGR' };
    return [{ family: 'fastestdet', classes: values - 5, outputs: [output.name], input, iou: 0.45 }];
  },
};

const ssd: FamilyMatcher = {
  family: 'ssd',
  expected: () =>
    'outputs for boxes [1, N, 4], classes [1, N], scores [1, N] and optionally their number [1], or for boxes with ' +
    'scores [1, N, 5] and classes [1, N], distinguished by name',
  match(facts) {
    const { outputs } = facts;
    const dets = detsAndLabels(facts);
    if (dets) return [YOLOX, RTMDET, STRETCHED_IMAGENET].map((input) => ({ ...ssdProposal(facts), ...dets, input }));
    const lists = outputs.filter(({ dims }) => dims.at(-1) !== 4);
    const boxes = outputs.find(({ dims }) => dims.at(-1) === 4 && dims.length >= 2);
    const classes = lists.find(({ name }) => /class|label/i.test(name));
    const scores = lists.find(({ name }) => /score|conf|prob/i.test(name));
    const count = lists.find(({ name, dims }) => /num|count/i.test(name) && dims.every((each) => each === 1));
    const rows = scores?.dims.at(-1);
    if (!boxes || !classes || !scores || classes.dims.at(-1) !== rows || boxes.dims.at(-2) !== rows) return [];
    if (outputs.length !== (count ? 4 : 3)) return [];
    const names = [boxes, classes, scores, ...(count ? [count] : [])].map(({ name }) => name);
    return ssdBoxFormats(facts, count !== undefined).map((boxes) => ({ ...ssdProposal(facts), outputs: names, boxes }));
  },
};

function ssdProposal({ image }: ModelFacts): Omit<Proposal, 'outputs' | 'boxes'> {
  const input = image.type === 'uint8' ? STRETCHED_BYTES : STRETCHED_RGB;
  return { family: 'ssd', classes: undefined, input, iou: 0.7 };
}

/**
 * The box formats in use, most likely first: TensorFlow has an output for the count, the DETR exports an input for the
 * size, MLPerf and torchvision neither.
 */
function ssdBoxFormats({ image }: ModelFacts, counted: boolean): NonNullable<Proposal['boxes']>[] {
  const tensorflow = { order: 'yxyx', unit: 'share', firstClass: 1 } as const;
  const deployed = { order: 'xyxy', unit: 'pixels', firstClass: 0 } as const;
  const torchvision = { order: 'xyxy', unit: 'pixels', firstClass: 1 } as const;
  const mlperf = { order: 'xyxy', unit: 'share', firstClass: 1 } as const;
  if (image.sizes) return [deployed];
  return counted ? [tensorflow, deployed] : [torchvision, mlperf, deployed];
}

/** DETR has one more logit than classes, for "no object"; RT-DETR has none. Without labels both are tried. */
const detr: FamilyMatcher = {
  family: 'detr',
  expected: () => 'outputs for logits [1, queries, classes + 1] and boxes [1, queries, 4]',
  match: (facts) => queries(facts, 'detr', 1),
};

const rtDetr: FamilyMatcher = {
  family: 'rt-detr',
  expected: () => 'outputs for logits [1, queries, classes] and boxes [1, queries, 4]',
  match: (facts) => queries(facts, 'rt-detr', 0),
};

function queries({ outputs, image }: ModelFacts, family: 'detr' | 'rt-detr', extra: number): Proposal[] {
  const [first, second] = outputs;
  if (outputs.length !== 2 || !isRank(first, 3) || !isRank(second, 3) || first.dims[1] !== second.dims[1]) return [];
  const boxes = outputs.find(
    ({ dims, name }) => dims[2] === 4 && (/box|det/i.test(name) || first.dims[2] !== second.dims[2]),
  );
  const logits = outputs.find((output) => output !== boxes);
  if (!boxes || !logits || image.sizes) return [];
  const base = { family, classes: (logits.dims[2] as number) - extra, outputs: [logits.name, boxes.name], iou: 0.7 };
  return [STRETCHED_IMAGENET, STRETCHED_RGB].map((input) => ({ ...base, input }));
}

const yolov3: FamilyMatcher = {
  family: 'yolov3',
  expected: () =>
    'outputs for boxes [1, N, 4], scores [1, classes, N] and selected indices [M, 3], and an input for the size',
  match({ outputs, image }) {
    const boxes = outputs.find(({ dims }) => dims.length === 3 && dims[2] === 4);
    const scores = outputs.find(({ dims }) => dims.length === 3 && boxes && dims[2] === boxes.dims[1]);
    const selected = outputs.find((output) => output !== boxes && output.dims.at(-1) === 3);
    if (outputs.length !== 3 || !boxes || !scores || !selected || !image.sizes) return [];
    const input: Input = { ...ULTRALYTICS, fit: { kind: 'letterbox', position: 'centre', pad: 128 } };
    const names = [boxes.name, scores.name, selected.name];
    return [{ family: 'yolov3', classes: scores.dims[1] as number, outputs: names, input, iou: 0.45 }];
  },
};

/** All families, in the order of messages. */
export const FAMILY_MATCHERS: readonly FamilyMatcher[] = [
  yolox,
  yolov3,
  yolov5,
  yolov8,
  endToEnd,
  nanodet,
  fastestdet,
  ssd,
  detr,
  rtDetr,
];

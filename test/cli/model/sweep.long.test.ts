/** `model add` over written variants of one model: none is accepted with a wrong part that it calls checked. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { ROOT } from './command.ts';
import { FEEDS, type Feed, fed } from './feeds.ts';
import { asDense, asLists, asQueries, asRows, type Value } from './heads.ts';
import { counterNano, decoded, permuted } from './layouts.ts';
import { type Case, type Result, resultOf } from './sweep.ts';
import { withoutBatch, withRawHeads } from './variants.ts';

const KNOWN = ['car', 'apple', 'potted plant'];
const FOREIGN = ['x1', 'x2', 'x3'];
const CORNERS: readonly Value[] = ['left', 'top', 'right', 'bottom'];
const TURNED: readonly Value[] = ['top', 'left', 'bottom', 'right'];
const USUAL: readonly Value[] = [...CORNERS, 'score', 'class'];
const YOLOV7: readonly Value[] = ['zero', ...CORNERS, 'class', 'score'];
const PINTO: readonly Value[] = ['zero', 'class', 'score', ...CORNERS];
const YOLOX_ROWS: readonly Value[] = [...CORNERS, 'objectness', 'class score', 'class'];
const PADDLE: readonly Value[] = ['class', 'score', ...CORNERS];
const FACES: readonly Value[] = [...TURNED, ...new Array<Value>(12).fill('zero'), 'score'];
const AS_BUILT_IN: Partial<AddOptions> = {
  input: { colour: 'BGR', scale: 1, fit: { kind: 'letterbox', position: 'top-left', pad: 114 } },
};
const LISTS = { 'final boxes': CORNERS, labels: ['class'], confidences: ['score'] } as const;
const DETS = { dets: [...CORNERS, 'score'], labels: ['class'] } as const;
const EIGHTY = Array.from({ length: 80 }, (_, index) => `k${index}`);

type Expectation = string | RegExp;

/** Right labels of the built-in model, as they are called. */
const named =
  (labels: readonly string[], options?: Partial<AddOptions>) =>
  (feed: Feed, head: () => Uint8Array): Case => ({
    model: () => fed(head(), feed),
    feed,
    labels: labels.join(','),
    right: labels.slice(0, 3),
    ...(options && { options }),
  });
const known = named(KNOWN);
const foreign = named(FOREIGN);
/** Labels that are wrong for the objects. */
const misnamed = (labels: readonly string[], head: () => Uint8Array): Case => ({
  ...known(FEEDS.bgr, head),
  labels: labels.join(','),
});

/** A family: accepted as this one. A pattern: refused with such a message. */
const CASES: readonly (readonly [what: string, each: Case, expected: Expectation])[] = [
  ['YOLOX', known(FEEDS.bgr, counterNano), 'yolox'],
  ['YOLOX, other labels', foreign(FEEDS.bgr, counterNano), 'yolox'],
  ['YOLOX of RGB', known(FEEDS.rgb, counterNano), 'yolox'],
  ['legacy YOLOX', known(FEEDS.imagenet, counterNano), 'yolox'],
  ['YOLOX of bytes', known(FEEDS.bytes, counterNano), 'yolox'],
  ['YOLOX of RGB bytes in NHWC', known(FEEDS.rgbBytes, counterNano), 'yolox'],
  ['YOLOX from 0 to 1', known(FEEDS.rgb01, counterNano), 'yolox'],
  ['YOLOX from −1 to 1', known(FEEDS.signed, counterNano), 'yolox'],
  ['YOLOX with BGR mean and std', known(FEEDS.bgrImagenet, counterNano), 'yolox'],
  ['YOLOX decoded by the export', known(FEEDS.bgr, decoded), 'yolov5'],
  ['YOLOX decoded, with Ultralytics’ feed', known(FEEDS.rgb01, decoded), 'yolov5'],
  ['YOLOX without batch', known(FEEDS.bgr, withoutBatch), 'yolox'],
  ['YOLOX with raw heads', known(FEEDS.bgr, withRawHeads), 'yolox'],
  ['x and y exchanged', foreign(FEEDS.bgr, () => permuted([1, 0, 3, 2, 4, 5, 6, 7])), /of any label fit only/],
  ['centre and size exchanged', known(FEEDS.bgr, () => permuted([2, 3, 0, 1, 4, 5, 6, 7])), /plausible detections/],
  ['YOLOv8', known(FEEDS.rgb01, () => asDense({})), 'yolov8'],
  ['YOLOv8, other labels', foreign(FEEDS.rgb01, () => asDense({})), 'yolov8'],
  ['YOLOv8 in NHWC', known(FEEDS.channelsLast, () => asDense({})), 'yolov8'],
  ['YOLOv8 of BGR', known(FEEDS.bgr01, () => asDense({})), 'yolov8'],
  ['YOLOv8 in rows', known(FEEDS.rgb01, () => asDense({ rows: true })), 'yolov8'],
  ['YOLOv8 in rows, other labels', foreign(FEEDS.rgb01, () => asDense({ rows: true })), 'yolov8'],
  ['YOLOv8 of shares', known(FEEDS.rgb01, () => asDense({ unit: 'share' })), /less than 2 pixels/],
  ['YOLOv8 of corners', foreign(FEEDS.rgb01, () => asDense({ boxes: 'corners' })), /of any label fit only/],
  ['YOLOv8 of left-top', foreign(FEEDS.rgb01, () => asDense({ boxes: 'left-top and size' })), /of any label fit only/],
  [
    'YOLOv8 with a background',
    { ...named(['background', ...KNOWN])(FEEDS.rgb01, () => asDense({ background: true })), right: KNOWN },
    'yolov8',
  ],
  ['YOLOv5', known(FEEDS.rgb01, () => asDense({ rows: true, objectness: true })), 'yolov5'],
  ['YOLOv5 as of YOLOX', known(FEEDS.bgr, () => asDense({ rows: true, objectness: true })), 'yolov5'],
  ['YOLOv5 of corners', known(FEEDS.rgb01, () => asDense({ rows: true, objectness: true, boxes: 'corners' })), /plaus/],
  ['rows of 6', known(FEEDS.rgb01, () => asRows(USUAL, {}, true)), 'end-to-end'],
  ['rows of 6, other labels', foreign(FEEDS.rgb01, () => asRows(USUAL)), 'end-to-end'],
  ['rows of 6, shares', known(FEEDS.rgb01, () => asRows(USUAL, { unit: 'share' }, true)), 'end-to-end'],
  ['rows of 6 without batch', known(FEEDS.rgb01, () => asRows(USUAL)), 'end-to-end'],
  ['rows of 6, class first', known(FEEDS.rgb01, () => asRows(PADDLE)), 'end-to-end'],
  ['rows of 6, y before x', known(FEEDS.rgb01, () => asRows([...TURNED, 'score', 'class'])), /plausible detections/],
  ['rows of 6, classes from 1', known(FEEDS.rgb01, () => asRows(USUAL, { first: 1 })), /plausible detections/],
  ['rows of 7 of YOLOv7', known(FEEDS.rgb01, () => asRows(YOLOV7)), 'end-to-end'],
  ['rows of 7 of PINTO', known(FEEDS.rgb01, () => asRows(PINTO)), 'end-to-end'],
  ['rows of 7 of PINTO, other labels', foreign(FEEDS.rgb01, () => asRows(PINTO)), 'end-to-end'],
  ['rows of 7 of PINTO, BGR', known(FEEDS.bgr, () => asRows(PINTO)), 'end-to-end'],
  ['rows of 7 of YOLOX', known(FEEDS.bgr, () => asRows(YOLOX_ROWS)), 'end-to-end'],
  ['rows of 7 as DetectionOutput', known(FEEDS.rgb01, () => asRows(PINTO, { unit: 'share' }, true)), 'end-to-end'],
  ['rows of 5', named(['thing'])(FEEDS.rgb01, () => asRows([...CORNERS, 'score'])), 'end-to-end'],
  ['rows of 17 of BlazeFace', named(['face'])(FEEDS.signed, () => asRows(FACES, { unit: 'share' })), 'end-to-end'],
  ['boxes, labels from 0, scores', named(KNOWN, AS_BUILT_IN)(FEEDS.bgr, () => asLists(LISTS)), 'ssd'],
  ['labels from 1', named(KNOWN, AS_BUILT_IN)(FEEDS.bgr, () => asLists(LISTS, { first: 1 })), 'ssd'],
  ['labels from 1, with their feed', known(FEEDS.rgb01, () => asLists(LISTS, { first: 1 })), 'ssd'],
  ['shares, from 1', known(FEEDS.rgb01, () => asLists(LISTS, { first: 1, unit: 'share' })), 'ssd'],
  [
    'TensorFlow: y before x, shares, from 1, a number',
    known(FEEDS.rgb01, () =>
      asLists({ ...LISTS, 'final boxes': TURNED }, { first: 1, unit: 'share' }, 'num_detections'),
    ),
    'ssd',
  ],
  [
    'labels from 2 of 80 unknown ones',
    { ...named(EIGHTY)(FEEDS.rgb01, () => asLists(LISTS, { first: 2 })), right: ['k2', 'k3', 'k4'] },
    /several that are equally plausible/,
  ],
  [
    'y before x in pixels',
    foreign(FEEDS.rgb01, () => asLists({ ...LISTS, 'final boxes': TURNED })),
    /of any label fit only/,
  ],
  ['mmdeploy', known(FEEDS.bgr, () => asLists(DETS)), 'ssd'],
  ['mmdeploy, other labels', foreign(FEEDS.bgr, () => asLists(DETS)), 'ssd'],
  ['mmdeploy, RTMDet', known(FEEDS.bgrImagenet, () => asLists(DETS)), 'ssd'],
  ['DETR', known(FEEDS.imagenet, () => asQueries(true)), 'detr'],
  ['RT-DETR', known(FEEDS.rgb01, () => asQueries(false)), 'rt-detr'],
  ['RT-DETR, other labels', foreign(FEEDS.rgb01, () => asQueries(false)), 'rt-detr'],
  ['an open size', named(KNOWN, { size: { width: 416, height: 416 } })(FEEDS.openSize, counterNano), 'yolox'],
  ['car and plant exchanged', misnamed(KNOWN.toReversed(), counterNano), /another order/],
  ['apple and plant exchanged', misnamed(['car', 'potted plant', 'apple'], counterNano), /another order/],
  ['one known label of three', named(['car', 'x2', 'x3'])(FEEDS.bgr, counterNano), 'yolox'],
  ['apples called bananas', misnamed(['car', 'banana', 'potted plant'], counterNano), 'yolox'],
  [
    'car, but under another number',
    misnamed(['truck', 'apple', 'potted plant', 'car'], () => asRows(USUAL)),
    /plausible detections|another/,
  ],
];

const SHARED = join(ROOT, '../shared/data/models');

/** The shared models with the order of colours of their training, and their families. */
const SHARED_MODELS = [
  ['FastestDet.onnx', 'BGR', 'fastestdet'],
  ['deimv2_atto.onnx', 'RGB', 'ssd'],
  ['nanodet_m_hpc203.onnx', 'BGR', 'nanodet'],
  ['yolox_nano.onnx', 'BGR', 'yolox'],
  ['yolov8n_int8.AGPL.onnx', 'RGB', 'yolov8'],
  ['yolov10n_int8.AGPL.onnx', 'RGB', 'end-to-end'],
] as const;

/** With COCO's labels, and with labels that no golden picture has. */
const SHARED_CASES = SHARED_MODELS.flatMap(([file, colour, family]): [string, Case, Expectation][] => {
  const model = () => readFileSync(join(SHARED, file));
  const unknown = EIGHTY.with(2, 'k-car').with(47, 'k-apple').with(58, 'k-plant');
  return [
    [file, { model, feed: { colour }, labels: 'coco-80', right: KNOWN }, family],
    [
      `${file}, other labels`,
      { model, feed: { colour }, labels: unknown.join(','), right: ['k-car', 'k-apple', 'k-plant'] },
      family,
    ],
  ];
});

describe.each([...CASES, ...(existsSync(SHARED) ? SHARED_CASES : [])])('%s', (_what, each, expected) => {
  let result: Result;
  beforeAll(async () => {
    result = await resultOf(each);
  }, 120_000);

  test('is taken or refused', () => {
    if (typeof expected === 'string') expect(result.refused ?? result.family).toBe(expected);
    else expect(result.refused).toMatch(expected);
  });

  test('says what is not checked', () => {
    const { checked, is, open = '' } = result;
    if (!checked || !is) return;
    const words = { boxes: 'boxes', classes: 'class names', colour: 'order of colours' } as const;
    for (const part of ['boxes', 'classes', 'colour'] as const) {
      expect({ part, called: checked[part] && !is[part] }).toEqual({ part, called: false });
      expect({ part, open: open.includes(words[part]) }).toEqual({ part, open: !checked[part] });
    }
  });
});

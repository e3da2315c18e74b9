import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ModelFacts } from '../../../cli/model/identify/facts.ts';
import { LABEL_SETS, labelsFromMetadata, readLabels } from '../../../cli/model/identify/labels.ts';
import { type Hints, propose } from '../../../cli/model/identify/propose.ts';
import { stableThreshold } from '../../../cli/model/identify/stable-threshold.ts';
import { temporaryFolder } from './command.ts';

type Outputs = readonly (readonly [name: string, dims: readonly number[]])[];

function facts(side: number, outputs: Outputs, image: Partial<ModelFacts['image']> = {}): ModelFacts {
  const file = {
    irVersion: 8,
    producer: '',
    opsets: {},
    metadata: {},
    operators: {},
    outputOperators: {},
    externalFiles: [],
  };
  return {
    file,
    image: { name: 'images', layout: 'NCHW', width: side, height: side, ...image },
    outputs: outputs.map(([name, dims]) => ({ name, type: 'float32', dims })),
  };
}

/** The hypotheses about a model, in short. */
function families(model: ModelFacts, hints: Hints = {}): string[] {
  return propose(model, hints).map(({ family, labels, input: { colour, fit }, boxes, rows, transposed }) => {
    const fitting = fit.kind === 'stretch' ? 'stretch' : fit.position;
    const format = boxes ? ` ${boxes.order} ${boxes.unit} ${boxes.firstClass}` : '';
    const columns = rows ? ` ${shortened(rows.columns)} ${rows.unit}` : '';
    return `${family} ${labels.length} ${colour} ${fitting}${format}${columns}${transposed ? ' transposed' : ''}`;
  });
}

/** The initials of columns: `ltrbsc`; `-` for an unused one. */
function shortened(columns: readonly string[]): string {
  return columns.map((each) => (each === 'unused' ? '-' : each[0])).join('');
}

/** Rows of six values: the usual ones in pixels and as shares, PaddleDetection's. */
const ROWS_OF_SIX = ['', ' ltrbsc share', ' csltrb pixels', ' csltrb share'];

const SIZES = { name: 'orig_target_sizes', type: 'int64', order: 'width-height' } as const;
/** YOLOX as of today and legacy, relative to the grid or decoded by the export; YOLOv6. */
const YOLOX = [
  'yolox 80 BGR top-left',
  'yolox 80 RGB top-left',
  'yolov5 80 RGB centre',
  'yolov5 80 BGR top-left',
  'yolov5 80 RGB top-left',
];
const NANODET: Outputs = [
  ['792', [1, 2704, 80]],
  ['814', [1, 676, 80]],
  ['836', [1, 169, 80]],
  ['795', [1, 2704, 32]],
  ['817', [1, 676, 32]],
  ['839', [1, 169, 32]],
];

describe('the family by shapes of the outputs', () => {
  test.each<[string, ModelFacts, string[]]>([
    ['YOLOX-nano', facts(416, [['output', [1, 3549, 85]]]), YOLOX],
    ['YOLOv5', facts(640, [['output0', [1, 25200, 85]]]), ['yolov5 80 RGB centre']],
    ['YOLOv8, v9, v11, v12', facts(640, [['output0', [1, 84, 8400]]]), ['yolov8 80 RGB centre']],
    ['YOLOv8 in rows', facts(640, [['output0', [1, 8400, 84]]]), ['yolov8 80 RGB centre transposed']],
    ['NanoDet', facts(416, NANODET), ['nanodet 80 BGR stretch']],
    ['NanoDet-Plus', facts(416, [['output', [1, 3598, 112]]]), ['nanodet 80 BGR stretch']],
    ['FastestDet', facts(352, [['758', [1, 85, 22, 22]]]), ['fastestdet 80 BGR stretch']],
    [
      'RF-DETR',
      facts(384, [
        ['dets', [1, 300, 4]],
        ['labels', [1, 300, 91]],
      ]),
      ['detr 90 RGB stretch', 'detr 90 RGB stretch', 'rt-detr 91 RGB stretch', 'rt-detr 91 RGB stretch'],
    ],
    [
      'DETR',
      facts(800, [
        ['logits', [1, 100, 92]],
        ['pred_boxes', [1, 100, 4]],
      ]),
      ['detr 91 RGB stretch', 'detr 91 RGB stretch'],
    ],
    [
      'D-FINE',
      facts(640, [
        ['logits', [1, 300, 80]],
        ['pred_boxes', [1, 300, 4]],
      ]),
      ['rt-detr 80 RGB stretch', 'rt-detr 80 RGB stretch'],
    ],
    [
      'YOLOv3',
      facts(
        416,
        [
          ['boxes', [1, 10647, 4]],
          ['scores', [1, 80, 10647]],
          ['indices', [0, 3]],
        ],
        { sizes: { ...SIZES, order: 'height-width' } },
      ),
      ['yolov3 80 RGB centre'],
    ],
  ])('%s', (_name, model, expected) => {
    expect(families(model)).toEqual(expected);
  });

  test.each<[string, ModelFacts, string[], string[]]>([
    [
      'YOLOv10',
      facts(640, [['output0', [1, 300, 6]]]),
      ['a', 'b', 'c'],
      ROWS_OF_SIX.map((rows) => `end-to-end 3 RGB centre${rows}`),
    ],
    [
      'YOLOX with one class',
      facts(64, [['output', [1, 84, 6]]]),
      ['a'],
      [
        ...YOLOX.map((family) => family.replace('80', '1')),
        ...ROWS_OF_SIX.map((rows) => `end-to-end 1 RGB centre${rows}`),
      ],
    ],
    [
      'TensorFlow’s SSD',
      facts(
        300,
        [
          ['num_detections:0', [1]],
          ['detection_boxes:0', [1, 10, 4]],
          ['detection_scores:0', [1, 10]],
          ['detection_classes:0', [1, 10]],
        ],
        { type: 'uint8', layout: 'NHWC' },
      ),
      ['a', 'b'],
      ['ssd 2 RGB stretch yxyx share 1', 'ssd 2 RGB stretch xyxy pixels 0'],
    ],
    [
      'torchvision',
      facts(320, [
        ['boxes', [20, 4]],
        ['labels', [20]],
        ['scores', [20]],
      ]),
      ['a'],
      ['ssd 1 RGB stretch xyxy pixels 1', 'ssd 1 RGB stretch xyxy share 1', 'ssd 1 RGB stretch xyxy pixels 0'],
    ],
    [
      'D-FINE with post-processing',
      facts(
        640,
        [
          ['labels', [1, 300]],
          ['boxes', [1, 300, 4]],
          ['scores', [1, 300]],
        ],
        { sizes: SIZES },
      ),
      ['a'],
      ['ssd 1 RGB stretch xyxy pixels 0'],
    ],
    [
      'a DETR of as many classes as a box has sides',
      facts(640, [
        ['pred_logits', [1, 300, 4]],
        ['pred_boxes', [1, 300, 4]],
      ]),
      ['a', 'b', 'c', 'd'],
      ['rt-detr 4 RGB stretch', 'rt-detr 4 RGB stretch'],
    ],
    [
      'the same with "no object"',
      facts(640, [
        ['pred_logits', [1, 300, 4]],
        ['pred_boxes', [1, 300, 4]],
      ]),
      ['a', 'b', 'c'],
      ['detr 3 RGB stretch', 'detr 3 RGB stretch'],
    ],
  ])('%s, with labels', (_name, model, labels, expected) => {
    expect(families(model, { labels })).toEqual(expected);
  });

  test.each<[string, Outputs, string[]]>([
    [
      'rows of 7, none in a grey picture',
      [['batchno_classid_score_x1y1x2y2', [0, 7]]],
      ['centre -ltrbcs pixels', 'centre -csltrb share', 'top-left -csltrb pixels', 'top-left ltrbosc pixels'],
    ],
    ['rows of 17', [['faces', [896, 17]]], ['stretch tlbr------------s share', 'stretch ltrb------------s pixels']],
    ['rows of 5', [['output', [1, 100, 5]]], ['centre ltrbs pixels', 'centre ltrbs share']],
    [
      'mmdeploy',
      [
        ['dets', [1, 100, 5]],
        ['labels', [1, 100]],
      ],
      ['BGR top-left xyxy pixels 0', 'RGB stretch xyxy pixels 0'],
    ],
  ])('%s, among others', (_name, outputs, expected) => {
    const all = families(facts(640, outputs), { labels: ['a'] });
    for (const each of expected) expect(all).toContainEqual(expect.stringContaining(each));
  });

  test('given rows are the only reading, also of an unknown number of columns', () => {
    const rows = { columns: ['score', 'left', 'top', 'right', 'bottom', 'unused', 'class', 'unused'] } as const;
    const hints: Hints = { labels: ['a'], rows: { columns: [...rows.columns], unit: 'share', firstClass: 1 } };
    expect(families(facts(640, [['output', [1, 50, 8]]]), hints)).toEqual(['end-to-end 1 RGB centre sltrb-c- share']);
    expect(() => propose(facts(640, [['output', [1, 50, 6]]]), hints)).toThrow(
      /640 × 640:\n {2}end-to-end: one output \[1, boxes, 8\]\nreceived:/,
    );
  });

  test('outputs are put into the order of the decoder', () => {
    const [nanodet] = propose(facts(416, NANODET.toReversed()), {});
    expect(nanodet?.outputs).toEqual(['792', '814', '836', '795', '817', '839']);
    const ssd = facts(300, [
      ['scores', [1, 9]],
      ['count', [1]],
      ['classes', [1, 9]],
      ['boxes', [1, 9, 4]],
    ]);
    expect(propose(ssd, { labels: ['a'] })[0]?.outputs).toEqual(['boxes', 'classes', 'scores', 'count']);
  });

  test('hints override the usual input of a family', () => {
    const hints: Hints = { family: 'yolox', input: { colour: 'RGB', fit: { kind: 'stretch' } } };
    expect(families(facts(416, [['output', [1, 3549, 85]]]), hints)).toEqual([
      'yolox 80 RGB stretch',
      'yolox 80 RGB stretch',
    ]);
    const boxes = { order: 'xyxy', unit: 'share', firstClass: 1 } as const;
    const torchvision = facts(320, [
      ['boxes', [20, 4]],
      ['labels', [20]],
      ['scores', [20]],
    ]);
    expect(families(torchvision, { labels: ['a'], boxes })).toEqual(['ssd 1 RGB stretch xyxy share 1']);
  });
});

describe('labels', () => {
  test('COCO’s sets: 80 in sequence, and by category id with gaps', () => {
    expect(LABEL_SETS['coco-80']).toHaveLength(80);
    expect([LABEL_SETS['coco-80'][0], LABEL_SETS['coco-80'][58], LABEL_SETS['coco-80'][79]]).toEqual([
      'person',
      'potted plant',
      'toothbrush',
    ]);
    expect(LABEL_SETS['coco-90']).toHaveLength(90);
    expect([LABEL_SETS['coco-90'][0], LABEL_SETS['coco-90'][11], LABEL_SETS['coco-90'][89]]).toEqual([
      'person',
      'unused-12',
      'toothbrush',
    ]);
    expect(LABEL_SETS['coco-91']).toEqual(['unused-0', ...LABEL_SETS['coco-90']]);
  });

  test('from Ultralytics’ metadata', () => {
    expect(labelsFromMetadata({ names: `{0: 'car', 1: "driver's seat", 2: 'it\\'s'}` })).toEqual([
      'car',
      "driver's seat",
      "it's",
    ]);
    expect(labelsFromMetadata({})).toBeUndefined();
  });

  test('from a list, a file of lines, a file of JSON', async () => {
    const lines = join(temporaryFolder(), 'labels.txt');
    writeFileSync(lines, 'car\n potted plant\r\n\n');
    const json = join(temporaryFolder(), 'labels.json');
    writeFileSync(json, '["car", "potted plant"]');
    expect(await readLabels('car, potted plant')).toEqual(['car', 'potted plant']);
    expect(await readLabels(lines)).toEqual(['car', 'potted plant']);
    expect(await readLabels(json)).toEqual(['car', 'potted plant']);
    expect(await readLabels('coco-90')).toHaveLength(90);
  });
});

describe('the stable threshold', () => {
  test.each([
    [[], 0.4],
    [[0.9, 0.95, 0.1], 0.4],
    [[0.41, 0.9], 0.36],
    [[0.39, 0.9], 0.44],
    [[0.36, 0.44], 0.31],
  ])('with detections at %j it is %p', (scores, expected) => {
    expect(stableThreshold(scores)).toBe(expected);
  });

  test('is 0.3 to 0.5, and no other hundredth in this range is farther from a detection, up to 0.05', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 200, max: 999 }).map((value) => value / 1000)), (scores) => {
        const margin = (threshold: number) => Math.min(0.05, ...scores.map((score) => Math.abs(score - threshold)));
        const chosen = stableThreshold(scores);
        expect(chosen).toBeGreaterThanOrEqual(0.3);
        expect(chosen).toBeLessThanOrEqual(0.5);
        for (let other = 30; other <= 50; other++) expect(margin(chosen)).toBeGreaterThan(margin(other / 100) - 1e-4);
      }),
    );
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { tinyOnnx } from '../../detection/fixtures/tiny-onnx.ts';
import { COUNTER_NANO, temporaryFolder } from './command.ts';
import { cornersAsYolov8, counterNano, permuted } from './layouts.ts';
import { withMetadata } from './rewired.ts';

const LABELS = { labels: 'car,apple,potted plant' };
const FED_AS_BUILT_IN: AddOptions['input'] = {
  colour: 'BGR',
  scale: 1,
  fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
};

interface ProblemError {
  readonly name: string;
  readonly message: string;
  /** Files in the folder of packages afterwards. */
  readonly left: readonly string[];
}

/** The remedy in a message. */
const REMEDY = /\b(set --\w+|[Ee]xport (it|a|the)|export one|download|use (the|your)|Look up)/;

/** These lines in a message; `…` stands for any lines. */
function lines(...expected: readonly string[]): RegExp {
  const escaped = expected.map((line) => (line === '…' ? '[\\s\\S]*' : line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(escaped.join('\\n'));
}

/** Adds a file and expects that it fails. */
async function refusal(content: Uint8Array, options: Partial<AddOptions>): Promise<ProblemError> {
  const models = temporaryFolder();
  const path = join(temporaryFolder(), 'detector.onnx');
  writeFileSync(path, content);
  const output = { print: () => {}, note: () => {} };
  const adding = addCommand(path, { models, input: {}, packageVersion: '1.0.0', ...options }, output);
  const { name, message } = await adding.then(
    () => ({ name: 'none', message: 'it was added' }),
    (error: Error) => error,
  );
  return { name, message, left: readdirSync(models) };
}

/** A model of one input and one output of given shapes, all values a half. */
function shaped(input: readonly (number | string)[], output: readonly number[]): Uint8Array {
  const values = new Float32Array(output.reduce((product, dim) => product * dim, 1)).fill(0.5);
  return tinyOnnx({
    input: { shape: input },
    output: { shape: output },
    nodes: [{ op: 'Identity', inputs: ['values'], output: 'output' }],
    constants: [{ name: 'values', dims: output, values }],
  });
}

describe('model add refuses with a remedy and leaves no package', () => {
  const cases: [string, () => Uint8Array, Partial<AddOptions>, RegExp][] = [
    [
      'a file that is not ONNX',
      () => readFileSync(join(COUNTER_NANO, 'golden/cars.jpg')),
      LABELS,
      /^Expected an ONNX model, received a JPEG picture; use the model’s \.onnx file$/,
    ],
    [
      'a truncated model',
      () => counterNano().subarray(0, 2_000_000),
      LABELS,
      /^Expected a whole ONNX model, received 2000000 bytes that are incomplete/,
    ],
    ['a damaged model', () => counterNano().fill(0, 100, 3000), LABELS, /^Expected a whole ONNX model/],
    [
      'a classifier',
      () => shaped([1, 3, 224, 224], [1, 1000]),
      {},
      /Expected a detector, received a classifier: one list of scores and no boxes \("output" float32 \[1, 1000\]\)/,
    ],
    [
      'a segmenter by its metadata',
      () => withMetadata(counterNano(), { task: 'segment' }),
      LABELS,
      /Expected a detector, received a model with the task "segment" in its metadata; export one for "detect"/,
    ],
    [
      'unknown outputs',
      () => shaped([1, 3, 64, 64], [1, 7, 13, 2]),
      LABELS,
      lines(
        'Expected the outputs of a known family for an input of 64 × 64:',
        '  yolox: one output [1, 84, 5 + classes]',
        '…',
        'received:',
        '  "output" float32 [1, 7, 13, 2]',
        'Export the model with one of these heads',
      ),
    ],
    [
      'a family that it is not',
      counterNano,
      { ...LABELS, family: 'fastestdet' },
      lines(
        'Expected the outputs of fastestdet for an input of 416 × 416:',
        '  fastestdet: one output [1, 5 + classes, 26, 26]',
        'received:',
        '  "output" float32 [1, 3549, 8]',
      ),
    ],
    [
      '3 classes and 80 labels',
      counterNano,
      { labels: 'coco-80' },
      lines(
        'Expected one label for each class of the model (3 as yolox, 3 as yolov5, 4 as yolov8; ' +
          '"output" float32 [1, 3549, 8]), received 80 labels; set --labels with one name for each class',
      ),
    ],
    [
      'one label more than classes',
      counterNano,
      { labels: 'car,apple,potted plant,dog' },
      lines(
        '  as yolov8 (RGB, 0–1, letterbox, transposed): no object was found in any golden picture',
        '  as yolox: the model has 3 classes, received 4 labels',
        '  as yolov5: the model has 3 classes, received 4 labels',
      ),
    ],
    [
      '3 classes and no labels',
      () => withMetadata(counterNano(), {}),
      {},
      /Expected labels, received none: the file has no names for its classes \(3 as yolox.*set --labels a,b,c or /,
    ],
    [
      'labels given twice',
      counterNano,
      { labels: 'car,car,apple' },
      /Expected each label once in car,car,apple, received car twice/,
    ],
    [
      'x and y exchanged',
      () => permuted([1, 0, 3, 2, 4, 5, 6, 7]),
      LABELS,
      /received:\n {2}as yolox \((RGB|BGR), 0–255, letterbox\): only \d of \d\d boxes with the annotated labels fit /,
    ],
    [
      'centre and size exchanged',
      () => permuted([2, 3, 0, 1, 4, 5, 6, 7]),
      LABELS,
      /Expected plausible detections in the golden pictures/,
    ],
    [
      'classes in another order',
      () => permuted([0, 1, 2, 3, 4, 6, 7, 5]),
      LABELS,
      new RegExp(
        'as yolox \\(BGR, 0–255, letterbox\\): only 0 of the 11 annotated objects in the golden pictures were found; ' +
          '.*3 of 3 objects "car" were found as "potted plant": the labels have another order than the classes of ' +
          'the model; set --labels',
      ),
    ],
    [
      'corners where centre and size should be',
      cornersAsYolov8,
      { ...LABELS, input: FED_AS_BUILT_IN },
      /as yolov8 \(BGR, 0–255, letterbox\): /,
    ],
    [
      'the same plausible detections in every picture',
      () => constant(),
      LABELS,
      /as yolox \(BGR, 0–255, letterbox\): the same boxes were found in every golden picture/,
    ],
    [
      'scores above 1',
      () => permuted([0, 1, 2, 3, 2, 5, 6, 7]),
      LABELS,
      /as yolox \(BGR, 0–255, letterbox\): Expected scores from 0 to 1/,
    ],
    [
      'a wrong size for an open model',
      () => shaped([1, 3, 'h', 'w'], [1, 84, 8]),
      { ...LABELS, size: { width: 416, height: 416 } },
      /Expected the outputs of a known family for an input of 416 × 416/,
    ],
    [
      'a batch of eight',
      () => shaped([8, 3, 64, 64], [8, 84, 8]),
      LABELS,
      /Expected a batch of one picture, received the input "images" float32 \[8, 3, 64, 64\]; export it with a /,
    ],
    [
      'an enormous size in the metadata',
      () => withMetadata(shaped([1, 3, 'height', 'width'], [1, 84, 8]), { imgsz: '[100000, 100000]' }),
      LABELS,
      /Expected an input of at most 4096 pixels on each side, received 100000 × 100000 in the file \("images" /,
    ],
    [
      'an enormous size of the input',
      () => shaped([1, 3, 64, 100_000], [1, 84, 8]),
      LABELS,
      /Expected an input of at most 4096 pixels on each side, received 100000 × 64 in the file/,
    ],
    [
      'grey pictures',
      () => shaped([1, 1, 64, 64], [1, 84, 8]),
      LABELS,
      /Expected three colours, received the input "images" float32 \[1, 1, 64, 64\]/,
    ],
    [
      'no picture',
      () => shaped([1, 128], [1, 84, 8]),
      LABELS,
      /Expected an input for a picture.*received "images" float32 \[1, 128\]; use the \.onnx file of an /,
    ],
    [
      'a format of boxes for a family that has none',
      counterNano,
      { ...LABELS, boxes: { order: 'yxyx', unit: 'share', firstClass: 1 } },
      /Expected no --boxes for a model with the outputs of yolox, yolov5, yolov8, received one: .*set --family ssd$/,
    ],
    [
      'a confidence that no object reaches',
      counterNano,
      { ...LABELS, confidence: 0.99 },
      lines('…', 'The confidence threshold of 0.99 is high: leave out --confidence, or set a lower one.'),
    ],
    [
      'another checksum',
      counterNano,
      { ...LABELS, sha256: 'ab'.repeat(32) },
      /Expected SHA-256 (ab){32}, received 3696e762.*; download the expected file/,
    ],
    [
      'no golden pictures',
      counterNano,
      { ...LABELS, golden: 'docs' },
      /Expected JPEG, PNG, WebP or AVIF pictures in docs, received none/,
    ],
  ];

  test.each(cases)('%s', async (_what, content, options, expected) => {
    const { name, message, left } = await refusal(content(), options);
    expect(message).toMatch(expected);
    expect(message).toMatch(REMEDY);
    expect(['NotOnnxError', 'UnsupportedModelError']).toContain(name);
    expect(left).toEqual([]);
  });

  test('annotations that name none of the golden pictures', async () => {
    const goldenTruth = join(temporaryFolder(), 'truth.json');
    const other = { width: 960, height: 640, label: 'car', count: 0, boxes: [] };
    writeFileSync(goldenTruth, JSON.stringify({ 'photos/cars.jpg': other }));
    const golden = join(COUNTER_NANO, 'golden');
    const { name, message } = await refusal(counterNano(), { ...LABELS, golden, goldenTruth });
    expect(name).toBe('UnsupportedModelError');
    expect(message).toContain('Expected annotations of the golden pictures (apples.jpg, cars.jpg, empty-road.jpg) in ');
    expect(message).toContain(', received those of photos/cars.jpg; set --golden-truth to a file that names ');
  });

  test('a name that every object has is no name of the catalog', async () => {
    const output = { print: () => {}, note: () => {} };
    const adding = addCommand('constructor', { models: '', input: {}, packageVersion: '1.0.0' }, output);
    await expect(adding).rejects.toThrow(/^Expected a file, .* or one of the catalog’s names .*received "constructor"/);
  });

  test('a name that every object has for --as', async () => {
    const { name, message, left } = await refusal(counterNano(), { ...LABELS, as: 'constructor' });
    expect(name).toBe('UnsupportedModelError');
    expect(message).toMatch(/^Expected one of the catalog’s names yolox-nano, .*, received "constructor"$/);
    expect(left).toEqual([]);
  });

  test('an unknown second input', async () => {
    const content = tinyOnnx({
      input: { shape: [1, 3, 64, 64] },
      moreInputs: [{ name: 'pixel_mask', shape: [1, 64, 64], type: 'int64' }],
      output: { shape: [1, 3, 64, 64] },
      nodes: [{ op: 'Identity', inputs: ['images'], output: 'output' }],
    });
    const { message } = await refusal(content, LABELS);
    expect(message).toContain(
      'received "images" float32 [1, 3, 64, 64], "pixel_mask" int64 [1, 64, 64]; export it without the others',
    );
  });
});

/** Three confident cars, the same for every picture. */
function constant(): Uint8Array {
  const values = new Float32Array(3549 * 8).fill(0);
  for (const row of [1000, 1400, 1800]) values.set([0.5, 0.5, 2, 2, 0.95, 0.95, 0, 0], row * 8);
  return tinyOnnx({
    input: { shape: [1, 3, 416, 416] },
    output: { shape: [1, 3549, 8] },
    nodes: [{ op: 'Identity', inputs: ['values'], output: 'output' }],
    constants: [{ name: 'values', dims: [1, 3549, 8], values }],
  });
}

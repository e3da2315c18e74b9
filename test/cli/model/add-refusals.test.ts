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
  /** What is left in the folder of packages. */
  readonly left: readonly string[];
}

/** What a person is told to do. */
const WAY_OUT = /\b(say --\w+|[Ee]xport (it|a|the)|export one|download|give (the|your)|Look up)/;

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

describe('model add refuses, leaves nothing, and says what to do', () => {
  const cases: [string, () => Uint8Array, Partial<AddOptions>, RegExp][] = [
    [
      'a file that is not ONNX',
      () => readFileSync(join(COUNTER_NANO, 'golden/cars.jpg')),
      LABELS,
      /^expected an ONNX model, received a JPEG picture; give the model’s \.onnx file$/,
    ],
    [
      'a truncated model',
      () => counterNano().subarray(0, 2_000_000),
      LABELS,
      /^expected a whole ONNX model, received 2000000 bytes that break off/,
    ],
    ['a damaged model', () => counterNano().fill(0, 100, 3000), LABELS, /^expected a whole ONNX model/],
    [
      'a classifier',
      () => shaped([1, 3, 224, 224], [1, 1000]),
      {},
      /expected a detector, received what looks like a classifier: one list of scores and no boxes \("output" float32 \[1, 1000\]\); train or export a detection model/,
    ],
    [
      'a segmenter by its metadata',
      () => withMetadata(counterNano(), { task: 'segment' }),
      LABELS,
      /expected a detector, received a model whose metadata says task "segment"; export one for "detect"/,
    ],
    [
      'unknown outputs',
      () => shaped([1, 3, 64, 64], [1, 7, 13, 2]),
      LABELS,
      /expected the outputs of a known family for an input of 64 × 64:\n {2}yolox: one output \[1, 84, 5 \+ classes\]\n[\s\S]*received:\n {2}"output" float32 \[1, 7, 13, 2\]\nExport the model with one of these heads/,
    ],
    [
      'a family that it is not',
      counterNano,
      { ...LABELS, family: 'yolov8' },
      /expected the outputs of yolov8 for an input of 416 × 416:\n {2}yolov8: one output \[1, 4 \+ classes, 3549\]\nreceived:\n {2}"output" float32 \[1, 3549, 8\]/,
    ],
    [
      '3 classes and 80 labels',
      counterNano,
      { labels: 'coco-80' },
      /expected as many labels as the model has classes \(3 as yolox, 3 as yolov5; "output" float32 \[1, 3549, 8\]\), received 80 labels given; say --labels with one name for each class/,
    ],
    [
      '3 classes and no labels',
      counterNano,
      {},
      /expected labels, received none: the file has no names for its classes \(3 as yolox.*say --labels a,b,c or --labels <file>/,
    ],
    [
      'labels given twice',
      counterNano,
      { labels: 'car,car,apple' },
      /expected different labels in car,car,apple, received twice: car/,
    ],
    [
      'x and y exchanged',
      () => permuted([1, 0, 3, 2, 4, 5, 6, 7]),
      LABELS,
      /expected detections that make sense in the golden pictures, received:\n {2}as yolox \(BGR, letterbox\): /,
    ],
    [
      'centres at the other place',
      () => permuted([2, 3, 0, 1, 4, 5, 6, 7]),
      LABELS,
      /expected detections that make sense in the golden pictures/,
    ],
    [
      'classes in another order',
      () => permuted([0, 1, 2, 3, 4, 6, 7, 5]),
      LABELS,
      /as yolox \(BGR, letterbox\): only 0 of the 11 objects in the golden pictures were found where they are/,
    ],
    [
      'corners where centre and size should be',
      cornersAsYolov8,
      { ...LABELS, input: FED_AS_BUILT_IN },
      /as yolov8 \(BGR, letterbox\): /,
    ],
    [
      'the same plausible answer to every picture',
      () => constant(),
      LABELS,
      /as yolox \(BGR, letterbox\): the same boxes were found in every golden picture/,
    ],
    [
      'scores that are none',
      () => permuted([0, 1, 2, 3, 2, 5, 6, 7]),
      LABELS,
      /as yolox \(BGR, letterbox\): Expected scores of 0 to 1/,
    ],
    [
      'a wrong size for an open model',
      () => shaped([1, 3, 'h', 'w'], [1, 84, 8]),
      { ...LABELS, size: { width: 416, height: 416 } },
      /expected the outputs of a known family for an input of 416 × 416/,
    ],
    [
      'a batch of eight',
      () => shaped([8, 3, 64, 64], [8, 84, 8]),
      LABELS,
      /expected one picture at a time, received the input "images" float32 \[8, 3, 64, 64\]; export it with a batch of 1/,
    ],
    [
      'grey pictures',
      () => shaped([1, 1, 64, 64], [1, 84, 8]),
      LABELS,
      /expected three colours, received the input "images" float32 \[1, 1, 64, 64\]/,
    ],
    [
      'no picture',
      () => shaped([1, 128], [1, 84, 8]),
      LABELS,
      /expected an input for a picture.*received "images" float32 \[1, 128\]; this is no detector of pictures/,
    ],
    [
      'another checksum',
      counterNano,
      { ...LABELS, sha256: 'ab'.repeat(32) },
      /expected SHA-256 (ab){32}, received 3f9b7462.*; this is another file/,
    ],
    [
      'no golden pictures',
      counterNano,
      { ...LABELS, golden: 'docs' },
      /expected JPEG, PNG or WebP pictures in docs, received none/,
    ],
  ];

  test.each(cases)('%s', async (_what, content, options, expected) => {
    const { name, message, left } = await refusal(content(), options);
    expect(message).toMatch(expected);
    expect(message).toMatch(WAY_OUT);
    expect(['NotOnnxError', 'UnsupportedModelError']).toContain(name);
    expect(left).toEqual([]);
  });

  test('a second input that it cannot feed', async () => {
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

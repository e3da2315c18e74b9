import { type Manifest, manifestSchema } from '../../functions/detection/manifest.ts';
import * as ort from '../../functions/detection/onnxruntime.ts';
import { feeds, finiteValues } from '../../functions/detection/tensor-values.ts';
import { type ElementType, tinyOnnx } from './fixtures/tiny-onnx.ts';

type Input = Manifest['input'];

const INPUT: Input = {
  name: 'images',
  width: 2,
  height: 2,
  layout: 'NCHW',
  colour: 'RGB',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: { kind: 'stretch' },
};

/** The output of a model that returns its input. */
async function through(input: Input, values: Float32Array, type: ElementType): Promise<number[]> {
  const shape = input.layout === 'NCHW' ? [1, 3, 2, 2] : [1, 2, 2, 3];
  const model = tinyOnnx({
    input: { shape, type },
    output: { shape, type },
    nodes: [{ op: 'Identity', inputs: ['images'], output: 'output' }],
  });
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
  const { output } = await session.run(feeds(values, input));
  return [...finiteValues('output', output as ort.Tensor)];
}

const VALUES = Float32Array.of(0, 1, 2.5, 3.49, 254.6, 255, 128, 64, 32, 16, 8, 4);

describe('the picture’s tensor reaches the model', () => {
  test.each(['NCHW', 'NHWC'] as const)('as float32, %s', async (layout) => {
    expect(await through({ ...INPUT, layout }, VALUES, 'float')).toEqual([...VALUES]);
  });

  test('as float16, rounded to the nearest', async () => {
    const halves = [...VALUES].map((value) => Math.f16round(value));
    expect(await through({ ...INPUT, type: 'float16' }, VALUES, 'float16')).toEqual(halves);
  });

  test('as uint8, rounded and limited to 0–255', async () => {
    const values = VALUES.slice();
    values.set([-3, 300]);
    const pixels = await through({ ...INPUT, layout: 'NHWC', type: 'uint8' }, values, 'uint8');
    expect(pixels).toEqual([0, 255, 2, 3, 255, 255, 128, 64, 32, 16, 8, 4]);
  });
});

describe('the size input', () => {
  const wide = { ...INPUT, width: 640, height: 480 };

  test.each([
    ['float32', 'height-width', Float32Array.of(480, 640)],
    ['int32', 'width-height', Int32Array.of(640, 480)],
    ['int64', 'width-height', BigInt64Array.of(640n, 480n)],
  ] as const)('%s, %s', (type, order, expected) => {
    const values = new Float32Array(3 * 640 * 480);
    const { sizes } = feeds(values, { ...wide, sizes: { name: 'sizes', type, order } });
    expect({ data: sizes?.data, dims: sizes?.dims, type: sizes?.type }).toEqual({ data: expected, dims: [1, 2], type });
  });
});

describe('an output’s values', () => {
  test.each([
    ['int64', new ort.Tensor('int64', BigInt64Array.of(-3n, 80n), [2]), [-3, 80]],
    ['int32', new ort.Tensor('int32', Int32Array.of(-3, 80), [2]), [-3, 80]],
    ['float64', new ort.Tensor('float64', Float64Array.of(0.5, 80), [2]), [0.5, 80]],
    ['uint8', new ort.Tensor('uint8', Uint8Array.of(3, 80), [2]), [3, 80]],
  ])('%s become float32', (_type, tensor, expected) => {
    const values = finiteValues('output', tensor);
    expect([values.constructor.name, ...values]).toEqual(['Float32Array', ...expected]);
  });

  test('can be float16, also as bits', () => {
    const bits = new Uint16Array(new Float16Array([0.5, 80]).buffer);
    const tensor = Object.defineProperty(new ort.Tensor('float16', bits, [2]), 'data', { value: bits });
    expect([...finiteValues('output', tensor)]).toEqual([0.5, 80]);
    expect([...finiteValues('output', new ort.Tensor('float16', bits, [2]))]).toEqual([0.5, 80]);
  });

  test('of other types are rejected', () => {
    const tensor = new ort.Tensor('bool', Uint8Array.of(1), [1]);
    expect(() => finiteValues('output', tensor)).toThrow(
      'Expected float32, float16, float64, int32, int64, uint8 values for the model\'s output "output", received bool',
    );
  });
});

describe('the manifest', () => {
  const manifest = (input: Record<string, unknown>) =>
    manifestSchema.safeParse({
      name: 'm',
      version: '1.0.0',
      family: 'ssd',
      input: { ...INPUT, ...input },
      outputs: ['boxes', 'classes', 'scores'],
      boxes: { order: 'yxyx', unit: 'share', firstClass: 1 },
      labels: ['car'],
      thresholds: { confidence: 0.4, iou: 0.5 },
      nms: 'per-class',
      sha256: '0'.repeat(64),
      licence: 'MIT',
      provenance: 'test',
    });

  test('accepts the inputs of current models', () => {
    const sizes = { name: 'sizes', type: 'int64', order: 'width-height' };
    for (const input of [{}, { type: 'float16' }, { type: 'uint8' }, { sizes }]) {
      expect(manifest(input)).toMatchObject({ success: true, data: { input } });
    }
  });

  test.each([
    [{ type: 'uint8', scale: 1 / 255 }],
    [{ type: 'uint8', mean: [1, 0, 0] }],
    [{ type: 'uint8', std: [1, 2, 1] }],
  ])('rejects %j, because bytes cannot be scaled', (input) => {
    expect(manifest(input).error?.issues).toMatchObject([
      { path: ['input'], message: 'expected scale 1, mean 0 and std 1, because uint8 takes pixels unchanged' },
    ]);
  });
});

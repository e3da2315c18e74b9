import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelPackageError } from '../../functions/detection/errors.ts';
import { loadModel } from '../../functions/detection/model.ts';
import { COUNTER_NANO, loadCounterNano, packageFolder, removePackages, tinyPackage } from './fixtures/packages.ts';
import { constantModel, tinyOnnx } from './fixtures/tiny-onnx.ts';

afterAll(removePackages);

const weights = () => readFile(join(COUNTER_NANO, 'model.onnx'));

async function faultsOf(folder: string): Promise<readonly string[]> {
  const error = await loadModel(folder).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ModelPackageError);
  return (error as ModelPackageError).faults;
}

describe('a valid package', () => {
  test('is loaded and gives the shapes of its family', async () => {
    const model = await loadCounterNano();
    const [output, ...others] = await model.infer(new Float32Array(3 * 416 * 416).fill(114));
    expect(others).toEqual([]);
    expect(output).toHaveLength(3549 * 8);
    expect(model.manifest.labels).toEqual(['car', 'apple', 'potted plant']);
  });

  test('gives the same output on one thread and on two', async () => {
    const tensor = Float32Array.from({ length: 3 * 416 * 416 }, (_, at) => (at * 7919) % 256);
    const [one, two] = await Promise.all([1, 2].map((threads) => loadModel(COUNTER_NANO, { threads })));
    const [[a], [b]] = (await Promise.all([one?.infer(tensor), two?.infer(tensor)])) as [
      [Float32Array],
      [Float32Array],
    ];
    expect(Math.max(...a.map((value, at) => Math.abs(value - (b[at] as number))))).toBeLessThan(1e-3);
    await Promise.all([one?.release(), two?.release()]);
  });

  test('may leave its batch size open, which a trial run checks', async () => {
    const folder = await tinyPackage(
      tinyOnnx({
        input: { shape: ['batch', 3, 32, 32] },
        output: { shape: [1, 'anchors', 8] },
        nodes: [{ op: 'Identity', inputs: ['values'], output: 'output' }],
        constants: [{ name: 'values', dims: [1, 21, 8], values: new Float32Array(21 * 8) }],
      }),
    );
    await expect(loadModel(folder)).resolves.toMatchObject({ manifest: { name: 'tiny' } });
  });
});

describe('an invalid package is rejected with the reason', () => {
  test('weights with another SHA-256', async () => {
    const folder = await packageFolder(await weights(), { sha256: 'a'.repeat(64) });
    const [fault] = await faultsOf(folder);
    expect(fault).toMatch(
      /^model\.onnx: expected SHA-256 a{64} as in model\.json, received 3696e762df90.* \(6973393 bytes\)$/,
    );
  });

  test('incomplete weights with a matching SHA-256', async () => {
    const folder = await packageFolder((await weights()).subarray(0, 2_000_000));
    const [fault] = await faultsOf(folder);
    expect(fault).toMatch(/^model\.onnx: expected a model that ONNX Runtime can load, received: .*rotobuf/);
  });

  test('missing weights', async () => {
    const folder = await packageFolder(await weights());
    await rm(join(folder, 'model.onnx'));
    expect((await faultsOf(folder))[0]).toMatch(/^model\.onnx: expected a readable file, received ENOENT/);
  });

  test('80 labels for a model of 3 classes', async () => {
    const labels = Array.from({ length: 80 }, (_, index) => `class ${index}`);
    const thresholds = { confidence: 0.5, iou: 0.45 };
    const folder = await packageFolder(await weights(), { labels, thresholds });
    expect(await faultsOf(folder)).toEqual([
      'output "output": expected the shape [1,3549,85] as in model.json, received [1,3549,8]',
    ]);
  });

  test('another input size and another layout', async () => {
    const { input } = (await loadCounterNano()).manifest;
    const folder = await packageFolder(await weights(), { input: { ...input, width: 640, layout: 'NHWC' } });
    expect(await faultsOf(folder)).toEqual([
      'input "images": expected the shape [1,416,640,3] as in model.json, received [1,3,416,416]',
      'output "output": expected the shape [1,5460,8] as in model.json, received [1,3549,8]',
    ]);
  });

  test('other names, both reported at once', async () => {
    const { input } = (await loadCounterNano()).manifest;
    const folder = await packageFolder(await weights(), { input: { ...input, name: 'x' }, outputs: ['y'] });
    expect(await faultsOf(folder)).toEqual([
      'input: expected the name "x" as in model.json, received "images"',
      'output: expected the name "y" as in model.json, received "output"',
    ]);
  });

  test('an input of another type', async () => {
    const folder = await tinyPackage(
      tinyOnnx({
        input: { type: 'double' },
        nodes: [{ op: 'Identity', inputs: ['values'], output: 'output' }],
        constants: [{ name: 'values', dims: [1, 21, 8], values: new Float32Array(21 * 8) }],
      }),
    );
    expect(await faultsOf(folder)).toEqual(['input "images": expected float32 values, received float64']);
  });

  test('an open shape that the trial run finds to differ', async () => {
    const folder = await tinyPackage(
      tinyOnnx({
        input: { shape: ['batch', 3, 32, 32] },
        output: { shape: [1, 'anchors', 8] },
        nodes: [{ op: 'Reshape', inputs: ['images', 'shape'], output: 'output' }],
        constants: [{ name: 'shape', dims: [3], values: BigInt64Array.from([1n, -1n, 8n]) }],
      }),
    );
    expect(await faultsOf(folder)).toEqual([
      'trial run: Expected the shape [1,21,8] for the model\'s output "output", received [1,384,8]',
    ]);
  });
});

describe('an output that the manifest rules out is rejected', () => {
  test.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('%s', async (shown, value) => {
    const values = new Float32Array(21 * 8);
    values[100] = value;
    const model = await loadModel(await tinyPackage(constantModel(values)));
    await expect(model.infer(new Float32Array(3 * 32 * 32))).rejects.toMatchObject({
      name: 'ModelOutputError',
      message: `Expected finite numbers for the model's output "output", received ${shown} at index 100`,
    });
  });
});

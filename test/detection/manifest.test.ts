import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES } from '../../functions/detection/decoders/families.ts';
import { ModelPackageError } from '../../functions/detection/errors.ts';
import { readManifest } from '../../functions/detection/model.ts';
import { COUNTER_NANO, manifestWith, packageFolder, removePackages } from './fixtures/packages.ts';

afterAll(removePackages);

async function faultsOf(text: string): Promise<readonly string[]> {
  const folder = await packageFolder(new Uint8Array());
  await writeFile(join(folder, 'model.json'), text);
  const error = await readManifest(folder).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ModelPackageError);
  expect((error as Error).message).toContain(folder);
  return (error as ModelPackageError).faults;
}

const faultsWith = async (changes: Record<string, unknown>) => faultsOf(JSON.stringify(await manifestWith(changes)));

test('the shipped manifest is read, with defaults', async () => {
  const manifest = await readManifest(COUNTER_NANO);
  expect(manifest).toMatchObject({
    name: 'counter-nano',
    family: 'yolox',
    labels: ['car', 'apple', 'potted plant'],
    thresholds: { confidence: 0.3, perLabel: {}, iou: 0.45 },
    nms: 'across-classes',
    golden: { confidence: 0.05, iou: 0.9 },
  });
});

test('optional fields have defaults', async () => {
  const { input } = await readManifest(COUNTER_NANO);
  const { scale: _scale, mean: _mean, std: _std, ...rest } = input;
  const changes = { input: rest, thresholds: { confidence: 0.4, iou: 0.5 }, golden: undefined };
  const folder = await packageFolder(new Uint8Array(), changes);
  const manifest = await readManifest(folder);
  expect(manifest.input).toEqual({ ...rest, scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  expect(manifest.golden).toEqual({ confidence: 0.05, iou: 0.9 });
  expect(manifest.thresholds).toEqual({
    confidence: 0.4,
    iou: 0.5,
    perLabel: {},
    bounds: { confidence: { min: 0, max: 1 }, iou: { min: 0, max: 1 } },
  });
});

test('every fault is reported at once, with its path, the expected and the received value', async () => {
  const { input } = await readManifest(COUNTER_NANO);
  const faults = await faultsWith({
    colours: 3,
    name: 'Counter Nano',
    version: '1.0',
    family: 'yolo11',
    input: {
      ...input,
      width: 0,
      colour: 'GRB',
      std: [1, 0, 1],
      fit: { kind: 'letterbox', position: 'left', pad: 256 },
    },
    outputs: [],
    labels: ['car', 'car'],
    thresholds: { confidence: 1.5, iou: '0.5', bounds: { confidence: { min: 0.9, max: 0.1 } } },
    nms: 'none',
    sha256: 'ABC',
    licence: '',
    provenance: undefined,
  });
  expect(faults).toEqual([
    'model.json name: expected lower-case letters, digits, dots and dashes, received "Counter Nano"',
    'model.json version: expected a semantic version such as 1.0.0, received "1.0"',
    `model.json family: expected one of ${FAMILIES.join(', ')}, received "yolo11"`,
    'model.json input.width: expected at least 1, received 0',
    'model.json input.colour: expected one of RGB, BGR, received "GRB"',
    'model.json input.std: expected positive numbers, received [1,0,1]',
    'model.json input.fit.position: expected one of top-left, centre, received "left"',
    'model.json input.fit.pad: expected at most 255, received 256',
    'model.json outputs: expected at least 1 item, received []',
    'model.json labels: expected each label once, received ["car","car"]',
    'model.json thresholds.confidence: expected at most 1, received 1.5',
    'model.json thresholds.iou: expected a number, received "0.5"',
    'model.json thresholds.bounds.confidence: expected min to be at most max, received {"min":0.9,"max":0.1}',
    'model.json nms: expected one of per-class, across-classes, received "none"',
    'model.json sha256: expected 64 lower-case hex digits, received "ABC"',
    'model.json licence: expected at least 1 character, received ""',
    'model.json provenance: expected text, received nothing',
    'model.json: expected known keys only, received colours',
  ]);
});

test('faults between fields and of the family are reported together with the others', async () => {
  const { input } = await readManifest(COUNTER_NANO);
  const faults = await faultsWith({
    input: { ...input, width: 400, height: 300 },
    outputs: ['boxes', 'scores'],
    thresholds: { confidence: 0.5, iou: 0.5, perLabel: { bus: 0.5 } },
    licence: undefined,
  });
  expect(faults).toEqual([
    'model.json licence: expected text, received nothing',
    'model.json thresholds.perLabel.bus: expected one of the labels car, apple, potted plant, received "bus"',
    'model.json input.width: expected a multiple of 32 for yolox, received 400',
    'model.json input.height: expected a multiple of 32 for yolox, received 300',
    'model.json outputs: expected 1 output for yolox, received ["boxes","scores"]',
  ]);
});

test('a pad without effect, for a stretched picture, is rejected', async () => {
  const { input } = await readManifest(COUNTER_NANO);
  expect(await faultsWith({ input: { ...input, fit: { kind: 'stretch', pad: 114 } } })).toEqual([
    'model.json input.fit: expected known keys only, received pad',
  ]);
});

test.each([
  ['not JSON', '{ "name": ', /^model\.json: expected JSON, received /],
  ['a list', '[]', /^model\.json: expected an object, received \[\]$/],
  ['null', 'null', /^model\.json: expected an object, received null$/],
])('%s is no manifest', async (_what, text, fault) => {
  expect(await faultsOf(text)).toEqual([expect.stringMatching(fault)]);
});

test('a folder without a manifest is rejected', async () => {
  const faults = /received one with errors: model\.json: expected a readable file, received ENOENT/;
  const reading = readManifest('/nowhere');
  await expect(reading).rejects.toThrow(/^Expected a valid model package in \/nowhere, /);
  await expect(reading).rejects.toThrow(faults);
});

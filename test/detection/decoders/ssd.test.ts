import { removePackages } from '../fixtures/packages.ts';
import { detectPlanted, found, inThousandths, OBJECTS, type Planted, SIDE } from '../fixtures/planted.ts';

afterAll(removePackages);

type Boxes = { order: 'xyxy' | 'yxyx'; unit: 'share' | 'pixels'; firstClass: 0 | 1 };

const TENSORFLOW: Boxes = { order: 'yxyx', unit: 'share', firstClass: 1 };

function corners({ left, top, right, bottom }: Planted, { order, unit }: Boxes): number[] {
  const values = order === 'xyxy' ? [left, top, right, bottom] : [top, left, bottom, right];
  return unit === 'share' ? values.map((value) => value / SIDE) : values;
}

/** Lists of boxes, classes and scores with two unused entries, and the number of used ones. */
function model(objects: readonly Planted[], boxes: Boxes, count?: number) {
  const rows = objects.length + 2;
  const floats = (values: readonly number[]) =>
    Float32Array.from([...values, ...new Array(rows).fill(0)].slice(0, rows));
  return {
    family: 'ssd',
    outputs: [
      {
        name: 'boxes',
        dims: [1, rows, 4],
        values: Float32Array.from([...objects.flatMap((each) => corners(each, boxes)), ...new Array(8).fill(0)]),
      },
      { name: 'classes', dims: [1, rows], values: floats(objects.map(({ label }) => label + boxes.firstClass)) },
      { name: 'scores', dims: [1, rows], values: floats(objects.map(({ score }) => score)) },
      ...(count === undefined ? [] : [{ name: 'count', dims: [1], values: Float32Array.of(count) }]),
    ],
    manifest: { boxes },
  };
}

test.each<[string, Boxes, number | undefined]>([
  ['TensorFlow', TENSORFLOW, 3],
  ['RT-DETR and D-FINE with their post-processing', { order: 'xyxy', unit: 'pixels', firstClass: 0 }, undefined],
  ['torchvision', { order: 'xyxy', unit: 'pixels', firstClass: 1 }, undefined],
  ['MLPerf', { order: 'xyxy', unit: 'share', firstClass: 1 }, undefined],
])('as %s writes it: %j', async (_who, boxes, count) => {
  expect(found(await detectPlanted(model(OBJECTS, boxes, count)))).toEqual(OBJECTS.map(inThousandths));
});

test('classes as 64-bit integers, without the leading 1', async () => {
  const { family, outputs, manifest } = model(OBJECTS, { order: 'xyxy', unit: 'pixels', firstClass: 0 });
  const whole = outputs.map((output) => ({ ...output, dims: output.dims.slice(1) }));
  const classes = BigInt64Array.from([0n, 2n, 1n, 0n, 0n]);
  const swapped = whole.map((output) => (output.name === 'classes' ? { ...output, values: classes } : output));
  expect(found(await detectPlanted({ family, manifest, outputs: swapped }))).toEqual(OBJECTS.map(inThousandths));
});

test('the size input gets the tensor’s own size', async () => {
  const boxes: Boxes = { order: 'xyxy', unit: 'pixels', firstClass: 0 };
  const sizes = { name: 'orig_target_sizes', type: 'int64', order: 'width-height' };
  const moreInputs = [{ name: 'orig_target_sizes', shape: ['N', 2], type: 'int64' as const }];
  const detections = await detectPlanted({ ...model(OBJECTS, boxes), moreInputs, input: { sizes } });
  expect(found(detections)).toEqual(OBJECTS.map(inThousandths));
});

test('reads no more entries than the count', async () => {
  expect(found(await detectPlanted(model(OBJECTS, TENSORFLOW, 2)))).toEqual(OBJECTS.slice(0, 2).map(inThousandths));
});

test.each([6, -1, 1.5])('a count of %p is rejected', async (count) => {
  await expect(detectPlanted(model(OBJECTS, TENSORFLOW, count))).rejects.toThrow(
    `Expected a whole number from 0 to 5 for the model's output "count", received ${count}`,
  );
});

test('a class below the first is rejected', async () => {
  const background = [{ ...(OBJECTS[0] as Planted), label: -1 }];
  await expect(detectPlanted(model(background, TENSORFLOW, 1))).rejects.toThrow(
    'Expected classes from 0 to 2 (3 labels in model.json)',
  );
});

test('lists of different lengths are rejected', async () => {
  const { family, outputs, manifest } = model(OBJECTS, TENSORFLOW);
  const short = outputs.map((output) =>
    output.name === 'scores' ? { ...output, dims: [1, 2], values: output.values.slice(0, 2) } : output,
  );
  await expect(detectPlanted({ family, manifest, outputs: short })).rejects.toThrow(
    'Expected four values for each score for the model\'s output "boxes", received 20 for 2',
  );
});

test('the manifest must have the format of the boxes, in this family only', async () => {
  await expect(detectPlanted({ ...model(OBJECTS, TENSORFLOW), manifest: {} })).rejects.toThrow(
    'model.json boxes: expected the format of the boxes for ssd, received nothing',
  );
  const other = { ...model(OBJECTS, TENSORFLOW), family: 'yolov5' };
  await expect(detectPlanted(other)).rejects.toThrow('model.json boxes: expected no value for yolov5, received {');
});

test('boxes with scores, and classes, as of mmdeploy', async () => {
  const dets = OBJECTS.flatMap(({ left, top, right, bottom, score }) => [left, top, right, bottom, score]);
  const detections = await detectPlanted({
    family: 'ssd',
    outputs: [
      { name: 'dets', dims: [1, OBJECTS.length, 5], values: Float32Array.from(dets) },
      {
        name: 'labels',
        dims: [1, OBJECTS.length],
        values: BigInt64Array.from(OBJECTS, ({ label }) => BigInt(label)),
      },
    ],
    manifest: { boxes: { order: 'xyxy', unit: 'pixels', firstClass: 0 } },
  });
  expect(found(detections)).toEqual(OBJECTS.map(inThousandths));
});

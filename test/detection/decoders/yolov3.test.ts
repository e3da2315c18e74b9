import { removePackages } from '../fixtures/packages.ts';
import { detectPlanted, found, inThousandths, LABELS, OBJECTS, oneHot, type Planted } from '../fixtures/planted.ts';

afterAll(removePackages);

const SIZES = { name: 'image_shape', type: 'float32', order: 'height-width' };
const MORE_INPUTS = [{ name: 'image_shape', shape: [1, 2] }];

/** All boxes (top, left, bottom, right), all scores by class, and rows of batch, class, box for the chosen ones. */
function model(
  objects: readonly Planted[],
  chosen: readonly number[] = objects.flatMap(({ label }, box) => [0, label, box]),
) {
  const scores = LABELS.flatMap((_, label) => objects.map((object) => oneHot(object)[label] as number));
  const boxes = objects.flatMap(({ left, top, right, bottom }) => [top, left, bottom, right]);
  return {
    family: 'yolov3',
    moreInputs: MORE_INPUTS,
    input: { sizes: SIZES },
    outputs: [
      { name: 'boxes', dims: [1, objects.length, 4], values: Float32Array.from(boxes) },
      { name: 'scores', dims: [1, LABELS.length, objects.length], values: Float32Array.from(scores) },
      { name: 'indices', dims: [chosen.length / 3, 3], values: Int32Array.from(chosen) },
    ],
  };
}

test('the chosen boxes become objects', async () => {
  expect(found(await detectPlanted(model(OBJECTS)))).toEqual(OBJECTS.map(inThousandths));
});

test('Tiny YOLOv3 puts a 1 before the rows', async () => {
  const { outputs, ...rest } = model(OBJECTS);
  const tiny = outputs.map((output) => (output.name === 'indices' ? { ...output, dims: [1, ...output.dims] } : output));
  expect(found(await detectPlanted({ ...rest, outputs: tiny }))).toEqual(OBJECTS.map(inThousandths));
});

test('only chosen boxes are objects', async () => {
  expect(found(await detectPlanted(model(OBJECTS, [0, 2, 1])))).toEqual([inThousandths(OBJECTS[1] as Planted)]);
  expect(await detectPlanted(model(OBJECTS, []))).toEqual([]);
});

test.each([
  [[0, 3, 0], 'Expected classes from 0 to 2 (3 labels in model.json) for the model\'s output "indices", received 3'],
  [[0, 0, 9], 'Expected box indices from 0 to 2 for the model\'s output "indices", received 9'],
  [[0, 0, -1], 'received -1'],
])('rows with an invalid index (%j) are rejected', async (chosen, message) => {
  await expect(detectPlanted(model(OBJECTS, chosen))).rejects.toThrow(message);
});

test('a missing size input is rejected, in the manifest and in the model', async () => {
  await expect(detectPlanted({ ...model(OBJECTS), input: {} })).rejects.toThrow(
    'model.json input.sizes: expected the name, type and order of the size input for yolov3, received nothing',
  );
  await expect(detectPlanted({ ...model(OBJECTS), moreInputs: [] })).rejects.toThrow(
    'inputs: expected two, received "images"',
  );
});

import { removePackages } from '../fixtures/packages.ts';
import { centred, detectPlanted, found, inThousandths, OBJECTS, oneHot, type Planted } from '../fixtures/planted.ts';

afterAll(removePackages);

/** Columns of cx, cy, width, height, class scores. */
function model(objects: readonly Planted[], change: (column: number[]) => number[] = (column) => column) {
  const columns = objects.map((object) => {
    const { x, y, width, height } = centred(object);
    return change([x, y, width, height, ...oneHot(object)]);
  });
  columns.push([30, 30, 10, 10, 0.49, 0.3, 0.2]);
  const values = Float32Array.from(
    Array.from({ length: 7 }, (_, row) => columns.map((column) => column[row] as number)).flat(),
  );
  return { family: 'yolov8', outputs: [{ name: 'output0', dims: [1, 7, columns.length], values }] };
}

test('columns of pixels and classes become objects', async () => {
  expect(found(await detectPlanted(model(OBJECTS)))).toEqual(OBJECTS.map(inThousandths));
});

test('a score equal to the threshold is kept', async () => {
  expect(await detectPlanted(model([]), { confidence: 0.48 })).toHaveLength(1);
  expect(await detectPlanted(model([]), { confidence: 0.5 })).toHaveLength(0);
});

test('each class has its own threshold', async () => {
  const thresholds = { confidence: 0.5, perLabel: { apple: 0.7 }, iou: 0.5 };
  const detections = await detectPlanted({ ...model(OBJECTS), manifest: { thresholds } });
  expect(detections.map(({ label }) => label)).toEqual(['car', 'potted plant']);
});

test.each([7, -0.5])('a score of %p, as in an export without sigmoids, is rejected', async (value) => {
  const broken = model(OBJECTS.slice(0, 1), () => [10, 10, 5, 5, value, value, value]);
  await expect(detectPlanted(broken)).rejects.toThrow(
    `Expected scores from 0 to 1 for the model's output "output0", received ${value}`,
  );
});

test('rows in place of columns', async () => {
  const rows = OBJECTS.map((object) => {
    const { x, y, width, height } = centred(object);
    return [x, y, width, height, ...oneHot(object)];
  });
  const outputs = [{ name: 'output0', dims: [1, rows.length, 7], values: Float32Array.from(rows.flat()) }];
  const detections = await detectPlanted({ family: 'yolov8', outputs, manifest: { transposed: true } });
  expect(found(detections)).toEqual(OBJECTS.map(inThousandths));
});

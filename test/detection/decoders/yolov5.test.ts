import { removePackages } from '../fixtures/packages.ts';
import { centred, detectPlanted, found, inThousandths, OBJECTS, oneHot, type Planted } from '../fixtures/planted.ts';

afterAll(removePackages);

/** Rows of cx, cy, width, height, objectness, class scores; the last two multiply to the score. */
function model(objects: readonly Planted[], change: (row: number[]) => number[] = (row) => row) {
  const rows = objects.map((object) => {
    const { x, y, width, height } = centred(object);
    const scores = oneHot(object).map((score, label) => (label === object.label ? Math.sqrt(score) : score));
    return change([x, y, width, height, Math.sqrt(object.score), ...scores]);
  });
  const nothing = [30, 30, 10, 10, 0.001, 0.9, 0.9, 0.9];
  const values = Float32Array.from([...rows, nothing].flat());
  return { family: 'yolov5', outputs: [{ name: 'output0', dims: [1, rows.length + 1, 8], values }] };
}

test('rows of pixels, objectness and classes become objects', async () => {
  expect(found(await detectPlanted(model(OBJECTS)))).toEqual(OBJECTS.map(inThousandths));
});

test('the score is objectness times the best class', async () => {
  const [car] = OBJECTS as [Planted];
  const [detection] = await detectPlanted(model([car], (row) => [...row.slice(0, 4), 0.8, 0.9, 0.1, 0.1]));
  expect(detection?.confidence).toBeCloseTo(0.72, 6);
});

test('boxes beyond the picture are clipped, empty ones and those outside dropped', async () => {
  const [car] = OBJECTS as [Planted];
  const reach = { ...car, left: -20, top: -10 };
  const objects = [
    reach,
    { ...car, left: 40, right: 40 },
    { ...car, left: 50, right: 45 },
    { ...car, left: 100, right: 140 },
  ];
  expect(found(await detectPlanted(model(objects)))).toEqual([inThousandths({ ...reach, left: 0, top: 0 })]);
});

test.each([
  [4, 1.5],
  [4, -0.25],
  [5, 3],
])('a score outside 0–1 (value %p is %p) is rejected', async (place, value) => {
  const broken = model(OBJECTS.slice(0, 1), (row) => row.with(place, value));
  await expect(detectPlanted(broken)).rejects.toMatchObject({
    name: 'ModelOutputError',
    message: `Expected scores from 0 to 1 for the model's output "output0", received ${value}`,
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%p is rejected', async (value) => {
  const broken = model(OBJECTS.slice(0, 1), (row) => row.with(2, value));
  await expect(detectPlanted(broken)).rejects.toThrow(
    `Expected finite numbers for the model's output "output0", received ${value} at index 2`,
  );
});

test('a number of classes that differs from the labels is rejected at load', async () => {
  const other = { ...model(OBJECTS), manifest: { labels: ['car', 'apple'] } };
  await expect(detectPlanted(other)).rejects.toThrow(
    'output "output0": expected the shape [1,any,7] as in model.json, received [1,4,8]',
  );
});

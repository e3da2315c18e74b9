import { removePackages } from '../fixtures/packages.ts';
import { detectPlanted, found, inThousandths, OBJECTS, type Planted } from '../fixtures/planted.ts';

afterAll(removePackages);

/** Rows of left, top, right, bottom, score, class, and unused rows. */
function model(rows: readonly (readonly number[])[]) {
  const values = Float32Array.from([...rows, [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 255]].flat());
  return { family: 'end-to-end', outputs: [{ name: 'output0', dims: [1, rows.length + 2, 6], values }] };
}

function row({ left, top, right, bottom, score, label }: Planted): number[] {
  return [left, top, right, bottom, score, label];
}

test('rows become objects, unused rows do not', async () => {
  expect(found(await detectPlanted(model(OBJECTS.map(row))))).toEqual(OBJECTS.map(inThousandths));
});

test('boxes beyond the picture are clipped or dropped, inverted ones dropped', async () => {
  const [car] = OBJECTS as [Planted];
  const rows = [
    [-5, -5, 20, 20, 0.9, 0],
    [30, 30, 200, 300, 0.8, 0],
    [20, 20, 10, 10, 0.9, 0],
    [70, 0, 90, 20, 0.9, 0],
  ];
  expect(found(await detectPlanted(model(rows)))).toEqual([
    { ...car, score: 0.9, left: 0, top: 0, right: 20, bottom: 20 },
    { ...car, score: 0.8, left: 30, top: 30, right: 64, bottom: 64 },
  ]);
});

test.each([3, 1.5, -1])('a class of %p, which has no label, is rejected', async (label) => {
  await expect(detectPlanted(model([[0, 0, 9, 9, 0.9, label]]))).rejects.toThrow(
    `Expected classes from 0 to 2 (3 labels in model.json) for the model's output "output0", received ${label}`,
  );
});

test('a score over 1 is rejected', async () => {
  await expect(detectPlanted(model([[0, 0, 9, 9, 90, 0]]))).rejects.toThrow('Expected scores from 0 to 1');
});

describe('other rows', () => {
  /** Detections of one car from rows of these values. */
  function detectRow(rows: object, values: readonly number[], labels?: readonly string[]) {
    const outputs = [{ name: 'rows', dims: [1, values.length], values: Float32Array.from(values) }];
    return detectPlanted({ family: 'end-to-end', outputs, manifest: { rows, ...(labels && { labels }) } });
  }
  const car = { ...(OBJECTS[0] as Planted), score: 0.72 };
  const corners = ['left', 'top', 'right', 'bottom'];

  test.each([
    ['number, class, score, corners', ['unused', 'class', 'score', ...corners], 'pixels', [0, 0, 0.72, 4, 6, 28, 20]],
    ['objectness and class score', [...corners, 'objectness', 'score', 'class'], 'pixels', [4, 6, 28, 20, 0.9, 0.8, 0]],
    [
      'y before x, shares',
      ['top', 'left', 'bottom', 'right', 'score', 'class'],
      'share',
      [6 / 64, 4 / 64, 20 / 64, 28 / 64, 0.72, 0],
    ],
  ])('%s', async (_what, columns, unit, values) => {
    expect(found(await detectRow({ columns, unit, firstClass: 0 }, values))).toEqual([inThousandths(car)]);
  });

  test('classes from 1', async () => {
    const rows = { columns: [...corners, 'score', 'class'], unit: 'pixels', firstClass: 1 };
    expect(found(await detectRow(rows, [4, 6, 28, 20, 0.72, 1]))).toEqual([inThousandths(car)]);
    await expect(detectRow(rows, [4, 6, 28, 20, 0.72, 0])).rejects.toThrow('Expected classes from 0 to 2');
  });

  test('without a class they are of the only label', async () => {
    const rows = { columns: [...corners, 'score'], unit: 'pixels', firstClass: 0 };
    expect(found(await detectRow(rows, [4, 6, 28, 20, 0.72], ['car']))).toEqual([inThousandths(car)]);
    await expect(detectRow(rows, [4, 6, 28, 20, 0.72])).rejects.toThrow(
      'model.json labels: expected one label, because rows have no class, received ["car","apple","potted plant"]',
    );
  });

  test.each([[['left', 'top', 'right', 'score', 'class']], [[...corners, 'score', 'score', 'class']]])(
    'columns %j are rejected',
    async (columns) => {
      await expect(detectRow({ columns, unit: 'pixels', firstClass: 0 }, [0])).rejects.toThrow(
        'model.json rows.columns: expected left, top, right, bottom and score once, class and objectness at most once',
      );
    },
  );

  test('another family has none', async () => {
    const rows = { columns: [...corners, 'score', 'class'], unit: 'pixels', firstClass: 0 };
    await expect(detectPlanted({ ...model([]), family: 'yolov5', manifest: { rows } })).rejects.toThrow(
      'model.json rows: expected no value for yolov5',
    );
  });
});

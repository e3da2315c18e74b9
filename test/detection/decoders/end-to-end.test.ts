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

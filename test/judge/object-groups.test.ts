/** Sums over objects by label and by size. */

import { compare, type Detection } from '../../functions/judge/agreement.ts';
import { ObjectGroups, sizeOf } from '../../functions/judge/object-groups.ts';

const square = (label: string, x: number, side: number, confidence = 0.9): Detection => ({
  label,
  confidence,
  box: { x, y: 0, width: side, height: side },
});

test.each([
  [31.9, 'small'],
  [32, 'medium'],
  [95.9, 'medium'],
  [96, 'large'],
] as const)('a box with sides of %d pixels is %s, as in COCO', (side, size) => {
  expect(sizeOf(square('car', 0, side))).toBe(size);
});

function rowsOf(groups: ObjectGroups, ...pictures: readonly (readonly [Detection[], Detection[]])[]) {
  for (const [baseline, candidate] of pictures) groups.add({ baseline, candidate }, compare(baseline, candidate));
  return groups.boundedRows(0.05);
}

test('a pair that both detect has the size of the baseline: it is not missed in one size and extra in another', () => {
  const rows = rowsOf(new ObjectGroups(sizeOf), [
    [square('car', 0, 31)],
    [square('car', 0, 33), square('car', 90, 20)],
  ]);
  expect(rows).toEqual([
    expect.objectContaining({ name: 'small', pictures: 1, baseline: 1, candidate: 2, matched: 1, missed: 0, extra: 1 }),
  ]);
});

test('means over pictures, not over objects', () => {
  const four = [0, 100, 200, 300].map((x) => square('car', x, 50));
  const one = [square('car', 0, 50)];
  const [row] = rowsOf(new ObjectGroups(({ label }) => label), [four, four], [one, []], [[], one], [[], []]);
  expect(row).toMatchObject({ pictures: 3, baseline: 5, candidate: 5, matched: 4, missed: 1, extra: 1 });
  expect(row?.disagreement).toBeCloseTo(2 / 6);
  expect(row?.ofPicture.mean).toBeCloseTo(2 / 3);
  expect(row?.countShift.mean).toBeCloseTo(0);
});

test('the change of a count is that of the candidate, within bounds from −1 to 1 that get tighter', () => {
  const two = [square('car', 0, 50), square('car', 100, 50)];
  const pictures = (count: number) =>
    Array.from({ length: count }, () => [two, two.slice(1)] as [typeof two, typeof two]);
  const [few] = rowsOf(new ObjectGroups(() => 'all'), ...pictures(10));
  const [many] = rowsOf(new ObjectGroups(() => 'all'), ...pictures(200));
  expect(few?.countShift.mean).toBe(-0.5);
  expect(few?.countShift.atLeast).toBeGreaterThanOrEqual(-1);
  expect(few?.countShift.atMost).toBeGreaterThan(many?.countShift.atMost ?? 1);
  expect(many?.countShift.atLeast).toBeLessThan(-0.5);
  expect(many?.countShift.atMost).toBeGreaterThan(-0.5);
  expect(many?.countShift.atMost).toBeLessThan(-0.4);
});

test('rows: the most frequent label of the baseline first, with means over the matches', () => {
  const car = (x: number, confidence: number) => square('car', x, 50, confidence);
  const bus = (x: number) => square('bus', x, 50);
  const groups = new ObjectGroups(({ label }) => label);
  rowsOf(
    groups,
    [
      [bus(0), car(100, 0.8), car(200, 0.5)],
      [bus(0), car(100, 0.9), car(210, 0.7)],
    ],
    [[car(100, 0.8)], [car(105, 0.6), square('van', 300, 50)]],
  );
  const [first, second, third, ...others] = groups.rows();
  expect(others).toEqual([]);
  // The bus was seen first, the car more often. IoU of squares with sides of 50, moved by 0, 10 and 5 pixels.
  const ious = [1, 40 / 60, 45 / 55] as const;
  expect(first).toMatchObject({ name: 'car', pictures: 2, baseline: 3, candidate: 3, matched: 3, disagreement: 0 });
  expect(first?.meanIou).toBeCloseTo((ious[0] + ious[1] + ious[2]) / 3, 10);
  expect(first?.confidenceShift).toBeCloseTo((0.1 + 0.2 - 0.2) / 3, 10);
  expect(second).toMatchObject({ name: 'bus', pictures: 1, baseline: 1, matched: 1, meanIou: 1, confidenceShift: 0 });
  expect(third).toEqual({
    ...{ name: 'van', pictures: 1, baseline: 0, candidate: 1, matched: 0, missed: 0, extra: 1 },
    disagreement: 1,
  });
});

import fc from 'fast-check';
import { area, clip, iou } from '../../functions/detection/box.ts';
import { corners, pictureSize } from './fixtures/arbitraries.ts';

const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });

describe('IoU', () => {
  test('of boxes that share a quarter of each is 1/7', () => {
    expect(iou(box(0, 0, 2, 2), box(1, 1, 3, 3))).toBeCloseTo(1 / 7, 12);
  });

  test('of boxes that only touch is 0', () => {
    expect(iou(box(0, 0, 2, 2), box(2, 0, 4, 2))).toBe(0);
  });

  test('of empty and inverted boxes is 0, not NaN', () => {
    expect(iou(box(1, 1, 1, 1), box(1, 1, 1, 1))).toBe(0);
    expect(iou(box(3, 3, 1, 1), box(0, 0, 4, 4))).toBe(0);
  });

  test('is symmetric, between 0 and 1, and 1 for a box and itself', () => {
    fc.assert(
      fc.property(corners, corners, (a, b) => {
        expect(iou(a, b)).toBe(iou(b, a));
        expect(iou(a, b)).toBeGreaterThanOrEqual(0);
        expect(iou(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        expect(iou(a, a)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('is invariant when both boxes are moved and stretched along an axis', () => {
    fc.assert(
      fc.property(corners, corners, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, stretch) => {
        const moved = ({ left, top, right, bottom }: typeof a) =>
          box(left * stretch + 5, top, right * stretch + 5, bottom);
        expect(iou(moved(a), moved(b))).toBeCloseTo(iou(a, b), 6);
      }),
    );
  });
});

describe('clipping', () => {
  test('cuts a box at each side of the picture', () => {
    expect(clip(box(-5, -6, 50, 60), { width: 40, height: 30 })).toEqual({ x: 0, y: 0, width: 40, height: 30 });
    expect(clip(box(10, 20, 15, 25), { width: 40, height: 30 })).toEqual({ x: 10, y: 20, width: 5, height: 5 });
  });

  test('drops boxes outside the picture and boxes without an area', () => {
    expect(clip(box(40, 0, 50, 10), { width: 40, height: 30 })).toBeUndefined();
    expect(clip(box(0, -10, 50, 0), { width: 40, height: 30 })).toBeUndefined();
    expect(clip(box(5, 5, 5, 10), { width: 40, height: 30 })).toBeUndefined();
  });

  test('keeps boxes inside the picture, never enlarges them, and is idempotent', () => {
    fc.assert(
      fc.property(corners, pictureSize, (corners, size) => {
        const clipped = clip(corners, size);
        if (!clipped) return;
        const { x, y, width, height } = clipped;
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(size.width + 1e-9);
        expect(y + height).toBeLessThanOrEqual(size.height + 1e-9);
        expect(width * height).toBeLessThanOrEqual(area(corners) * (1 + 1e-9));
        const again = clip(box(x, y, x + width, y + height), size);
        for (const key of ['x', 'y', 'width', 'height'] as const) expect(again?.[key]).toBeCloseTo(clipped[key], 9);
      }),
    );
  });
});

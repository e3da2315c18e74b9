import { free } from '../../functions/detection/raster.ts';

const size = { width: 2, height: 1 };

test('a freed raster has no pixels left, and freeing it again does nothing', () => {
  const pixels = new Uint8Array(6);
  free({ ...size, pixels });
  expect(pixels).toHaveLength(0);
  expect(() => free({ ...size, pixels })).not.toThrow();
});

test('shared memory is not freed', () => {
  const others = new Uint8Array(100).fill(7);
  const pixels = others.subarray(10, 16);
  free({ ...size, pixels });
  expect(others[50]).toBe(7);
  expect(pixels).toHaveLength(6);
});

/** How items are put into batches. */

import fc from 'fast-check';
import { batchesOf } from '../../../local/states/item-batcher.ts';

const BYTES = 262_144;

test('a batch has so many items, the last one the rest, each with the fixed input', () => {
  expect(batchesOf(['a', 'b', 'c'], { items: 2, input: { job: 'j' } })).toEqual([
    { input: '{"BatchInput":{"job":"j"},"Items":["a","b"]}', items: 2 },
    { input: '{"BatchInput":{"job":"j"},"Items":["c"]}', items: 1 },
  ]);
  expect(batchesOf([], { items: 2 })).toEqual([]);
});

test('a batch has at most 262,144 bytes of UTF-8, to the byte', () => {
  // `{"Items":["…","…"]}` has 14 bytes around two texts.
  const fits = ['✓'.repeat(43_688), 'a'.repeat(BYTES - 17 - 3 * 43_688)];
  expect(batchesOf(fits, {}).map(({ input }) => Buffer.byteLength(input))).toEqual([BYTES]);
  expect(batchesOf([fits[0], `${fits[1]}a`], {}).map(({ items }) => items)).toEqual([1, 1]);
});

test('an item that exceeds the limit of a batch alone fails', () => {
  expect(() => batchesOf(['a'.repeat(100)], { bytes: 50 })).toThrow(
    'Expected at most 50 bytes for a batch, received an item of 102',
  );
});

test('every item is in exactly one batch, in order, within the limits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 30, unit: 'grapheme' })),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 600, max: 900 }),
      (items, most, bytes) => {
        const batches = batchesOf(items, { items: most, bytes, input: { job: 'j' } });
        expect(batches.flatMap(({ input }) => JSON.parse(input).Items)).toEqual(items);
        for (const batch of batches) {
          expect(batch.items).toBe(JSON.parse(batch.input).Items.length);
          expect(batch.items).toBeLessThanOrEqual(most);
          expect(Buffer.byteLength(batch.input)).toBeLessThanOrEqual(bytes);
        }
      },
    ),
  );
});

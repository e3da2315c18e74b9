import fc from 'fast-check';
import { momentsOf, valuesOf } from '../../functions/drift/payoffs.ts';

const weights = fc
  .array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 32 })
  .filter((all) => all.some((weight) => weight > 0));

test('the mean rank is one half, whatever the distribution', () => {
  fc.assert(
    fc.property(weights, (all) => {
      expect(momentsOf(valuesOf('rank', all), all)?.mean).toBeCloseTo(0.5, 9);
    }),
  );
});

test('ranks are the chance to exceed a value of the reference, ties counting half', () => {
  expect(valuesOf('rank', [1, 0, 2, 1])).toEqual([0.125, 0.25, 0.5, 0.875]);
});

test('a value beyond all of the reference is whole in a tail', () => {
  expect(valuesOf('low', [0, 5, 5])).toEqual([1, 0, 0]);
  expect(valuesOf('high', [5, 5, 0])).toEqual([0, 0, 1]);
});

test('the tails are mirror images', () => {
  fc.assert(
    fc.property(weights, (all) => {
      const mirrored = valuesOf('high', all.toReversed()).toReversed();
      valuesOf('low', all).forEach((value, bin) => {
        expect(value).toBeCloseTo(mirrored[bin] as number, 9);
      });
    }),
  );
});

test('moments are those of the weighted values, and none of an empty histogram', () => {
  expect(momentsOf([0, 1], [3, 1])).toEqual({ mean: 0.25, variance: 0.1875, weight: 4 });
  expect(momentsOf([0, 1], [0, 0])).toBeUndefined();
});

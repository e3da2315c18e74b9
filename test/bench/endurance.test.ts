import { type EnduranceSample, growthOf, sampleInWords } from '../../bench/endurance.ts';

const MB = 1024;

/** @param resident of both processes, MB */
const sample = (requests: number, laptop: number, own: number): EnduranceSample => ({
  requests,
  perSecond: 25.04,
  laptop: { resident: laptop * MB, heap: 20 * MB, external: 5 * MB },
  function: { resident: own * MB, heap: 15 * MB, external: 9 * MB },
});

test('a growth of a tenth from the first sample to the last is within the limit', () => {
  expect(growthOf([sample(5000, 100, 200), sample(10_000, 300, 300), sample(50_000, 110, 190)])).toEqual({
    words: 'From 5000 to 50000 requests: laptop +10.0 %, function −5.0 % resident memory.\n',
    isWithin: true,
  });
});

test.each([
  [111, 200],
  [100, 221],
])('a laptop of %s MB and a function of %s MB after 100 and 200 are not', (laptop, own) => {
  expect(growthOf([sample(5000, 100, 200), sample(50_000, laptop, own)]).isWithin).toBe(false);
});

test('a sample is one line', () => {
  const line = sampleInWords(sample(5000, 123, 150));
  expect(line.trim().split(/ {2,}/)).toEqual([
    '5000',
    '25.0/s',
    'laptop 123.0 MB resident, 25.0 MB kept',
    'function 150.0 MB resident, 24.0 MB kept',
  ]);
  expect(line.split('\n')).toHaveLength(2);
});

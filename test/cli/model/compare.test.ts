import { comparePaired, type Difference, quantile } from '../../../cli/model/evaluation/compare.ts';
import { seededRandom } from '../../../cli/model/evaluation/random.ts';
import type { EvaluatedPhoto } from '../../../functions/truth/photos.ts';
import { detected, object, photo, syntheticPhotos, truthOf } from './synthetic-photos.ts';

const HERE = [0, 0, 100, 100];
const LABELS = ['car', 'apple'];

/** Photos with one car each; `finds` decides in which of them the model finds it. */
function photosOf(count: number, finds: (index: number) => boolean): EvaluatedPhoto[] {
  return Array.from({ length: count }, (_, index) =>
    photo(truthOf(`${index}.jpg`, [object('car', HERE)], ['car']), finds(index) ? [detected('car', 0.9, HERE)] : []),
  );
}

function overall(differences: readonly Difference[], measure: Difference['measure']): Difference | undefined {
  return differences.find((each) => each.measure === measure && each.label === undefined);
}

describe('paired comparison', () => {
  test('a model against itself: no difference in any draw, and no verdict', () => {
    const photos = syntheticPhotos();
    for (const each of comparePaired(photos, photos, LABELS, { resamples: 50 })) {
      expect(each).toMatchObject({ difference: 0, interval: [0, 0], verdict: 'unclear' });
    }
  });

  test('all cars found against three in four: the interval of the exact share is that of a proportion', () => {
    const better = photosOf(200, () => true);
    const worse = photosOf(200, (index) => index % 4 !== 0);
    const exact = overall(comparePaired(better, worse, ['car'], { resamples: 2000 }), 'exact');
    expect(exact).toMatchObject({ model: 1, baseline: 0.75, difference: 0.25, verdict: 'better' });
    // ± 1.96 · √(0.25 · 0.75 / 200) = ± 0.060
    expect(exact?.interval[0]).toBeCloseTo(0.19, 1);
    expect(Math.abs((exact?.interval[0] ?? 0) - 0.19)).toBeLessThan(0.01);
    expect(Math.abs((exact?.interval[1] ?? 0) - 0.31)).toBeLessThan(0.01);
  });

  test('the verdict is reversed with the models exchanged, also if less is better', () => {
    const better = photosOf(60, () => true);
    const worse = photosOf(60, (index) => index % 2 === 0);
    const forward = comparePaired(better, worse, ['car']);
    const backward = comparePaired(worse, better, ['car']);
    expect(overall(forward, 'meanAbsolute')).toMatchObject({ difference: -0.5, verdict: 'better' });
    expect(overall(backward, 'meanAbsolute')).toMatchObject({ difference: 0.5, verdict: 'worse' });
    expect(overall(forward, 'ap50')?.verdict).toBe('better');
    expect(overall(backward, 'ap50')?.verdict).toBe('worse');
  });

  test('pairing: objects that both miss in the same photos do not widen the interval', () => {
    const hard = (index: number) => index % 3 === 0;
    const model = photosOf(90, (index) => !hard(index));
    const slightlyWorse = photosOf(90, (index) => !hard(index) && index !== 1);
    const exact = overall(comparePaired(model, slightlyWorse, ['car']), 'exact');
    expect(exact?.interval[0]).toBe(0);
    expect(exact?.interval[1]).toBeLessThanOrEqual(4 / 90);
  });

  test('fewer than 20 photos give an interval but no verdict', () => {
    const difference = overall(
      comparePaired(
        photosOf(19, () => true),
        photosOf(19, () => false),
        ['car'],
      ),
      'ap',
    );
    expect(difference).toMatchObject({ difference: 1, interval: [1, 1], verdict: 'unclear' });
  });

  test('the same seed gives the same intervals, another seed different ones', () => {
    const [model, baseline] = [photosOf(40, (index) => index % 5 !== 0), photosOf(40, (index) => index % 3 !== 0)];
    const run = (seed: number) => comparePaired(model, baseline, ['car'], { resamples: 200, seed });
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  test('reports progress, and omits measures without annotations', () => {
    const calls: number[] = [];
    const photos = photosOf(20, () => true);
    const differences = comparePaired(photos, photos, LABELS, {
      resamples: 3,
      progress: (done, of) => calls.push(done / of),
    });
    expect(calls).toEqual([1 / 3, 2 / 3, 1]);
    expect(differences.some(({ label }) => label === 'apple')).toBe(false);
  });
});

describe('quantile', () => {
  test.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [1, 4],
  ])('%p of 1, 2, 3, 4 is %p, like numpy', (share, expected) => {
    expect(quantile([1, 2, 3, 4], share)).toBeCloseTo(expected, 12);
  });
});

test('seeded random numbers fill 0 to 1 evenly', () => {
  const random = seededRandom(5);
  const tenths = new Array(10).fill(0);
  for (let index = 0; index < 10_000; index++) tenths[Math.floor(random() * 10)] += 1;
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('photos with counts only give no verdict on precision', () => {
  const boxed = (index: number) => index < 19;
  const side = (finds: boolean) =>
    photosOf(40, () => finds).map((each, index) =>
      boxed(index) ? each : { ...each, truth: { file: each.truth.file, counts: { car: 1 }, judged: new Set(['car']) } },
    );
  const differences = comparePaired(side(true), side(false), ['car'], { resamples: 200 });
  expect(overall(differences, 'ap')).toMatchObject({ difference: 1, verdict: 'unclear' });
  expect(overall(differences, 'exact')).toMatchObject({ difference: 1, verdict: 'better' });
});

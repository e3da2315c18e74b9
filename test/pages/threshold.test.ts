import fc from 'fast-check';
import { suppress } from '../../functions/detection/nms.ts';
import { atLeast, countByLabel, scaleOf } from '../../functions/pages/try/threshold.ts';

const detection = (label: string, confidence: number) => ({
  label,
  confidence,
  box: { x: 0, y: 0, width: 1, height: 1 },
});

const thresholds = {
  confidence: 0.5,
  perLabel: { car: 0.7 },
  iou: 0.45,
  bounds: { confidence: { min: 0.05, max: 0.99 }, iou: { min: 0.1, max: 0.9 } },
};
const model = {
  name: 'counter-nano',
  version: '1.0.0',
  family: 'yolox',
  sha256: 'ab',
  licence: 'Apache-2.0',
  labels: ['car', 'apple'],
  thresholds,
};
const endpoint = { name: 'e', kind: 'predict', models: ['counter-nano'], modelSummaries: [model] } as const;

describe('the slider starts at the threshold of a request without one', () => {
  test.each([
    ['a label with a threshold of its own', { labels: ['car'] }, 0.7, 'Default of the model: 0.70'],
    ['a label without one', { labels: ['apple'] }, 0.5, 'Default of the model: 0.50'],
    ['labels that differ', {}, 0.5, 'Default of the model: 0.50, car 0.70'],
    ['a threshold of the endpoint', { confidence: 0.3 }, 0.3, 'Default of the endpoint: 0.30'],
  ])('%s', (_name, changes, start, hint) => {
    expect(scaleOf({ ...endpoint, ...changes }, 'counter-nano')).toEqual({ min: 0.05, max: 0.99, start, hint });
  });

  test('an endpoint whose model is not known', () => {
    const scale = scaleOf({ ...endpoint, modelSummaries: [] }, 'counter-nano');
    expect(scale).toEqual({ min: 0.05, max: 0.95, start: 0.5, hint: '' });
  });
});

test('filtering an answer for a low threshold gives the answer for a higher one', () => {
  const corner = fc.integer({ min: 0, max: 60 });
  const side = fc.integer({ min: 5, max: 40 });
  const score = fc.integer({ min: 1, max: 99 }).map((hundredths) => hundredths / 100);
  const candidate = fc
    .record({ left: corner, top: corner, width: side, height: side, score, classIndex: fc.nat(2) })
    .map(({ left, top, width, height, ...rest }) => ({
      ...rest,
      corners: { left, top, right: left + width, bottom: top + height },
    }));
  const kept = (
    candidates: readonly Parameters<typeof suppress>[0][number][],
    least: number,
    nms: 'per-class' | 'across-classes',
  ) =>
    suppress(
      candidates.filter((each) => each.score >= least),
      0.45,
      nms,
    ).map((each) => each.score);
  fc.assert(
    fc.property(
      fc.array(candidate, { maxLength: 30 }),
      score,
      score,
      fc.constantFrom('per-class', 'across-classes'),
      (candidates, a, b, nms) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const all = kept(candidates, low, nms).map((confidence) => detection('any', confidence));
        expect(atLeast(all, high).map(({ confidence }) => confidence)).toEqual(kept(candidates, high, nms));
      },
    ),
  );
});

test('labels are counted, the most frequent first, then by name', () => {
  const found = ['car', 'apple', 'bus', 'car', 'apple', 'cat'].map((label) => detection(label, 0.5));
  expect(countByLabel(found)).toEqual([
    ['apple', 2],
    ['car', 2],
    ['bus', 1],
    ['cat', 1],
  ]);
  expect(countByLabel([])).toEqual([]);
});

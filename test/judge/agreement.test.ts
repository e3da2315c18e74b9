import fc from 'fast-check';
import { compare, countError, type Detection } from '../../functions/judge/agreement.ts';
import { answer } from '../rollout/fixtures/arbitraries.ts';

function car(x: number, confidence = 0.9, width = 40): Detection {
  return { label: 'car', confidence, box: { x, y: 0, width, height: 40 } };
}

describe('compare', () => {
  test('finds matched, missed and extra objects', () => {
    const { matches, missed, extra, agreement } = compare([car(0), car(100), car(200)], [car(300), car(204), car(0)]);
    expect(matches).toEqual([
      { baseline: 0, candidate: 2, iou: 1 },
      { baseline: 2, candidate: 1, iou: 36 / 44 },
    ]);
    expect(missed).toEqual([1]);
    expect(extra).toEqual([0]);
    expect(agreement).toBe(2 / 4);
  });

  test('measures IoU and differences of confidence and count', () => {
    const truck = { ...car(300), label: 'truck' };
    const comparison = compare([car(0, 0.9), car(100, 0.8), truck], [car(0, 0.5), car(110, 0.6)]);
    expect(comparison.meanIou).toBeCloseTo((1 + 30 / 50) / 2, 12);
    expect(comparison.confidenceShift).toBeCloseTo((-0.4 - 0.2) / 2, 12);
    expect(comparison.countDifference).toBe(-1);
    expect(comparison.countDifferences).toEqual({ car: 0, truck: -1 });
  });

  test('no object in either answer is full agreement, without means', () => {
    expect(compare([], [])).toEqual({
      matches: [],
      missed: [],
      extra: [],
      agreement: 1,
      countDifference: 0,
      countDifferences: {},
    });
  });

  test('no object in one of the answers is no agreement', () => {
    expect(compare([car(0)], []).agreement).toBe(0);
    expect(compare([], [car(0)]).agreement).toBe(0);
  });

  test('another label is another object', () => {
    expect(compare([car(0)], [{ ...car(0), label: 'truck' }]).matches).toEqual([]);
  });

  test('an IoU of exactly a half is the same object, a little less is not', () => {
    expect(compare([car(0, 0.9, 60)], [car(20, 0.9, 60)]).matches).toHaveLength(1);
    expect(compare([car(0, 0.9, 60)], [car(20.1, 0.9, 60)]).matches).toHaveLength(0);
  });

  test('boxes overlap in height, too', () => {
    const lower = { ...car(0), box: { x: 0, y: 30, width: 40, height: 40 } };
    expect(compare([car(0)], [lower]).matches).toHaveLength(0);
    const beside = { ...car(0), box: { x: 50, y: 50, width: 40, height: 40 } };
    expect(compare([car(0)], [beside]).matches).toHaveLength(0);
  });

  test('as many pairs as possible, even at the cost of a larger IoU', () => {
    // The first baseline car overlaps both candidates, the second only the first of them.
    const { matches } = compare([car(4), car(-10)], [car(2), car(14)]);
    expect(matches.map(({ baseline, candidate }) => [baseline, candidate])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test('everything twice matches once', () => {
    const seen = [car(0), car(100), car(200)];
    const { matches, extra, agreement } = compare(seen, [...seen, ...seen]);
    expect(matches).toHaveLength(3);
    expect(extra).toHaveLength(3);
    expect(agreement).toBe(1 / 2);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%p matches nothing', (number) => {
    const broken: Detection[] = [
      { ...car(0), confidence: number },
      { ...car(0), box: { x: number, y: 0, width: 40, height: 40 } },
      { ...car(0), box: { x: 0, y: 0, width: 40, height: number } },
    ];
    const { matches, extra, agreement } = compare([car(0)], broken);
    expect(matches).toEqual([]);
    expect(extra).toEqual([0, 1, 2]);
    expect(agreement).toBe(0);
    expect(compare(broken, [car(0)]).matches).toEqual([]);
  });

  test('a box without area matches nothing, not even itself', () => {
    const flat = { ...car(0), box: { x: 0, y: 0, width: 40, height: 0 } };
    expect(compare([flat], [flat]).matches).toEqual([]);
  });

  test('a label can have the name of a property of every object', () => {
    const odd = { ...car(0), label: 'constructor' };
    expect(compare([odd], [odd, odd]).countDifferences).toEqual({ constructor: 1 });
  });

  test('an answer agrees with itself fully, in any order', () => {
    fc.assert(
      fc.property(answer, (seen) => {
        const { agreement, missed, extra, confidenceShift } = compare(seen, seen.toReversed());
        expect(agreement).toBe(1);
        expect(missed).toEqual([]);
        expect(extra).toEqual([]);
        expect(confidenceShift ?? 0).toBeCloseTo(0, 9);
      }),
    );
  });

  test('exchanged answers have the same agreement, exchanged missed and extra, and negated differences', () => {
    fc.assert(
      fc.property(answer, answer, (a, b) => {
        const [there, back] = [compare(a, b), compare(b, a)];
        expect(back.agreement).toBe(there.agreement);
        expect(back.extra).toHaveLength(there.missed.length);
        expect(back.missed).toHaveLength(there.extra.length);
        expect(back.countDifference + there.countDifference).toBe(0);
        expect(back.meanIou ?? 0).toBeCloseTo(there.meanIou ?? 0, 9);
      }),
    );
  });

  test('every object is in a match, missed or extra', () => {
    fc.assert(
      fc.property(answer, answer, (a, b) => {
        const { matches, missed, extra, agreement } = compare(a, b);
        const byIndex = (x: number, y: number) => x - y;
        expect([...matches.map((match) => match.baseline), ...missed].toSorted(byIndex)).toEqual([...a.keys()]);
        expect([...matches.map((match) => match.candidate), ...extra].toSorted(byIndex)).toEqual([...b.keys()]);
        const seen = matches.length + missed.length + extra.length;
        expect(agreement).toBe(seen === 0 ? 1 : matches.length / seen);
        for (const { iou } of matches) expect(iou >= 0.5 && iou <= 1).toBe(true);
      }),
    );
  });
});

describe('the error of a count', () => {
  test.each([
    [10, 8, 0.2],
    [10, 12, 0.2],
    [5, 5, 0],
    [1, 3, 1],
    [0, 0, 0],
    [0, 1, 1],
    [0, 7, 1],
    [4, 0, 1],
  ])('of %i counted as %i is %d', (baseline, candidate, error) => {
    expect(countError(baseline, candidate)).toBeCloseTo(error, 12);
  });
});

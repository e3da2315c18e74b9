import fc from 'fast-check';
import { iou } from '../../functions/detection/box.ts';
import type { Candidate } from '../../functions/detection/decoders/decoder.ts';
import { suppress } from '../../functions/detection/nms.ts';
import { candidates } from './fixtures/arbitraries.ts';

type Scope = 'per-class' | 'across-classes';

/** NMS by its definition, implemented differently: repeatedly removes the candidates that the best one overlaps. */
function naive(all: readonly Candidate[], threshold: number, scope: Scope): Candidate[] {
  let left = all.map((candidate, index) => ({ candidate, index }));
  const kept: Candidate[] = [];
  while (left.length > 0) {
    const best = left.reduce((a, b) => (b.candidate.score > a.candidate.score ? b : a));
    kept.push(best.candidate);
    left = left.filter(({ candidate, index }) => {
      if (index === best.index) return false;
      const rival = scope === 'across-classes' || candidate.classIndex === best.candidate.classIndex;
      return !(rival && overlap(candidate, best.candidate) > threshold);
    });
  }
  return kept;
}

/** IoU by counting: inclusion and exclusion of the projections, independent of the product's. */
function overlap({ corners: a }: Candidate, { corners: b }: Candidate): number {
  const side = (from: number, to: number, start: number, end: number) =>
    Math.max(0, Math.min(to, end) - Math.max(from, start));
  const shared = side(a.left, a.right, b.left, b.right) * side(a.top, a.bottom, b.top, b.bottom);
  const size = (c: typeof a) => (c.right - c.left) * (c.bottom - c.top);
  return shared / (size(a) + size(b) - shared);
}

const scope = fc.constantFrom<Scope>('per-class', 'across-classes');
const threshold = fc.double({ min: 0, max: 1, noNaN: true });

test('keeps what a naive implementation keeps', () => {
  fc.assert(
    fc.property(candidates, threshold, scope, (all, threshold, scope) => {
      expect(suppress(all, threshold, scope)).toEqual(naive(all, threshold, scope));
    }),
  );
});

test('is idempotent', () => {
  fc.assert(
    fc.property(candidates, threshold, scope, (all, threshold, scope) => {
      const once = suppress(all, threshold, scope);
      expect(suppress(once, threshold, scope)).toEqual(once);
    }),
  );
});

test('keeps no two candidates that overlap by more than the threshold, in order of score', () => {
  fc.assert(
    fc.property(candidates, threshold, scope, (all, threshold, scope) => {
      const kept = suppress(all, threshold, scope);
      kept.forEach((a, at) => {
        for (const b of kept.slice(at + 1)) {
          expect(a.score).toBeGreaterThanOrEqual(b.score);
          if (scope === 'per-class' && a.classIndex !== b.classIndex) continue;
          expect(iou(a.corners, b.corners)).toBeLessThanOrEqual(threshold);
        }
      });
    }),
  );
});

describe('one fruit that looks like an apple (0.6) and an orange (0.5)', () => {
  const corners = { left: 0, top: 0, right: 10, bottom: 10 };
  const fruit = [
    { classIndex: 1, score: 0.5, corners },
    { classIndex: 0, score: 0.6, corners: { ...corners, right: 9 } },
  ];

  test('gives both with suppression per class', () => {
    expect(suppress(fruit, 0.45, 'per-class').map(({ classIndex }) => classIndex)).toEqual([0, 1]);
  });

  test('is one apple with suppression across classes', () => {
    expect(suppress(fruit, 0.45, 'across-classes').map(({ classIndex }) => classIndex)).toEqual([0]);
  });

  test('an overlap of exactly the threshold is not over it', () => {
    expect(suppress(fruit, 0.9, 'across-classes')).toHaveLength(2);
    expect(suppress(fruit, 0.899, 'across-classes')).toHaveLength(1);
  });
});

test('keeps the first of equal scores', () => {
  const corners = { left: 0, top: 0, right: 10, bottom: 10 };
  const twins = [2, 0, 1].map((classIndex) => ({ classIndex, score: 0.5, corners }));
  expect(suppress(twins, 0.5, 'across-classes')).toEqual([twins[0]]);
});

import { moreOrLess } from '../../functions/judge/explain-objects.ts';

const JUDGE = 'if this is intended, let people judge: npm run rollout -- judge count-cars';

test('a candidate that detects clearly more or less is called so', () => {
  const more = { baseline: 11, candidate: 80, matched: 10, missed: 1, extra: 70 };
  expect(moreOrLess(more, 'count-cars')).toBe(
    `; the candidate detects more: 80 objects against 11, 10 in common; ${JUDGE}`,
  );
  const less = { baseline: 80, candidate: 11, matched: 10, missed: 70, extra: 1 };
  expect(moreOrLess(less, 'count-cars')).toBe(
    `; the candidate detects less: 11 objects against 80, 10 in common; ${JUDGE}`,
  );
});

test('other objects, or about as many, are not', () => {
  expect(moreOrLess({ baseline: 11, candidate: 80, matched: 2, missed: 9, extra: 78 }, 'count-cars')).toBe('');
  expect(moreOrLess({ baseline: 50, candidate: 55, matched: 50, missed: 0, extra: 5 }, 'count-cars')).toBe('');
  expect(moreOrLess({ baseline: 80, candidate: 11, matched: 2, missed: 78, extra: 9 }, 'count-cars')).toBe('');
});

test('half as many again with three quarters of the other objects is clear, less is not', () => {
  const more = { baseline: 40, candidate: 60, matched: 30, missed: 10, extra: 30 };
  const swapped = { ...more, baseline: 60, candidate: 40, missed: 30, extra: 10 };
  expect(moreOrLess(more, 'count-cars')).toContain('detects more');
  expect(moreOrLess(swapped, 'count-cars')).toContain('detects less');
  expect(moreOrLess({ ...more, candidate: 59 }, 'count-cars')).toBe('');
  expect(moreOrLess({ ...more, missed: 11 }, 'count-cars')).toBe('');
  expect(moreOrLess({ ...swapped, baseline: 59 }, 'count-cars')).toBe('');
  expect(moreOrLess({ ...swapped, extra: 11 }, 'count-cars')).toBe('');
});

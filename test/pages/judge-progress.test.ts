import { expect, test } from '@jest/globals';
import { progressOf } from '../../functions/pages/judge/progress-text.ts';

const ten = { judged: 10, open: 20, at_least: 3 };

test.each([
  [{ ...ten, likely: 6 }, '12 judged, about 4 more decisions likely needed'],
  [{ ...ten, likely: 3 }, '12 judged, about 1 more decision likely needed'],
  [ten, '12 judged, at least 1 more decision needed'],
  [{ ...ten, likely: 153 }, '12 judged, at least 1 more decision needed, likely many more'],
  [{ ...ten, at_least: 14, likely: 53 }, '12 judged, at least 12 more decisions needed, likely many more'],
  [{ ...ten, judged: 40, likely: 53 }, '42 judged, about 51 more decisions likely needed'],
  [{ ...ten, judged: 40 }, '42 judged, both about equal so far: many more needed'],
  [
    { ...ten, likely: 3, also_needs: [{ of: 'pictures' as const, have: 114, need: 200 }] },
    '12 judged, about 1 more decision likely needed; the rollout also waits for pictures (114 of 200)',
  ],
  [
    {
      ...ten,
      also_needs: [
        { of: 'pictures' as const, have: 114, need: 200 },
        { of: 'scenes' as const, have: 41, need: 100 },
      ],
    },
    '12 judged, at least 1 more decision needed; ' +
      'the rollout also waits for pictures (114 of 200) and different scenes (41 of 100)',
  ],
])('the progress after two more decisions: %j', (answer, words) => {
  expect(progressOf(answer, 2).words).toBe(words);
});

test('"cannot tell" is a judged picture, but no decision fewer to come', () => {
  const tenToCome = { judged: 10, open: 20, at_least: 10 };
  expect(progressOf(tenToCome, 3, 1)).toEqual({
    words: '13 judged, at least 9 more decisions needed',
    share: 13 / 22,
  });
});

test('the bar does not follow an estimate that a few decisions change much', () => {
  const seven = { judged: 7, open: 20, at_least: 14 };
  expect(progressOf({ ...seven, likely: 151 }, 0).share).toBe(progressOf(seven, 0).share);
});

test('no pair yet, and no answer yet', () => {
  expect(progressOf({ judged: 0, open: 0, at_least: 3 }, 0)).toEqual({ words: 'No pair to judge yet', share: 0 });
  expect(progressOf(undefined, 0)).toEqual({ words: 'Loading …', share: 0 });
});

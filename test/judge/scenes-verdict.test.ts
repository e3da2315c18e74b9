/** What a shadow says about pictures that come again. */

import { explain } from '../../functions/judge/explain.ts';
import { explainWait } from '../../functions/judge/explain-wait.ts';
import {
  lookedAt,
  NO_PICTURES,
  restoreTally,
  type ShadowTally,
  withNovelty,
} from '../../functions/judge/shadow-tally.ts';
import { judgeShadow } from '../../functions/judge/verdict.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { canary, type ShadowOptions, shadow } from '../../functions/plan/plan.ts';
import { pictures, stepOf } from '../rollout/fixtures/steps.ts';

const FREE = { alarmMinutes: Number.POSITIVE_INFINITY, picturesLeft: Number.POSITIVE_INFINITY };
const stepWith = (options: ShadowOptions = {}) => stepOf([shadow(options), canary({ percent: 10 })], 'shadow');
const repeated = (scenes: number, more: Partial<ShadowTally>) => ({ ...pictures(scenes), ...more });
const scenesOf = (tally: ShadowTally, options?: ShadowOptions) =>
  judgeShadow(stepWith(options), tally).findings.filter(({ kind }) => kind === 'scenes');

test('a tally counts repeats and neighbours apart from what counts', () => {
  expect(withNovelty(NO_PICTURES, 'new')).toEqual(NO_PICTURES);
  expect(withNovelty(NO_PICTURES, 'repeat')).toEqual({ ...NO_PICTURES, repeats: 1 });
  expect(withNovelty(NO_PICTURES, 'neighbour')).toEqual({ ...NO_PICTURES, neighbours: 1 });
  const tally = repeated(5, { repeats: 3, neighbours: 2 });
  expect(lookedAt(tally, false)).toEqual({ pictures: 10, different: 7, scenes: 5 });
  expect(lookedAt(repeated(10, { repeats: 3, neighbours: 2 }), true)).toEqual({
    pictures: 10,
    different: 7,
    scenes: 5,
  });
});

test('a tally of an earlier release has no repeats', () => {
  const { repeats: _, neighbours: __, ...earlier } = pictures(7);
  expect(restoreTally(earlier as ShadowTally)).toEqual(pictures(7));
});

test('with fewer scenes than needed, the shadow holds whatever the gates say', () => {
  const wide = { tolerance: 0.9, margin: 0.95 };
  const gates = { agreement: wide, countError: wide, errorRate: wide, latency: wide };
  const outcomeOf = (scenes: number) => judgeShadow(stepWith({ gates }), repeated(scenes, { repeats: 200 })).outcome;
  expect([outcomeOf(99), outcomeOf(100)]).toEqual(['hold', 'promote']);
  expect(judgeShadow(stepWith({ gates, scenes: 20 }), repeated(20, { repeats: 180 })).outcome).toBe('promote');
});

test('the least pictures include repeated ones', () => {
  const { findings } = judgeShadow(stepWith(), repeated(150, { repeats: 30, neighbours: 20 }));
  expect(findings).toMatchObject([{}, {}, {}, {}, { of: 'pictures', have: 200, need: 200, outcome: 'promote' }, {}]);
});

test.each<[string, ShadowTally, ShadowOptions, string]>([
  [
    'few scenes',
    repeated(12, { repeats: 486, neighbours: 2 }),
    {},
    '500 pictures, 14 different ones, of 12 scenes: waits for at least 100 scenes',
  ],
  ['one scene', repeated(1, { repeats: 499 }), { scenes: 1 }, '500 pictures, 1 different one, of 1 scene'],
  ['few pictures, none repeated', pictures(7), {}, '7 of at least 100 scenes'],
  [
    'every picture counts',
    repeated(500, { repeats: 486, neighbours: 2 }),
    { repeats: 'count' },
    '500 pictures, 14 different ones, of 12 scenes: every picture counts',
  ],
])('the words: %s', (_, tally, options, words) => {
  const [finding] = scenesOf(tally, options);
  expect(explain({ outcome: finding?.outcome ?? 'hold', findings: scenesOf(tally, options) })).toBe(words);
});

test('repeats are part of the words of each verdict, also where others decide it', () => {
  const slow = { ...repeated(150, { repeats: 50 }), slow: 150 };
  const { outcome, findings } = judgeShadow(stepWith(), slow);
  expect(outcome).toBe('roll back');
  expect(explain({ outcome, findings })).toMatch(/; 200 pictures, 150 different ones, of 150 scenes$/);
  const unproven = judgeShadow(stepWith(), { ...repeated(150, { repeats: 50 }), slow: 52 });
  expect(unproven.outcome).toBe('hold');
  expect(explain(unproven)).toMatch(/; 200 pictures, 150 different ones, of 150 scenes$/);
  expect(explain(judgeShadow(stepWith(), { ...pictures(200), slow: 70 }))).not.toContain('scenes');
});

describe('the time until there are scenes enough', () => {
  const waitAfter = (tally: ShadowTally) =>
    waitOf(stepWith(), judgeShadow(stepWith(), tally), { lateMinutes: 0, pictures: 10 }, FREE);

  test('goes by the share of new ones', () => {
    const needs = waitAfter(repeated(50, { repeats: 30, neighbours: 20 }))?.needs ?? [];
    expect(needs).toContainEqual({ of: 'scenes', unit: 'pictures', more: 100, minutes: 10, expected: 'promote' });
  });

  test('is not foretold where the same pictures come again and again', () => {
    const wait = waitAfter(repeated(4, { repeats: 496 }));
    expect(wait).toMatchObject({ obstacle: 'few-scenes' });
    const words = wait ? explainWait(wait) : '';
    expect(words).toContain('No time is foretold, because the same pictures come again and again: needs ');
    expect(words).toContain('Send other pictures, or declare repeats: "count" in the plan');
    expect(waitAfter(repeated(20, { repeats: 80 }))).not.toMatchObject({ obstacle: 'few-scenes' });
    expect(waitAfter(NO_PICTURES)).not.toMatchObject({ obstacle: 'few-scenes' });
  });
});

test('a hold says what people decided, also where only pictures and scenes are missing', () => {
  const truth = { sample: [[1, 20]] as const, preferred: 20, neither: 1, cannotTell: 1, unclear: 0, open: 3 };
  const verdict = judgeShadow(stepWith({ judge: 'people' }), repeated(61, { repeats: 53 }), { truth });
  expect(verdict.outcome).toBe('hold');
  expect(explain(verdict)).toContain(
    '20 pictures decide (22 judged by people; on 1 neither answer is right, on 1 nobody can tell): the candidate is ' +
      'more right on 20, live on 0, both are equally right on 0: better with 99 % certainty; 114 of at least 200 ' +
      'pictures; 114 pictures, 61 different ones, of 61 scenes: waits for at least 100 scenes',
  );
});

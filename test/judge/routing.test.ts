import fc from 'fast-check';
import { describeRouting, type Routing, roundPercent, routingOf, sameRouting } from '../../functions/judge/routing.ts';
import { type Status, startRollout } from '../../functions/judge/state.ts';
import { blueGreen, canary, linear, shadow } from '../../functions/plan/plan.ts';
import { stepsOfPlan } from '../rollout/fixtures/steps.ts';

const LIVE: Routing = { version: '1' };
const CANDIDATE: Routing = { version: '2' };

describe('where the rollout sends live traffic', () => {
  const steps = stepsOfPlan([shadow(), canary({ percent: 10 }), blueGreen({ bake: '1h' })]);
  const state = startRollout({ live: '1', candidate: '2' }, 0);

  test.each<[number, string, Routing]>([
    [0, 'golden', LIVE],
    [1, 'shadow', LIVE],
    [2, 'weight', { version: '1', candidate: { version: '2', percent: 10 } }],
    [3, 'full', CANDIDATE],
    [4, 'bake', CANDIDATE],
    [5, 'done', CANDIDATE],
    [6, 'behind the last', LIVE],
  ])('in step %d, %s', (step, kind, routing) => {
    expect(steps[step]?.kind ?? 'behind the last').toBe(kind);
    for (const status of ['running', 'held', 'alarmed', 'done'] as const)
      expect(routingOf(steps, { ...state, step, status })).toEqual(routing);
    for (const status of ['rolled back', 'superseded'] as const)
      expect(routingOf(steps, { ...state, step, status })).toEqual(LIVE);
    expect(routingOf(steps, { ...state, step, status: 'stopped' })).toBeUndefined();
  });

  test('the candidate’s share never shrinks from step to step, and an end leaves it nothing or everything', () => {
    const shareOf = (routing: Routing | undefined) =>
      routing?.version === '2' ? 100 : (routing?.candidate?.percent ?? 0);
    const growing = fc
      .integer({ min: 1, max: 60 })
      .map((percent) => [canary({ percent }), linear({ stepPercent: 13 })]);
    fc.assert(
      fc.property(growing, fc.constantFrom<Status>('running', 'held', 'alarmed'), (plan, status) => {
        const all = stepsOfPlan(plan);
        const shares = all.map((_, step) => shareOf(routingOf(all, { ...state, step, status })));
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect([shares[0], shares.at(-1)]).toEqual([0, 100]);
      }),
    );
  });
});

const versions = fc.constantFrom('1', '2', '3');
const routings: fc.Arbitrary<Routing> = fc.oneof(
  versions.map((version) => ({ version })),
  fc.record({
    version: versions,
    candidate: fc.record({ version: versions, percent: fc.constantFrom(10, 33.33, 50) }),
  }),
);

describe('the comparison of two routings', () => {
  test.each<[Routing, Routing, boolean]>([
    [LIVE, { version: '1' }, true],
    [LIVE, CANDIDATE, false],
    [LIVE, { version: '1', candidate: { version: '2', percent: 10 } }, false],
    [
      { version: '1', candidate: { version: '2', percent: 10 } },
      { version: '1', candidate: { version: '2', percent: 20 } },
      false,
    ],
    [
      { version: '1', candidate: { version: '2', percent: 10 } },
      { version: '1', candidate: { version: '3', percent: 10 } },
      false,
    ],
    [
      { version: '1', candidate: { version: '3', percent: 10 } },
      { version: '2', candidate: { version: '3', percent: 10 } },
      false,
    ],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameRouting(a, b)).toBe(same);
    expect(sameRouting(b, a)).toBe(same);
  });

  test('is that of all fields', () => {
    fc.assert(
      fc.property(routings, routings, (a, b) => {
        expect(sameRouting(a, structuredClone(a))).toBe(true);
        expect(sameRouting(a, b)).toBe(sameRouting(b, a));
        expect(sameRouting(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

test.each<[Routing, string]>([
  [LIVE, 'version 1: 100 %'],
  [{ version: '3', candidate: { version: '4', percent: 10 } }, 'version 3: 90 %, version 4: 10 %'],
  // 100 − 0.07 is 99.93000000000001 at some weights: the words have two decimals at most.
  [{ version: '3', candidate: { version: '4', percent: 33.33 } }, 'version 3: 66.67 %, version 4: 33.33 %'],
])('%j in words', (routing, words) => {
  expect(describeRouting(routing)).toBe(words);
});

test('a percentage has two decimals, and one that has no more is kept', () => {
  expect(roundPercent(7.000000000000001)).toBe(7);
  expect(roundPercent(33.333333)).toBe(33.33);
  expect(roundPercent(0.015)).toBe(0.02);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
      expect(roundPercent(hundredths / 100)).toBe(hundredths / 100);
      expect(roundPercent((hundredths / 10_000) * 100)).toBe(hundredths / 100);
    }),
  );
});

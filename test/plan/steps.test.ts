import fc from 'fast-check';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { blueGreen, canary, DEFAULT_PLAN, linear, type Plan, shadow } from '../../functions/plan/plan.ts';
import { type Step, stepsOf } from '../../functions/plan/steps.ts';

function steps(plan: Plan): readonly Step[] {
  const { plan: checked, faults } = checkPlan(plan, { kind: 'count', capture: 1 });
  expect(faults).toEqual([]);
  return stepsOf(checked ?? []);
}

/** `golden shadow 10 50 full done`. */
function short(plan: Plan): string {
  return steps(plan)
    .map((step) => (step.kind === 'weight' ? step.percent : step.kind))
    .join(' ');
}

describe('the steps of a plan', () => {
  test.each<[Plan, string]>([
    [DEFAULT_PLAN, 'golden shadow 10 50 full done'],
    [[blueGreen({ bake: '1h' })], 'golden full bake done'],
    [[shadow(), blueGreen({ bake: '1h' })], 'golden shadow full bake done'],
    [[linear({ stepPercent: 20 })], 'golden 20 40 60 80 full done'],
    [[linear({ stepPercent: 30 })], 'golden 30 60 90 full done'],
    [[canary({ percent: 5 }), linear({ stepPercent: 25 })], 'golden 5 30 55 80 full done'],
    [[linear({ fromPercent: 1, stepPercent: 33 })], 'golden 1 34 67 full done'],
    [[linear({ fromPercent: 0.1, stepPercent: 33.3 })], 'golden 0.1 33.4 66.7 full done'],
    [
      [canary({ percent: 5 }), linear({ fromPercent: 60, stepPercent: 20 }), blueGreen({ bake: '1h' })],
      'golden 5 60 80 full bake done',
    ],
    [[shadow(), shadow({ baseline: 'human' }), canary({ percent: 1 })], 'golden shadow shadow 1 full done'],
  ])('%j', (plan, expected) => {
    expect(short(plan)).toBe(expected);
  });

  test('have all numbers for their judgement', () => {
    const plan = [
      shadow({ pictures: 300, sample: 0.5, gates: { countError: false, latency: { limitMs: 400 } } }),
      canary({
        percent: 10,
        duration: '20m',
        maxHold: '1d',
        gates: { errorRate: false, rejectionRate: { limit: 0.4 }, latency: { limit: 0.9 }, coldStart: { factor: 3 } },
      }),
      blueGreen({ bake: '2h', gates: { latency: false } }),
    ];
    const alpha = { rollback: 0.01 / 9, promote: 0.01 };
    expect(steps(plan)).toEqual([
      { kind: 'golden', maxHoldMs: 1_800_000 },
      {
        kind: 'shadow',
        phase: 0,
        baseline: 'live',
        pictures: 300,
        scenes: 100,
        maxPictures: 3000,
        provesMargin: 0.01,
        sample: 0.5,
        maxHoldMs: 172_800_000,
        alpha,
        slow: { limitMs: 400 },
        tests: {
          agreement: { tolerance: 0.08, margin: 0.1 },
          errorRate: { tolerance: 0.02, margin: 0.05 },
          latency: { tolerance: 0.3, margin: 0.4 },
        },
      },
      {
        kind: 'weight',
        phase: 1,
        percent: 10,
        leastMs: 1_200_000,
        maxHoldMs: 86_400_000,
        minRequests: 100,
        alpha,
        slow: { quantile: 0.9 },
        coldStart: { factor: 3, plusMs: 1000 },
        tests: {
          rejectionRate: { tolerance: 0.002, margin: 0.01, liveMargin: 0.05, limit: 0.4 },
          latency: { tolerance: 0.05, margin: 0.1, limit: 0.9 },
        },
      },
      { kind: 'full', percent: 100 },
      {
        kind: 'bake',
        phase: 2,
        leastMs: 7_200_000,
        maxHoldMs: 172_800_000,
        minRequests: 100,
        alpha,
        coldStart: { factor: 2, plusMs: 1000 },
        tests: {
          errorRate: { tolerance: 0.05, margin: 0.05 },
          rejectionRate: { tolerance: 0.05, margin: 0.1 },
        },
      },
      { kind: 'done' },
    ]);
  });

  test('have a least time for each step of a linear phase', () => {
    const ramp = steps([linear({ stepPercent: 40, every: '7m' })]).filter((step) => step.kind === 'weight');
    expect(ramp.map(({ leastMs }) => leastMs)).toEqual([420_000, 420_000]);
  });
});

/** Plans whose weights grow, by construction. */
const plans: fc.Arbitrary<Plan> = fc
  .record({
    shadows: fc.array(fc.constantFrom(shadow(), shadow({ baseline: 'human' })), { maxLength: 2 }),
    percents: fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 }),
    stepPercent: fc.integer({ min: 1, max: 45 }),
    ramp: fc.boolean(),
    bake: fc.boolean(),
    rollback: fc.double({ min: 0.001, max: 0.4, noNaN: true }),
  })
  .map(({ shadows, percents, stepPercent, ramp, bake, rollback }) => [
    ...shadows,
    ...percents
      .toSorted((a, b) => a - b)
      .map((percent) => canary({ percent: percent / 100, gates: { risk: { rollback } } })),
    ...(ramp ? [linear({ stepPercent, gates: { risk: { rollback } } })] : []),
    ...(bake ? [blueGreen({ bake: '1h' })] : []),
  ]);

describe('the steps of any plan', () => {
  test('begin with the golden gate, end with done, and move all traffic once', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const kinds = steps(plan).map(({ kind }) => kind);
        expect(kinds[0]).toBe('golden');
        expect(kinds.at(-1)).toBe('done');
        expect(kinds.filter((kind) => kind === 'full')).toHaveLength(1);
        expect(kinds.slice(kinds.indexOf('full') + 1)).toEqual(kinds.includes('bake') ? ['bake', 'done'] : ['done']);
      }),
    );
  });

  test('have weights that strictly grow, with two decimals, and end at 100', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const weights = steps(plan).flatMap((step) => ('percent' in step ? [step.percent] : []));
        expect(weights.at(-1)).toBe(100);
        for (const [index, weight] of weights.entries()) {
          expect(weight).toBeGreaterThan(weights[index - 1] ?? 0);
          expect(Math.round(weight * 100) / 100).toBe(weight);
        }
      }),
    );
  });

  test('divide the risk of a wrong rollback, without exceeding it', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const shares = steps(plan).flatMap((step) => {
          if (!('alpha' in step)) return [];
          const tests = Object.values(step.tests);
          const ways = tests.length + tests.filter((test) => 'limit' in test).length;
          return Array.from({ length: ways }, () => step.alpha.rollback);
        });
        const risks = plan.map(({ gates }) => gates?.risk?.rollback ?? 0.01);
        const total = shares.reduce((sum, share) => sum + share, 0);
        expect(total).toBeLessThanOrEqual(Math.max(...risks) + 1e-9);
        expect(total).toBeGreaterThanOrEqual(Math.min(...risks) - 1e-9);
      }),
    );
  });

  test('are JSON', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const all = steps(plan);
        expect(JSON.parse(JSON.stringify(all))).toEqual(all);
      }),
    );
  });
});

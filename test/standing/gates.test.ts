import fc from 'fast-check';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { judgeBake, judgeShadow, judgeWeight } from '../../functions/judge/verdict.ts';
import type { VersionCounts } from '../../functions/judge/version-counts.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { blueGreen, canary, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';
import { gatesOf } from '../../functions/standing/gates.ts';

const { plan = [] } = checkPlan(
  [shadow(), canary({ percent: 10, gates: { errorRate: { limit: 0.2 } } }), blueGreen({ bake: '10m' })],
  {
    kind: 'count',
    capture: 1,
    path: 'rollout',
  },
);
const steps = stepsOf(plan);

function stepOf<K extends (typeof steps)[number]['kind']>(kind: K) {
  return steps.find((step) => step.kind === kind) as Extract<(typeof steps)[number], { kind: K }>;
}

const counts = fc
  .record({ requests: fc.nat(3000), failed: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ requests, failed }): VersionCounts => {
    const failures = Math.floor(requests * failed ** 3);
    return { requests, rejections: 0, failures, timed: requests, slow: failures };
  });

test('a gate’s outcome agrees with its bounds and limits', () => {
  fc.assert(
    fc.property(counts, counts, fc.nat(3_600_000), (live, candidate, elapsedMs) => {
      const evidence = { live, candidate, elapsedMs };
      const { findings } = judgeWeight(stepOf('weight'), evidence);
      const all = [...findings, ...judgeBake(stepOf('bake'), evidence).findings];
      for (const { subject, bounds, progress, outcome } of gatesOf(all)) {
        // Over its limit, a candidate still waits for a live version that fails alike, or passes one that is worse.
        const isLimit = subject.endsWith('of the candidate');
        if (bounds) {
          const { at_least, at_most, promotes_below = 1, rolls_back_above, value = at_least } = bounds;
          expect(at_least).toBeLessThanOrEqual(value + 1e-5);
          expect(value).toBeLessThanOrEqual(at_most + 1e-5);
          if (outcome === 'roll back') expect(at_least).toBeGreaterThanOrEqual(rolls_back_above - 1e-5);
          if (outcome === 'promote') expect(at_most).toBeLessThanOrEqual(promotes_below + 1e-5);
          if (outcome === 'hold' && !isLimit) expect(at_least).toBeLessThanOrEqual(rolls_back_above + 1e-5);
        }
        if (progress) expect(outcome).toBe(progress.have >= progress.need ? 'promote' : 'hold');
      }
    }),
    { numRuns: 60 },
  );
});

test('without data there is no value, and the bounds are 0 and 1', () => {
  const gates = gatesOf(judgeShadow(stepOf('shadow'), NO_PICTURES).findings);
  expect(gates.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['disagreement', 'hold'],
    ['count error', 'hold'],
    ['errors', 'hold'],
    ['slow answers', 'hold'],
    ['pictures', 'hold'],
    ['scenes', 'hold'],
  ]);
  for (const { bounds } of gates.slice(0, 4)) {
    expect(bounds).not.toHaveProperty('value');
    expect(bounds).toMatchObject({ at_least: 0, at_most: 1 });
  }
});

test('each gate has its subject and its words', () => {
  const live = { requests: 905, rejections: 5, failures: 0, timed: 900, slow: 90 };
  const candidate = { requests: 101, rejections: 1, failures: 60, timed: 100, slow: 1 };
  const gates = gatesOf(judgeWeight(stepOf('weight'), { live, candidate, elapsedMs: 60_000 }).findings);
  expect(gates.map(({ subject, outcome }) => `${subject}: ${outcome}`)).toEqual([
    'more errors than live: roll back',
    'errors of the candidate: roll back',
    'more rejections than live: hold',
    'more slow answers than live: promote',
    'requests: promote',
    'time: hold',
  ]);
  expect(gates[0]?.words).toMatch(/^60 errors in 100 requests \(60 %\), live 0 in 900: at least /);
  expect(gates[0]?.bounds).toMatchObject({ value: 0.6, rolls_back_above: 0.002 });
  expect(gatesOf([{ kind: 'event', outcome: 'hold', event: 'held', by: 'Ada' }])).toEqual([
    { subject: 'event', outcome: 'hold', words: 'held by Ada' },
  ]);
});

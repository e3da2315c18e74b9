/** Sentences of findings that no verdict of `explain.test.ts` has. */

import { mostDifferenceInAll } from '../../functions/evidence/carried.ts';
import { explain, explainFinding } from '../../functions/judge/explain.ts';
import type { Finding, FindingOf, Gate } from '../../functions/judge/finding.ts';
import { judgeShadow, judgeWeight } from '../../functions/judge/verdict.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, stepOf } from '../rollout/fixtures/steps.ts';

const alpha = { promote: 0.01, rollback: 0.01 };
const none = { trials: 0, hits: 0 };
const difference = (about: Partial<FindingOf<'difference'>>): Finding => ({
  ...{ kind: 'difference', gate: 'errorRate', outcome: 'hold', counts: { candidate: none, live: none } },
  test: { margin: 0.01, tolerance: 0.002 },
  alpha,
  ...about,
});

test.each<[Gate, string]>([
  ['errorRate', 'no requests to judge errors by yet'],
  ['rejectionRate', 'no requests to judge rejections by yet'],
  ['latency', 'no requests to judge latency by yet'],
])('%s without requests', (gate, words) => expect(explainFinding(difference({ gate }))).toBe(words));

test.each<[Gate, string]>([
  ['agreement', 'no pictures with objects to judge disagreement by yet'],
  ['countError', 'no pictures with objects to judge the count by yet'],
  ['latency', 'no pictures to judge latency by yet'],
])('%s without pictures', (gate, words) => {
  const test = { margin: 0.1, tolerance: 0.08 };
  const things = 'pictures';
  expect(explainFinding({ kind: 'mean', gate, outcome: 'hold', sample: [], things, test, alpha })).toBe(words);
});

test('a proof by what came before alone has numbers, though the step has no requests', () => {
  const carried = { earlier: [], replays: { trials: 900, hits: 0 } };
  expect(explainFinding(difference({ outcome: 'promote', carried }))).toMatch(
    /^0 errors in 0 requests, live 0 in 0, before that 0 failed of 900 replays: at most /,
  );
});

test('without the replays, a proof still takes earlier steps into account', () => {
  const plan = [shadow(), canary({ percent: 10, gates: { rejectionRate: false, latency: false } })];
  const earlier = [{ candidate: { trials: 30, hits: 0 }, live: { trials: 270, hits: 0 } }];
  const own = { candidate: { trials: 20, hits: 0 }, live: { trials: 180, hits: 0 } };
  const most = mostDifferenceInAll(own, { earlier }, 0.01);
  const alone = mostDifferenceInAll(own, { earlier: [] }, 0.01);
  expect([most, alone].map((value) => Math.ceil(value * 1000) / 10)).toEqual([10.7, 22.5]);
  const [finding] = judgeWeight(stepOf(plan, 'weight'), {
    candidate: counts(20),
    live: counts(180),
    elapsedMs: 0,
    carried: { errorRate: { earlier, replays: { trials: 900, hits: 0 } } },
  }).findings;
  expect(finding && explainFinding(finding)).toContain('without the replays at most 10.7 points worse than live');
});

test('rejected replays are called rejected', () => {
  const test = { margin: 0.5, tolerance: 0.1 };
  const sample = [[1, 2] as const, [0, 38] as const];
  const finding = { kind: 'mean', gate: 'rejectionRate', outcome: 'hold', sample, things: 'pictures' } as const;
  expect(explainFinding({ ...finding, test, alpha })).toMatch(/^2 rejected in 40 pictures \(5 %\): at most /);
});

test('scenes that every picture is: no number is awaited', () => {
  const scenes = { kind: 'scenes', outcome: 'hold', pictures: 3, different: 3, scenes: 3 } as const;
  expect(explainFinding(scenes)).toBe('3 pictures, 3 different ones, of 3 scenes: every picture counts');
  const first: Finding = { kind: 'enough', outcome: 'hold', of: 'pictures', have: 0, need: 200 };
  const verdict = { outcome: 'hold', findings: [first, { ...scenes, pictures: 0, different: 0, scenes: 0 }] } as const;
  expect(explain(verdict)).toBe('no pictures yet: waits for at least 200 pictures');
});

test('a rollback does not repeat what people said, as long as that decided nothing', () => {
  const test = { margin: 0.05, tolerance: 0.01 };
  const event: Finding = { kind: 'event', outcome: 'roll back', event: 'superseded', version: '3' };
  const people = stepOf([shadow({ judge: 'people' }), canary({ percent: 10 })], 'shadow');
  const truth = judgeShadow(people, pictures(1)).findings.find(({ kind }) => kind === 'truth') as Finding;
  expect(truth.outcome).toBe('hold');
  const least: Finding = {
    kind: 'mean',
    gate: 'errorRate',
    outcome: 'roll back',
    sample: [[1, 50]],
    things: 'pictures',
    test,
    alpha,
  };
  for (const finding of [event, least]) {
    expect(explain({ outcome: 'roll back', findings: [finding, truth] })).toBe(explainFinding(finding));
  }
  expect(explain({ outcome: 'hold', findings: [truth] })).toBe(explainFinding(truth));
});

test('a command in the words has a placeholder where the endpoint is not known', () => {
  const step = stepOf([shadow(), canary({ percent: 10 })], 'shadow');
  const { outcome, findings } = judgeShadow(step, { ...pictures(60, { missed: 3 }) });
  expect(explain({ outcome, findings })).toContain('npm run rollout -- judge <endpoint>');
  expect(explain({ outcome, findings }, 'count-cars')).toContain('npm run rollout -- judge count-cars');
});

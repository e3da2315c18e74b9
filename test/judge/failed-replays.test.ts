/** Replays that fail, compared with live. */

import type { Tally } from '../../functions/evidence/tally.ts';
import { decide } from '../../functions/judge/decide.ts';
import { explain } from '../../functions/judge/explain.ts';
import { failedReplays as judgeReplays, picturesNeeded, replaysOutcome } from '../../functions/judge/failed-replays.ts';
import { merge, NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { judgeShadow } from '../../functions/judge/verdict.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { failedReplays, pictures, stepOf, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const PLAN = [shadow({ pictures: 500 }), canary({ percent: 10 })];
const step = stepOf(PLAN, 'shadow');
const replays = (failed: number, all = 500) => merge(failedReplays(failed), pictures(all - failed));
const live = (hits: number, trials = 1440): Tally => ({ trials, hits });
const verdict = (failed: number, usual?: Tally, all?: number) => judgeShadow(step, replays(failed, all), { usual });
const outcomeOfErrors = (failed: number, usual?: Tally) =>
  verdict(failed, usual).findings.find((finding) => 'gate' in finding && finding.gate === 'errorRate')?.outcome;

test('a candidate that mends half of the errors of live goes on', () => {
  const { outcome, findings } = verdict(60, live(288), 600);
  expect(outcome).toBe('promote');
  expect(explain({ outcome, findings })).toContain(
    '60 errors in 600 pictures (10 %), live 288 in 1440 requests (20 %) the day before: better than live with 99 % ' +
      'certainty',
  );
});

test('one that fails as live does is held, with the reason', () => {
  const { outcome, findings } = verdict(50, live(144));
  expect(outcome).toBe('hold');
  expect(explain({ outcome, findings })).toBe(
    '50 errors in 500 pictures (10 %), live 144 in 1440 requests (10 %) the day before: not under the 5 % allowed, ' +
      'and neither proven worse nor better than live',
  );
});

test('one that fails more is rolled back, as one without a live version to compare with', () => {
  const { outcome, findings } = verdict(50, live(14));
  expect(outcome).toBe('roll back');
  expect(explain({ outcome, findings })).toMatch(
    /^50 errors in 500 pictures .*, live 14 in 1440 requests \(0.97 %\) the day before: at least .* over the 2 %/,
  );
  expect(outcomeOfErrors(50)).toBe('roll back');
  expect(outcomeOfErrors(50, live(0, 0))).toBe('roll back');
  expect(outcomeOfErrors(50, live(0))).toBe('roll back');
});

test.each<[string, number, Tally | undefined, string]>([
  ['few failures need no comparison', 1, live(288), 'promote'],
  ['a failure rate that is not proven under the margin holds', 18, undefined, 'hold'],
  ['and holds beside a healthy live version', 18, live(1), 'hold'],
  ['but goes on if live fails more', 18, live(288), 'promote'],
])('%s', (_, failed, usual, outcome) => {
  expect(outcomeOfErrors(failed, usual)).toBe(outcome);
});

test('live of the day before is fixed at the first tick of the shadow', () => {
  const steps = stepsOfPlan(PLAN);
  const state: RolloutState = { ...startRollout({ live: '1', candidate: '2' }, 0), step: 1 };
  const none = { trials: 0, hits: 0 };
  const first = decide(steps, state, { now: 0, usual: { failures: live(288), rejections: none } });
  expect(first.state.usual?.failures).toEqual(live(288));
  const later = { now: 60_000, usual: { failures: live(0), rejections: none }, shadow: replays(60, 600) };
  const next = decide(steps, first.state, later);
  expect(next.state).toMatchObject({ step: 2, status: 'running' });
  expect(next.state).not.toHaveProperty('usual');
});

describe('the least pictures', () => {
  const needed = (failed: number, usual?: Tally) =>
    judgeShadow(step, replays(failed), { usual }).findings.find(({ kind }) => kind === 'enough');

  test('are more where a few replays failed, so that a canary with little traffic ends sooner', () => {
    expect(needed(0)).toMatchObject({ need: 500 });
    expect(needed(2)).toMatchObject({ need: 1500 });
    expect(needed(2, live(14, 999_999))).toMatchObject({ need: 1500 });
  });

  test('stay the least where live requests prove it sooner', () => {
    expect(needed(2, live(14, 1_000_000))).toMatchObject({ need: 500 });
  });
});

test('the time until a verdict is foretold with the comparison: the proof that it fails less than live', () => {
  const held = verdict(50, live(288));
  expect(held.outcome).toBe('hold');
  const wait = waitOf(step, held, { pictures: 60, lateMinutes: 0 }, { alarmMinutes: 2880, picturesLeft: 1500 });
  expect(wait).toMatchObject({ expected: 'promote', needs: [{ of: 'errorRate', expected: 'promote' }] });
  expect(wait?.needs[0]?.more).toBeLessThan(200);
});

test('few errors need no comparison with live', () => {
  const [finding] = judgeReplays(step, { trials: 500, hits: 1 }, live(1));
  expect(finding).toMatchObject({ outcome: 'promote' });
  expect(finding).not.toHaveProperty('live');
  const rule = { test: { tolerance: 0.05, margin: 0.05 }, alpha: step.alpha };
  expect(replaysOutcome({ trials: 500, hits: 1 }, live(0, 1), rule)).toBe('promote');
});

test('more pictures are needed only where the proof of the margin is likely to come', () => {
  const { pictures: least } = step;
  const needed = (seen: number, failures: number) =>
    picturesNeeded({ ...step, provesMargin: 0.01 }, { ...NO_PICTURES, pictures: seen, failures }, undefined);
  expect(needed(500, 0)).toBe(least);
  expect(needed(500, 1)).toBe(3 * least);
  expect(needed(200, 1)).toBe(least);
  expect(needed(500, 4)).toBe(least);
  expect(needed(5000, 1)).toBe(least);
});

import { coldStartLimitMs } from '../../functions/judge/cold-start.ts';
import { decide } from '../../functions/judge/decide.ts';
import { explain, explainFinding } from '../../functions/judge/explain.ts';
import { explainWait } from '../../functions/judge/explain-wait.ts';
import type { FindingOf } from '../../functions/judge/finding.ts';
import { type RolloutState, requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { judgeBake, judgeWeight } from '../../functions/judge/verdict.ts';
import type { CountedStarts } from '../../functions/judge/version-counts.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { blueGreen, canary, type Plan } from '../../functions/plan/plan.ts';
import { counts, settled, stepOf, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const HOUR = 3_600_000;
const LIVE = { starts: 12, medianMs: 1050 };
const step = stepOf([canary({ percent: 10 })], 'weight');
const good = { live: counts(90_000, 0, 9000), candidate: counts(10_000, 0, 1000), elapsedMs: HOUR };

/** A good candidate with these cold starts. */
const verdictWith = (candidate?: CountedStarts, live: typeof LIVE | undefined = LIVE) =>
  judgeWeight(step, { ...good, coldStarts: { ...(live && { live }), ...(candidate && { candidate }) } });

const startsOf = (candidate?: CountedStarts, live?: typeof LIVE) => {
  const finding = verdictWith(candidate, live).findings.find(({ kind }) => kind === 'coldStart');
  return finding && explainFinding(finding);
};

test('the limit is a multiple of the median of live and a constant', () => {
  expect(coldStartLimitMs({ factor: 2, plusMs: 1000 }, LIVE)).toBe(3100);
  expect(coldStartLimitMs({ factor: 2, plusMs: 1000 }, undefined)).toBeUndefined();
  expect(coldStartLimitMs(undefined, LIVE)).toBeUndefined();
});

test('a candidate that loads its model for 8 s is held after three cold starts, and never rolled back', () => {
  const verdict = verdictWith({ starts: 3, over: 3, meanMs: 8120 });
  expect(verdict.outcome).toBe('hold');
  expect(explain(verdict)).toBe(
    "3 cold starts, 8.12 s on average: 3 over the 3.1 s allowed (2 × live's median of 1.05 s + 1 s); " +
      'if this is intended, an operator promotes',
  );
  expect(verdictWith({ starts: 900, over: 900, meanMs: 8120 }).outcome).toBe('hold');
});

test('fewer than three cold starts are a warning', () => {
  expect(verdictWith({ starts: 2, over: 2, meanMs: 8000 }).outcome).toBe('promote');
  expect(startsOf({ starts: 1, over: 1, meanMs: 8000 })).toBe(
    "warning: 1 cold start, 8 s on average: 1 over the 3.1 s allowed (2 × live's median of 1.05 s + 1 s); " +
      '3 are needed to judge them',
  );
  expect(startsOf({ starts: 2, over: 0, meanMs: 900 })).toBe(
    "2 cold starts, 0.9 s on average: none over the 3.1 s allowed (2 × live's median of 1.05 s + 1 s)",
  );
});

test.each<[number, number, string]>([
  [3, 0, 'promote'],
  [3, 1, 'promote'],
  [3, 2, 'hold'],
  [4, 2, 'promote'],
  [4, 3, 'hold'],
])('of %d cold starts, %d over the limit: %s', (starts, over, outcome) => {
  expect(verdictWith({ starts, over, meanMs: 2000 }).outcome).toBe(outcome);
});

test('a part of three or more over the limit is named, without a warning', () => {
  expect(startsOf({ starts: 3, over: 1, meanMs: 2000 })).toBe(
    "3 cold starts, 2 s on average: 1 over the 3.1 s allowed (2 × live's median of 1.05 s + 1 s)",
  );
});

test('what is not known is not judged, and the verdict says so', () => {
  expect(verdictWith(undefined).outcome).toBe('promote');
  expect(startsOf(undefined)).toBe('cold starts not judged: none of the candidate is known');
  expect(startsOf({ starts: 0, over: 0, meanMs: 0 })).toBe('cold starts not judged: none of the candidate is known');
  const { findings } = judgeWeight(step, { ...good, coldStarts: {} });
  expect(findings.map((finding) => explainFinding(finding))).toContain('cold starts not judged: none of live is known');
  const off = stepOf([canary({ percent: 10, gates: { coldStart: false } })], 'weight');
  const slow = { live: LIVE, candidate: { starts: 9, over: 9, meanMs: 9000 } };
  expect(judgeWeight(off, { ...good, coldStarts: slow }).outcome).toBe('promote');
});

test('a bake judges them, too', () => {
  const bake = stepOf([blueGreen({ bake: '1h', gates: { latency: false } })], 'bake');
  const slow = { live: LIVE, candidate: { starts: 3, over: 3, meanMs: 8000 } };
  const { findings, outcome } = judgeBake(bake, { candidate: counts(900), elapsedMs: HOUR, coldStarts: slow });
  expect(outcome).toBe('hold');
  expect(findings.filter(({ kind }) => kind === 'coldStart')).toMatchObject([
    { outcome: 'hold' } as FindingOf<'coldStart'>,
  ]);
});

describe('in a rollout', () => {
  const minute = 29_000_000;
  const rolloutOf = (plan: Plan) => {
    const steps = stepsOfPlan(plan);
    const state: RolloutState = { ...startRollout({ live: '1', candidate: '2' }, minute * 60_000), step: 1 };
    return { steps, state };
  };

  test("live's median is fixed once, for all steps; the candidate's starts are counted anew", () => {
    const { steps, state } = rolloutOf([canary({ percent: 10 }), canary({ percent: 50 })]);
    expect(requiredMeasurement(steps, state)).not.toHaveProperty('coldStartOverMs');
    const now = state.since;
    const first = decide(steps, state, { now, usualTimes: { slowerThanMs: 200, coldStarts: LIVE } });
    expect(requiredMeasurement(steps, first.state)).toMatchObject({ coldStartOverMs: 3100, usualTimes: false });
    const control = { id: 'a', kind: 'promote', by: 'ann' } as const;
    const usualTimes = { slowerThanMs: 300, coldStarts: { starts: 3, medianMs: 9 } };
    const next = decide(steps, first.state, { now, control, usualTimes });
    expect(next.state).toMatchObject({ step: 2, slowerThanMs: 300, coldStarts: LIVE });
  });

  test('slow ones hold until an operator promotes', () => {
    const { steps, state } = rolloutOf([canary({ percent: 10 })]);
    const before: RolloutState = { ...state, slowerThanMs: 200, coldStarts: LIVE };
    const minutes = [{ minute, live: good.live, candidate: good.candidate }];
    const traffic = { ...settled(minute + 20, minutes), slowerThanMs: 200 };
    const coldStarts = { starts: 4, over: 4, meanMs: 8000 };
    const observed = { now: (minute + 20) * 60_000, traffic, coldStarts };
    const held = decide(steps, before, observed);
    expect(held).toMatchObject({ verdict: { outcome: 'hold' }, state: { step: 1, status: 'running' } });
    expect(explain(held.verdict)).toMatch(/^4 cold starts, 8 s on average: 4 over the 3.1 s allowed/);
    const fine = decide(steps, before, { ...observed, coldStarts: { ...coldStarts, over: 1 } });
    expect(fine.state.status).toBe('done');
    const control = { id: 'a', kind: 'promote', by: 'ann' } as const;
    expect(decide(steps, before, { ...observed, control }).state.status).toBe('done');
  });
});

describe('what the rollout waits for', () => {
  const slow = { live: LIVE, candidate: { starts: 3, over: 3, meanMs: 8000 } };
  const limits = { alarmMinutes: 2880, picturesLeft: Number.POSITIVE_INFINITY };
  const waitWith = (candidate = good.candidate) => {
    const verdict = judgeWeight(step, { ...good, candidate, coldStarts: slow });
    return waitOf(step, verdict, { requests: 10, lateMinutes: 3 }, limits);
  };

  test('is an operator, whatever else is proven', () => {
    const wait = waitWith();
    expect(wait).toMatchObject({ needs: [], obstacle: 'cold-starts' });
    expect(wait && explainWait(wait)).toBe(
      'Cold starts take longer than allowed: goes on when their median is within it, or after promote; a wider ' +
        'coldStart in the plan helps the next version',
    );
    expect(waitWith(counts(10, 0, 1))).toMatchObject({ obstacle: 'cold-starts' });
  });

  test('is a rollback where one is in sight', () => {
    expect(waitWith(counts(40, 2, 4))).toMatchObject({ expected: 'roll back' });
    expect(waitWith(counts(40, 2, 4))).not.toHaveProperty('obstacle', 'cold-starts');
  });
});

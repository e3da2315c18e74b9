/** What a wait says where its verdict does not come by itself: labelled sets, obstacles and unknown rates. */

import type { Verdict } from '../../functions/judge/finding.ts';
import { type LabelsTally, NO_LABELS } from '../../functions/judge/labels.ts';
import type { Rates } from '../../functions/judge/rates.ts';
import { NO_PICTURES, type ShadowTally } from '../../functions/judge/shadow-tally.ts';
import { judgeShadow, judgeWeight } from '../../functions/judge/verdict.ts';
import { type Limits, waitOf } from '../../functions/judge/wait.ts';
import { canary, DEFAULT_PLAN, shadow, type TrafficGates } from '../../functions/plan/plan.ts';
import { counts, pictures, rejecting, stepOf } from '../rollout/fixtures/steps.ts';

/** Limits that nothing reaches. */
const FREE: Limits = { alarmMinutes: Number.POSITIVE_INFINITY, picturesLeft: Number.POSITIVE_INFINITY };

describe('a labelled set', () => {
  const plan = [shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } }), canary({ percent: 10 })];
  const step = stepOf(plan, 'shadow');

  /** @param sample one photo in each block */
  function waitIn(sample: LabelsTally['sample'], photos: number, rates: Partial<Rates> = { pictures: 10 }) {
    const done = sample.reduce((sum, [, times]) => sum + times, 0);
    const labels = { ...NO_LABELS, sample, photos, done, means: { live: 0.1, candidate: 0.4 } };
    const verdict = judgeShadow(step, { ...NO_PICTURES, pictures: done }, { labels });
    return waitOf(step, verdict, { queued: photos - done, recorded: 0, lateMinutes: 0, ...rates }, FREE);
  }

  test('before five blocks foretells the time until its end, and only what the other gates prove', () => {
    const wait = waitIn([[0.9, 4]], 44);
    expect(wait).toStrictEqual({
      needs: [
        { of: 'labels', unit: 'photos', have: 4, left: 40, more: 40, minutes: 4 },
        { of: 'latency', unit: 'pictures', more: 32, expected: 'promote', minutes: 3.2 },
        { of: 'errorRate', unit: 'pictures', more: 28, expected: 'promote', minutes: 2.8 },
      ],
      etaMinutes: 4,
    });
  });

  test('with five blocks foretells the verdict, too', () => {
    const wait = waitIn([[0.9, 5]], 45);
    expect(wait).toMatchObject({ etaMinutes: 4, expected: 'promote' });
    expect(wait?.needs[0]).toMatchObject({ of: 'labels', expected: 'promote' });
  });

  test('whose first photo is not answered yet has neither time nor obstacle', () => {
    const wait = waitIn([], 40, {});
    expect(wait?.needs).toContainEqual({ of: 'labels', unit: 'photos', have: 0, left: 40, more: 40 });
    expect(Object.keys(wait ?? {})).toEqual(['needs']);
  });

  test.each([
    ['with four blocks is too small', [[0.9, 4]], 'few-photos', undefined],
    ['that would be proven with more photos is too small', [[0.6, 5]], 'few-photos', 'promote'],
    ['on which both are as good has no verdict in sight', [[0.5, 5]], 'no-verdict', undefined],
  ] as const)('at its end, one %s', (_, sample, obstacle, expected) => {
    const wait = waitIn(sample, sample[0][1]);
    expect(wait).toMatchObject({ obstacle });
    expect(wait).not.toHaveProperty('etaMinutes');
    expect(wait?.needs.find(({ of }) => of === 'labels')?.expected).toBe(expected);
  });
});

describe('a canary', () => {
  const canaryOf = (gates: TrafficGates) => stepOf([canary({ percent: 50, duration: '1s', gates })], 'weight');
  const ERRORS = { rejectionRate: false, latency: false, minRequests: 700 } as const;
  const judged = (gates: TrafficGates, candidate = counts(600), live = counts(600)) => {
    const step = canaryOf(gates);
    return { step, verdict: judgeWeight(step, { candidate, live, elapsedMs: 3_600_000 }) };
  };

  test('whose verdict comes just with the alarm has no obstacle', () => {
    const { step, verdict } = judged(ERRORS);
    const wait = (alarmMinutes: number) =>
      waitOf(step, verdict, { requests: 1, lateMinutes: 0 }, { ...FREE, alarmMinutes });
    expect(wait(100)).toMatchObject({ etaMinutes: 100 });
    expect(wait(100)).not.toHaveProperty('obstacle');
    expect(wait(99)).toMatchObject({ etaMinutes: 100, obstacle: 'max-hold' });
  });

  test('of which one gate has no proof in sight, and another no traffic, waits for traffic', () => {
    const { step, verdict } = judged(ERRORS, counts(200, 200), counts(200, 200));
    const wait = waitOf(step, verdict, { lateMinutes: 0 }, FREE);
    expect(wait?.needs.map(({ of, more }) => [of, more])).toEqual([
      ['limit', undefined],
      ['errorRate', expect.any(Number)],
      ['least', 500],
    ]);
    expect(wait?.obstacle).toBe('no-traffic');
  });

  test('without a verdict in sight has no time and no expectation', () => {
    const { step, verdict } = judged({ ...ERRORS, minRequests: 1 }, counts(200, 200), counts(200, 200));
    const wait = waitOf(step, verdict, { requests: 1, lateMinutes: 0 }, FREE);
    expect(Object.keys(wait ?? {}).toSorted()).toEqual(['needs', 'obstacle']);
    expect(wait?.obstacle).toBe('no-verdict');
  });

  test('whose rate is not known has needs without a time', () => {
    const { step, verdict } = judged(ERRORS);
    expect(waitOf(step, verdict, { lateMinutes: 0 }, FREE)).toStrictEqual({
      needs: [{ of: 'least', unit: 'requests', more: 100, expected: 'promote' }],
      obstacle: 'no-traffic',
    });
  });
});

describe('a shadow', () => {
  const step = stepOf(DEFAULT_PLAN, 'shadow');
  const RATES: Rates = { pictures: 60, lateMinutes: 0 };
  const wait = (tally: ShadowTally, picturesLeft: number) =>
    waitOf(step, judgeShadow(step, tally), RATES, { ...FREE, picturesLeft });

  test('that has just the pictures it needs has no obstacle', () => {
    const all = wait(pictures(30), 470);
    expect(all?.needs[0]).toMatchObject({ of: 'least', more: 470 });
    expect(all).not.toHaveProperty('obstacle');
    expect(wait(pictures(30), 469)).toMatchObject({ obstacle: 'max-pictures' });
  });

  test('that a bad candidate fails before its pictures run out has no obstacle', () => {
    const bad = wait(pictures(4, { missed: 2 }), 100);
    expect(bad).toMatchObject({ expected: 'roll back' });
    expect(bad?.needs[0]).toMatchObject({ of: 'least', more: 496 });
    expect(bad).not.toHaveProperty('obstacle');
  });

  test('counts the same, whatever the order of its findings', () => {
    const verdict = judgeShadow(step, { ...pictures(30), pictures: 60, empty: 30 });
    const reversed: Verdict = { ...verdict, findings: verdict.findings.toReversed() };
    expect(waitOf(step, reversed, RATES, FREE)).toEqual(waitOf(step, verdict, RATES, FREE));
  });

  const people = stepOf([shadow({ judge: 'people' }), canary({ percent: 10 })], 'shadow');
  const byPeople = (tally: ShadowTally, times: number, picturesLeft: number) => {
    const sample = [
      [0.5, times],
      [0.9, times],
    ] as const;
    const truth = { sample, errors: { live: 0.5, candidate: 0.3 }, unclear: 0, open: 9 };
    const rates = { ...RATES, decisions: 0.5 };
    return waitOf(people, judgeShadow(people, tally, { truth }), rates, { ...FREE, picturesLeft });
  };

  test('may wait for more decisions than it has pictures left', () => {
    const decided = byPeople(pictures(600), 5, 2);
    expect(decided?.needs).toEqual([expect.objectContaining({ of: 'people', unit: 'decisions' })]);
    expect(decided?.needs[0]?.more).toBeGreaterThan(2);
    expect(decided).not.toHaveProperty('obstacle');
  });

  test('with fewer than five decisions says so, whatever else it waits for', () => {
    const few = byPeople(pictures(30), 2, 1000);
    expect(few?.needs.length).toBeGreaterThan(1);
    expect(few).toMatchObject({ obstacle: 'few-decisions' });
  });

  test('with five decisions for both alike has no verdict in sight', () => {
    const truth = { sample: [[0.5, 5]] as const, errors: { live: 0.3, candidate: 0.3 }, unclear: 0, open: 9 };
    const verdict = judgeShadow(people, pictures(600), { truth });
    expect(waitOf(people, verdict, { ...RATES, decisions: 1 }, FREE)).toStrictEqual({
      needs: [{ of: 'people', unit: 'decisions', have: 5 }],
      obstacle: 'no-verdict',
    });
  });
});

test('rejections of the candidate count by their own gate, whatever the order of the findings', () => {
  const step = stepOf([canary({ percent: 50, gates: { latency: false, minRequests: 700 } })], 'weight');
  const verdict = judgeWeight(step, {
    candidate: rejecting(300, 100),
    live: rejecting(300, 100),
    elapsedMs: 3_600_000,
  });
  const needs = (findings: Verdict['findings']) =>
    waitOf(step, { ...verdict, findings }, { requests: 1, lateMinutes: 0 }, FREE)?.needs;
  expect(needs(verdict.findings.toReversed())).toEqual(needs(verdict.findings));
});

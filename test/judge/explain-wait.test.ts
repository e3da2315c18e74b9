import { explainWait, roughly } from '../../functions/judge/explain-wait.ts';
import type { Rates } from '../../functions/judge/rates.ts';
import { judgeShadow, judgeWeight, type TrafficEvidence } from '../../functions/judge/verdict.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { canary, DEFAULT_PLAN, shadow, type TrafficGates } from '../../functions/plan/plan.ts';
import { counts, pictures, stepOf } from '../rollout/fixtures/steps.ts';

/** Limits that nothing reaches. */
const FREE = { alarmMinutes: Number.POSITIVE_INFINITY, picturesLeft: Number.POSITIVE_INFINITY };
const ONE: Rates = { requests: 1, lateMinutes: 0 };
const ERRORS_ALONE: TrafficGates = { rejectionRate: false, latency: false, minRequests: 1 };
const canaryOf = (gates: TrafficGates = ERRORS_ALONE) =>
  stepOf([canary({ percent: 10, duration: '1s', gates })], 'weight');

type Counts = Pick<TrafficEvidence, 'candidate' | 'live'>;

function waitIn(step: ReturnType<typeof canaryOf>, evidence: Counts, rates = ONE, limits = FREE) {
  return waitOf(step, judgeWeight(step, { ...evidence, elapsedMs: 3_600_000 }), rates, limits);
}

describe('no verdict in time', () => {
  const step = canaryOf({});
  const sentence = (evidence: Counts, rates: Rates, alarmMinutes = 2880) => {
    const wait = waitIn(step, evidence, rates, { ...FREE, alarmMinutes });
    return [wait?.obstacle, wait && explainWait(wait)];
  };

  test('the alarm comes before', () => {
    expect(
      sentence({ candidate: counts(1000, 10), live: counts(9000, 90) }, { requests: 0.1, lateMinutes: 3 }),
    ).toEqual([
      'max-hold',
      'No verdict before the alarm (maxHold) while both fail about 1 %: needs about 2000 more requests of the ' +
        'candidate for errors, 13 d at this rate. Goes on by itself after the alarm, too; promote goes to the next ' +
        'step at once; a wider margin of that gate, or a larger percent, in the plan helps the next version',
    ]);
  });

  test('nothing comes', () => {
    expect(sentence({ candidate: counts(0), live: counts(0) }, { requests: 0, lateMinutes: 3 })).toEqual([
      'no-traffic',
      'No requests have come yet. Needs about 560 more requests of the candidate for errors. Send pictures to the ' +
        'endpoint, and the rollout goes on by itself; promote goes to the next step without them. A plan with only a ' +
        "labelled shadow (judge: 'labels') needs no traffic",
    ]);
  });

  test('both are down', () => {
    expect(sentence({ candidate: counts(200, 200), live: counts(1800, 1800) }, ONE)).toEqual([
      'no-verdict',
      'No verdict while both fail 97 %: goes on as soon as live fails less',
    ]);
  });

  test('the pictures of the shadow run out', () => {
    const doubtful = stepOf(DEFAULT_PLAN, 'shadow');
    const tally = { ...pictures(400), disagreements: { '0.0000': 362, '0.9000': 38 } };
    const wait = waitOf(
      doubtful,
      judgeShadow(doubtful, tally),
      { pictures: 60, lateMinutes: 0 },
      { ...FREE, picturesLeft: 100 },
    );
    expect(wait?.obstacle).toBe('max-pictures');
  });

  test('two versions that are about as near to the counts of people', () => {
    const people = stepOf([shadow({ judge: 'people' }), canary({ percent: 10 })], 'shadow');
    const alike = {
      sample: [
        [0.4, 10],
        [0.6, 10],
      ] as const,
      errors: { live: 0.3, candidate: 0.3 },
      unclear: 0,
      open: 0,
    };
    const wait = waitOf(
      people,
      judgeShadow(people, pictures(200), { truth: alike }),
      { decisions: 1, lateMinutes: 0 },
      FREE,
    );
    expect(wait && explainWait(wait)).toBe(
      'No verdict in sight: needs more decisions of people for a verdict. Both are about as near to the counts of ' +
        'people: promote or rollback decides',
    );
  });
});

describe('in words', () => {
  const canaryWait = waitIn(canaryOf({}), { candidate: counts(0), live: counts(0) }, { requests: 5, lateMinutes: 3 });

  test('the longest need, its time and what comes before', () => {
    expect(canaryWait && explainWait(canaryWait)).toBe(
      'Needs about 560 more requests of the candidate for errors, 1.9 h at this rate; the first 560 of them are ' +
        'enough for rejections, the first 180 for latency',
    );
  });

  test('a rollback in sight', () => {
    const wait = waitIn(
      canaryOf(),
      { candidate: counts(60, 3), live: counts(540, 1) },
      { requests: 5, lateMinutes: 3 },
    );
    const words = /^Rolls back after about \d+ more requests of the candidate for errors, \d+ min at this rate$/;
    expect(wait && explainWait(wait)).toMatch(words);
  });

  test('nothing but the next tick, and nothing but resume', () => {
    expect(explainWait({ needs: [], etaMinutes: 0, expected: 'promote' })).toBe('Needs no more than the next tick');
    expect(explainWait({ needs: [], obstacle: 'held' })).toBe('Held: goes on after resume');
  });

  test('time alone', () => {
    const needs = [{ of: 'least', unit: 'minutes', more: 6, minutes: 6, expected: 'promote' }] as const;
    expect(explainWait({ needs, etaMinutes: 6, expected: 'promote' })).toBe(
      'Needs 6 min more, the least time of the step',
    );
  });

  test('pictures, the decisions of people and scenes', () => {
    const needs = [
      { of: 'least', unit: 'pictures', more: 86, minutes: 1080, expected: 'promote' },
      { of: 'errorRate', unit: 'pictures', more: 51, minutes: 640, expected: 'promote' },
      { of: 'scenes', unit: 'pictures', more: 4, minutes: 50, expected: 'promote' },
      { of: 'people', unit: 'decisions', more: 3, minutes: 2, have: 9, expected: 'promote' },
    ] as const;
    expect(explainWait({ needs, etaMinutes: 1080, expected: 'promote' })).toBe(
      'Needs about 86 more pictures for the minimum of the step, 18 h at this rate; the first 51 of them are enough ' +
        'for errors; besides, about 3 more decisions of people for a verdict',
    );
    const few = [{ of: 'people', unit: 'decisions', have: 3 }, ...needs.slice(0, 1)] as const;
    expect(explainWait({ needs: few, obstacle: 'few-decisions' })).toBe(
      'No time is foretold before 5 decisions: needs more decisions of people for a verdict; besides, about 86 more ' +
        'pictures for the minimum of the step. Let people judge: the status page links to the pictures',
    );
  });

  test('the first five decisions', () => {
    const needs = [{ of: 'people', unit: 'decisions', have: 3 }] as const;
    expect(explainWait({ needs, obstacle: 'few-decisions' })).toBe(
      'No time is foretold before 5 decisions: needs more decisions of people for a verdict. Let people judge: ' +
        'the status page links to the pictures',
    );
  });

  test.each([
    [0.4, 'less than 1 min'],
    [8.2, '8 min'],
    [114, '1.9 h'],
    [120, '2 h'],
    [2700, '45 h'],
    [28_753, '20 d'],
  ])('%d minutes are %s', (minutes, words) => {
    expect(roughly(minutes)).toBe(words);
  });
});

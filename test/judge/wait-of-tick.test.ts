/** What a tick waits for: traffic that does not come, labelled sets, and the steps that follow. */

import { decide } from '../../functions/judge/decide.ts';
import { explainWait } from '../../functions/judge/explain-wait.ts';
import { type LabelsTally, NO_LABELS } from '../../functions/judge/labels.ts';
import type { Observations } from '../../functions/judge/observations.ts';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { waitOfTick } from '../../functions/judge/wait-of-tick.ts';
import { canary, DEFAULT_PLAN, type Plan, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
const SINCE = 600 * MINUTE;
const usualOf = (trials: number) => ({ failures: { trials, hits: 0 }, rejections: { trials, hits: 0 } });

interface Situation {
  readonly plan?: Plan;
  /** Index of the step. Default 1. */
  readonly step?: number;
  readonly state?: Partial<RolloutState>;
}

/** Minutes after the step began. */
function waitAfter(
  minutes: number,
  observed: Omit<Observations, 'now'>,
  { plan = DEFAULT_PLAN, step = 1, state = {} }: Situation = {},
) {
  const steps = stepsOfPlan(plan);
  const before = { ...startRollout({ live: '1', candidate: '2' }, SINCE), step, moves: step > 1 ? 1 : 0, ...state };
  const seen: Observations = { now: SINCE + minutes * MINUTE, ...observed };
  return waitOfTick(steps, step, decide(steps, before, seen), seen);
}

/** Closed minutes with so many requests in each. @param first of live in the first minute */
function traffic(minutes: number, perMinute: number, first = 0): Pick<Observations, 'traffic'> {
  const made = Array.from({ length: minutes - 2 }, (_, at) => ({
    minute: 600 + at,
    live: counts(0.9 * perMinute + (at === 0 ? first : 0)),
    candidate: counts(0.1 * perMinute),
  }));
  const [settledBefore, completeBefore, closedBefore] = [15, 5, 2].map((late) => 600 + Math.max(0, minutes - late));
  return {
    traffic: { settledBefore, completeBefore, closedBefore, minutes: made } as Observations['traffic'] & object,
  };
}

const words = (wait: ReturnType<typeof waitAfter>) => wait && explainWait(wait);

describe('without traffic', () => {
  const REMEDY =
    'Send pictures to the endpoint, and the rollout goes on by itself; promote goes to the next step without them. A ' +
    "plan with only a labelled shadow (judge: 'labels') needs no traffic";
  const plan = [canary({ percent: 10, duration: '1m', gates: { rejectionRate: false, latency: false } })];

  test('a canary says how many requests came since when', () => {
    const wait = waitAfter(302, traffic(302, 0), { plan });
    expect(wait).toMatchObject({ obstacle: 'no-traffic', came: { count: 0, minutes: 300 } });
    expect(words(wait)).toBe(
      'No requests come: 0 in 5 h, since the step began. Needs about 560 more requests of the candidate for errors. ' +
        REMEDY,
    );
  });

  test('a day before with a few requests foretells nothing either', () => {
    const state = { usual: usualOf(10) };
    const wait = waitAfter(302, traffic(302, 0), { plan, state });
    expect(wait).toMatchObject({ obstacle: 'no-traffic', came: { count: 0, minutes: 300 } });
    expect(words(wait)).toMatch(/^No requests come: 0 in 5 h, since the step began\. Needs /);
    const few = waitAfter(302, traffic(302, 0, 3), { plan, state });
    expect(words(few)).toMatch(/^Too few requests come: 3 in 5 h, since the step began\. Needs /);
  });

  test('a shadow says so of its pictures', () => {
    const wait = waitAfter(130, { shadow: NO_PICTURES, supply: { queued: 0, recordedPerMinute: 0 } });
    expect(wait).toMatchObject({ obstacle: 'no-traffic', came: { count: 0, minutes: 130 } });
    expect(words(wait)).toBe(
      'No pictures come: 0 in 2.2 h, since the step began. Needs about 500 more pictures for the minimum of the ' +
        `step. ${REMEDY}`,
    );
  });
});

describe('a labelled set', () => {
  const labelled = (goal: object = {}) => [
    shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' }, ...goal }),
    canary({ percent: 10 }),
  ];
  /** So many blocks with each x; one photo in each. */
  function tallyOf(sample: LabelsTally['sample'], more: Partial<LabelsTally> = {}): LabelsTally {
    const done = sample.reduce((sum, [, times]) => sum + times, 0);
    return { ...NO_LABELS, sample, means: { live: 0.1, candidate: 0.4 }, photos: done, done, ...more };
  }
  const inSet = (minutes: number, labels: LabelsTally) =>
    waitAfter(minutes, { labels, shadow: pictures(labels.done) }, { plan: labelled() });

  test('is waited for until its last photo, with the time', () => {
    const wait = inSet(2, tallyOf([[0.9, 20]], { photos: 120 }));
    expect(wait?.needs[0]).toMatchObject({ of: 'labels', unit: 'photos', more: 100, left: 100, minutes: 10 });
    expect(wait).toMatchObject({ etaMinutes: 10, expected: 'promote', after: { steps: 1 } });
    expect(words(wait)).toMatch(/^Needs the answers to 100 more labelled photos, 10 min at this rate/);
  });

  test('before five blocks has a time, and no foretold verdict', () => {
    const wait = inSet(2, tallyOf([[0.9, 4]], { photos: 44, done: 4 }));
    expect(wait).toMatchObject({ etaMinutes: 20 });
    expect(wait).not.toHaveProperty('expected');
    expect(wait).not.toHaveProperty('obstacle');
    expect(words(wait)).toMatch(/^Needs the answers to 40 more labelled photos, 20 min at this rate/);
  });

  test('whose candidate is worse ends with a rollback before its last photo', () => {
    const wait = inSet(1, tallyOf([[0.3, 12]], { photos: 400 }));
    expect(wait).toMatchObject({ expected: 'roll back' });
    expect(words(wait)).toMatch(/^Rolls back after the answers to \d+ more labelled photos, \d+ min at this rate$/);
  });

  test('that is too small says how many photos are missing, first with the time until it is answered', () => {
    const sample = [
      [0.4, 10],
      [0.7, 12],
    ] as const;
    const open = inSet(2, tallyOf(sample, { photos: 24 }));
    expect(open).toMatchObject({ etaMinutes: expect.closeTo(2 / 11) });
    expect(open).not.toHaveProperty('expected');
    const wait = inSet(2, tallyOf(sample));
    expect(wait?.obstacle).toBe('few-photos');
    expect(words(wait)).toMatch(
      /^The labelled set is too small for a verdict: needs about \d+ more labelled photos for a verdict\. Promote or /,
    );
  });

  test('on which both are about as good has no verdict in sight', () => {
    const equal = tallyOf([
      [0.4, 20],
      [0.6, 20],
    ]);
    expect(words(inSet(2, equal))).toBe(
      'No verdict in sight: needs more labelled photos for a verdict. Both are about as good on these photos: ' +
        'promote or rollback decides',
    );
  });

  test('that cannot be read is waited for by nothing', () => {
    const problem = { code: 'no truth', file: 'labels/cars/mine/truth.json' } as const;
    expect(inSet(2, tallyOf([], { problem }))).toBeUndefined();
  });
});

describe('the steps that follow', () => {
  test('are counted, with the time until the end at the rate of the day before', () => {
    const wait = waitAfter(
      2,
      { shadow: pictures(100), supply: { queued: 5000, recordedPerMinute: 10 } },
      { state: { usual: usualOf(144_000) } },
    );
    expect(wait).toMatchObject({ expected: 'promote', after: { steps: 2, minutes: expect.any(Number) } });
    expect(wait?.after?.minutes).toBeGreaterThan((wait?.etaMinutes ?? 0) + 10);
    expect(wait?.after?.minutes).toBeLessThan(120);
    expect(words(wait)).toMatch(/\. Then 2 more steps: about \d+ min at this traffic until the end$/);
  });

  test('have no time where the rate is not known, and are none of a last step', () => {
    const wait = waitAfter(2, { shadow: pictures(100), supply: { queued: 5000, recordedPerMinute: 10 } });
    expect(wait?.after).toEqual({ steps: 2 });
    expect(words(wait)).toMatch(/\. Then 2 more steps$/);
    const last = waitAfter(30, traffic(30, 100), { plan: [canary({ percent: 10 })] });
    expect(last?.expected).toBe('promote');
    expect(last).not.toHaveProperty('after');
  });

  test('replay two pictures in the time of a labelled photo, which both versions answer', () => {
    const supply = { queued: 5000, recordedPerMinute: 10 };
    const state = { usual: usualOf(144_000) };
    const plan = (first: Plan[number]) => [
      first,
      shadow({ pictures: 500, gates: { latency: false } }),
      canary({ percent: 10 }),
    ];
    const afterIn = (wait: ReturnType<typeof waitAfter>) => (wait?.after?.minutes ?? 0) - (wait?.etaMinutes ?? 0);
    const labels: LabelsTally = {
      ...NO_LABELS,
      sample: [[0.9, 20]],
      means: { live: 0.1, candidate: 0.4 },
      photos: 120,
      done: 20,
    };
    const first = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });
    const labelledStep = waitAfter(2, { labels, shadow: pictures(20), supply }, { plan: plan(first), state });
    const other = shadow({ pictures: 500, gates: { latency: false } });
    const replayed = waitAfter(2, { shadow: pictures(40), supply }, { plan: plan(other), state });
    expect(afterIn(labelledStep)).toBeGreaterThan(5);
    expect(afterIn(labelledStep)).toBeCloseTo(afterIn(replayed));
  });

  test('are not told where the step is held or ends with a rollback', () => {
    const state = { status: 'held', heldBy: 'ann', usual: usualOf(144_000) } as const;
    expect(waitAfter(2, { shadow: pictures(100) }, { state })).not.toHaveProperty('after');
  });
});

/** A drift that the monitor finds during a rollout holds it: the limits were set on other pictures. */

import { decide } from '../../functions/judge/decide.ts';
import { driftHold, type SeenDrift } from '../../functions/judge/drift-hold.ts';
import { explain } from '../../functions/judge/explain.ts';
import { explainWait } from '../../functions/judge/explain-wait.ts';
import type { Finding } from '../../functions/judge/finding.ts';
import type { Control, Observations } from '../../functions/judge/observations.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { waitOfTick } from '../../functions/judge/wait-of-tick.ts';
import { blueGreen, canary, type Plan, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, settled, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 24, 12);
const DARKER: SeenDrift = {
  of: 'pictures',
  changes: ['darker by 40 % (80 → 48)'],
  since: START + 2 * HOUR,
  foundAt: START + 5 * HOUR,
};
const FEWER: SeenDrift = { ...DARKER, of: 'answers', changes: ['fewer objects by 50 % (4 → 2)'] };
const DRIFT = { drifts: [DARKER] };
const NO_DRIFT = { drifts: [] };
const SENTENCE =
  'the pictures have changed since 2026-11-24 14:00 UTC (found 2026-11-24 17:00 UTC): darker by 40 % (80 → 48); both ' +
  'versions are compared over the same time, but the limits were set on other pictures';

const LABELLED = shadow({ judge: 'labels', labels: { prefix: 'labels/cars/mine/' } });
const PLAN: Plan = [shadow(), canary({ percent: 10, gates: { latency: false } }), canary({ percent: 50 })];
const steps = stepsOfPlan(PLAN);
const USUAL = { usual: { failures: { trials: 0, hits: 0 }, rejections: { trials: 0, hits: 0 } } };

/** After the golden gate: in a step of the plan, with no drift known. */
function inStep(step: number, more: Partial<RolloutState> = {}): RolloutState {
  return { ...startRollout({ live: '3', candidate: '4' }, START), step, moves: 1, knownDrift: 0, ...more };
}

/** Half an hour of traffic, a minute each, and the time after it. */
function traffic(failures = 0, requests = 200): Observations {
  const minute = START / 60_000;
  const minutes = Array.from({ length: 30 }, (_, index) => ({
    minute: minute + index,
    live: counts(1800),
    candidate: counts(requests, failures),
  }));
  return { now: START + 6 * HOUR, traffic: settled(minute + 30, minutes), ...USUAL };
}

const order = (kind: Control['kind']): Control => ({ id: kind, kind, by: 'Ada' });
const eventsOf = (findings: readonly Finding[]) =>
  findings.flatMap((finding) => (finding.kind === 'event' ? [finding.event] : []));

describe('a drift that is found during a rollout', () => {
  test('holds a canary that its gates promote, raises the alarm at once, and gives the reason', () => {
    expect(decide(steps, inStep(2), { ...traffic(), drift: NO_DRIFT }).state.step).toBe(3);
    const { state, verdict, action, raiseAlarm } = decide(steps, inStep(2), { ...traffic(), drift: DRIFT });
    expect(state).toMatchObject({ step: 2, status: 'alarmed', knownDrift: 0 });
    expect([verdict.outcome, action, raiseAlarm]).toEqual(['hold', { kind: 'none' }, true]);
    expect(verdict.findings[0]).toEqual({ kind: 'event', outcome: 'hold', event: 'drift', drift: DARKER, others: 0 });
    expect(explain(verdict)).toBe(SENTENCE);
  });

  test('holds a shadow of callers’ pictures', () => {
    const observed = { now: START + 6 * HOUR, shadow: pictures(250) };
    expect(decide(steps, inStep(1), observed).state.step).toBe(2);
    const { state, verdict } = decide(steps, inStep(1), { ...observed, drift: DRIFT });
    expect(state).toMatchObject({ step: 1, status: 'alarmed' });
    expect(explain(verdict)).toBe(SENTENCE);
  });

  test('does not hold a shadow of labelled photos, whose pictures stay the same', () => {
    const labelled = stepsOfPlan([LABELLED, canary({ percent: 10 })]);
    const { verdict, state } = decide(labelled, inStep(1), { now: START + 6 * HOUR, drift: DRIFT });
    expect(eventsOf(verdict.findings)).toEqual([]);
    expect(state.status).toBe('running');
  });

  test('does not hold a bake, nor the golden gate', () => {
    const baked = stepsOfPlan([blueGreen({ bake: '1h' })]);
    const bake = decide(baked, inStep(2), { now: START + HOUR, drift: DRIFT });
    const golden = decide(baked, inStep(0), { now: START, drift: DRIFT });
    expect([bake, golden].map(({ verdict }) => eventsOf(verdict.findings))).toEqual([[], ['golden-pending']]);
    expect(golden.state.status).toBe('running');
  });

  test('never hides a fault: the candidate is rolled back for it', () => {
    const { state, verdict } = decide(steps, inStep(2), { ...traffic(100), drift: DRIFT });
    expect(state.status).toBe('rolled back');
    expect(verdict.outcome).toBe('roll back');
    expect(explain(verdict)).toMatch(/^3000 errors in 6000 requests \(50 %\)/);
    expect(eventsOf(verdict.findings)).toEqual(['drift']);
  });

  test('that is over lets the rollout go on', () => {
    const held = decide(steps, inStep(2), { ...traffic(0, 0), drift: DRIFT });
    expect(held.state.status).toBe('alarmed');
    const after = decide(steps, held.state, { now: START + 7 * HOUR, drift: NO_DRIFT });
    expect(after.state).toMatchObject({ step: 2, status: 'running' });
    expect(after.raiseAlarm).toBe(false);
  });

  test('that lasts until maxHold: the step is overdue, too, as it is without a drift from the second tick on', () => {
    const over = { now: START + 10 * 24 * HOUR };
    const first = decide(steps, inStep(2), over);
    expect([first.state.status, ...eventsOf(first.verdict.findings)]).toEqual(['alarmed']);
    expect(eventsOf(decide(steps, first.state, over).verdict.findings)).toEqual(['overdue']);
    const held = decide(steps, inStep(2), { now: START, drift: DRIFT });
    const late = decide(steps, held.state, { now: START + 10 * 24 * HOUR, drift: DRIFT });
    expect(late.state.status).toBe('alarmed');
    expect(eventsOf(late.verdict.findings)).toEqual(['overdue', 'drift']);
  });

  test('beside an operator’s hold is named after it', () => {
    const { state, verdict } = decide(steps, inStep(2), { now: START, drift: DRIFT, control: order('hold') });
    expect(state.status).toBe('held');
    expect(eventsOf(verdict.findings)).toEqual(['held', 'drift']);
  });
});

describe('the drifts that an operator knows', () => {
  const first = (drift: Observations['drift']) =>
    decide(steps, startRollout({ live: '3', candidate: '4' }, START), { now: START, ...(drift && { drift }) }).state;

  test('are those that were found before the first tick, whichever is the last', () => {
    const earlier = { ...DARKER, foundAt: START - HOUR };
    const state = first({ drifts: [earlier, { ...earlier, foundAt: START - 2 * HOUR }] });
    expect(state.knownDrift).toBe(START - HOUR);
    const held = (foundAt: number) =>
      eventsOf(
        decide(steps, { ...state, step: 2 }, { now: START, drift: { drifts: [{ ...DARKER, foundAt }] } }).verdict
          .findings,
      );
    expect(held(START - HOUR)).toEqual([]);
    expect(held(START - HOUR + 1)).toEqual(['drift']);
  });

  test('are none where the monitor has found none: a change that began earlier holds, too', () => {
    const state = first(NO_DRIFT);
    expect(state.knownDrift).toBe(0);
    const early = { ...DARKER, since: START - 48 * HOUR, foundAt: START - HOUR };
    const { verdict } = decide(steps, { ...state, step: 2 }, { now: START, drift: { drifts: [early] } });
    expect(eventsOf(verdict.findings)).toEqual(['drift']);
  });

  test('are not noted where nothing monitors drift', () => {
    expect(first(undefined)).not.toHaveProperty('knownDrift');
    const resumed = decide(steps, inStep(2), { now: START, control: order('resume') });
    expect(resumed.state.knownDrift).toBe(0);
  });

  test('of a rollout that an earlier release began are not noted by an order alone', () => {
    const { knownDrift: _, ...state } = inStep(2, { status: 'alarmed' });
    const { verdict } = decide(steps, state, { now: START, control: order('resume'), drift: NO_DRIFT });
    expect(eventsOf(verdict.findings)).toEqual([]);
  });

  test('are none before they are noted', () => {
    const [, , weight] = steps;
    const unnoted = startRollout({ live: '3', candidate: '4' }, START);
    expect(weight && driftHold(weight, unnoted, DRIFT)).toMatchObject({ event: 'drift', drift: DARKER });
  });

  test('do not change after the end', () => {
    const { knownDrift: _, ...over } = inStep(5, { status: 'done' });
    expect(decide(steps, over, { now: START, drift: DRIFT }).verdict.findings).toEqual([
      { kind: 'event', outcome: 'hold', event: 'over', status: 'done' },
    ]);
  });
});

describe('an operator', () => {
  const held = decide(steps, inStep(2), { ...traffic(), drift: DRIFT }).state;

  test('accepts it by resume, and the gates decide', () => {
    const { state } = decide(steps, held, { ...traffic(), drift: DRIFT, control: order('resume') });
    expect(state).toMatchObject({ step: 3, status: 'running', knownDrift: DARKER.foundAt });
    const later = { ...DARKER, foundAt: DARKER.foundAt + 1 };
    const next = decide(steps, state, { now: START + 7 * HOUR, drift: { drifts: [DARKER, later] } });
    expect(next.verdict.findings[0]).toMatchObject({ event: 'drift', drift: later, others: 0 });
    const known = decide(steps, state, { now: START + 7 * HOUR, drift: DRIFT });
    expect(eventsOf(known.verdict.findings)).toEqual([]);
  });

  test('does not forget by resume what was known before', () => {
    const known = { ...held, knownDrift: DARKER.foundAt + HOUR };
    const { state } = decide(steps, known, { now: START, drift: DRIFT, control: order('resume') });
    expect(state.knownDrift).toBe(DARKER.foundAt + HOUR);
  });

  test('promotes to the next step only, which the drift holds again', () => {
    const { state, action } = decide(steps, held, { ...traffic(), drift: DRIFT, control: order('promote') });
    expect([state.step, state.status, action]).toEqual([3, 'running', { kind: 'weight', percent: 50, move: 2 }]);
    const next = decide(steps, state, { now: START + 7 * HOUR, drift: DRIFT });
    expect(next.state.status).toBe('alarmed');
    expect(eventsOf(next.verdict.findings)).toEqual(['drift']);
  });
});

describe('the words of a drift', () => {
  const wordsOf = (...drifts: readonly SeenDrift[]) =>
    explain(decide(steps, inStep(2), { ...traffic(), drift: { drifts } }).verdict);

  test('name the leading change first, and two others', () => {
    const [leading = ''] = DARKER.changes;
    expect(wordsOf({ ...DARKER, changes: [leading, 'b', 'c', 'd'] })).toBe(
      SENTENCE.replace('(80 → 48)', '(80 → 48), b, c'),
    );
    expect(wordsOf({ ...DARKER, changes: [] })).toBe(SENTENCE.replace(leading, 'in many ways, each a little'));
  });

  test('are of the answers where only these have changed', () => {
    expect(wordsOf(FEWER)).toBe(
      'the answers have changed since 2026-11-24 14:00 UTC (found 2026-11-24 17:00 UTC): fewer objects by 50 % ' +
        '(4 → 2); both versions are compared over the same time, but the limits were set on other answers',
    );
  });

  test('are of the last drift, and count the others', () => {
    const counting = (count: string) => SENTENCE.replace('17:00 UTC)', `17:00 UTC, after ${count} in this rollout)`);
    expect(wordsOf(FEWER, DARKER)).toBe(counting('1 other drift'));
    expect(wordsOf(FEWER, FEWER, DARKER)).toBe(counting('2 other drifts'));
  });
});

describe('what a rollout with a drift waits for', () => {
  const REMEDY =
    'Held by the drift: resume accepts these pictures for this rollout, promote goes to the next step only, and ' +
    'rollback ends it';
  const waitAfter = (observed: Observations, state = inStep(2)) => {
    const decision = decide(steps, state, observed);
    return waitOfTick(steps, state.step, decision, observed);
  };

  test('is an operator, who reads what can be done', () => {
    const wait = waitAfter({ ...traffic(), drift: DRIFT });
    expect(wait).toMatchObject({ needs: [], obstacle: 'drift' });
    expect(wait && explainWait(wait)).toBe(`${REMEDY}; the gates pass`);
  });

  test('is what the gates need, too', () => {
    const wait = waitAfter({ now: START + HOUR, drift: DRIFT });
    expect(wait?.obstacle).toBe('drift');
    expect(wait && explainWait(wait)).toMatch(
      new RegExp(`^${REMEDY}; the gates need about [0-9]+ more requests of the candidate for [a-z ]+$`),
    );
  });

  test('is the operator who holds it, before that', () => {
    const wait = waitAfter({ ...traffic(), drift: DRIFT }, inStep(2, { status: 'held', heldBy: 'Ada' }));
    expect(wait?.obstacle).toBe('held');
  });
});

import fc from 'fast-check';
import { type Action, type Decision, decide } from '../../functions/judge/decide.ts';
import { explain } from '../../functions/judge/explain.ts';
import type { Outcome, RolloutEvent } from '../../functions/judge/finding.ts';
import type { GoldenResult } from '../../functions/judge/golden-check.ts';
import {
  type Control,
  type ForeignMove,
  ObservationError,
  type Observations,
  type TrafficMinute,
} from '../../functions/judge/observations.ts';
import { type RolloutState, requiredMeasurement, restoreState, startRollout } from '../../functions/judge/state.ts';
import { addCounts, NO_REQUESTS, type VersionCounts } from '../../functions/judge/version-counts.ts';
import { blueGreen, canary, linear, type Plan, shadow } from '../../functions/plan/plan.ts';
import { versionCounts } from '../rollout/fixtures/arbitraries.ts';
import { counts, pictures, rejecting, settled, stepsOfPlan } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;
const DAY = 1440;
/** A minute of a Tuesday, so that nothing begins at 0. */
const START = 29_000_000;

const PASSED: GoldenResult = { passed: true, pictures: 4 };
/** Someone else sends all traffic to version 2. */
const FOREIGN_MOVE: ForeignMove = { routing: { version: '2' }, expected: { version: '3' }, by: 'Bob' };

/** Ticks one rollout, a minute at a time, and remembers what it decided last. */
class Rollout {
  state: RolloutState;
  last: Decision | undefined;
  readonly actions: Action[] = [];
  private readonly steps;
  private minute: number;

  constructor(plan: Plan, start = START) {
    this.steps = stepsOfPlan(plan);
    this.minute = start;
    this.state = startRollout({ live: '3', candidate: '4' }, start * MINUTE);
  }

  /** One tick, now. */
  tick(observed: Omit<Observations, 'now'> = {}): this {
    this.last = decide(this.steps, this.state, { now: this.minute * MINUTE, ...observed });
    this.state = this.last.state;
    if (this.last.action.kind !== 'none') this.actions.push(this.last.action);
    return this;
  }

  pass(minutes: number): this {
    this.minute += minutes;
    return this;
  }

  /** A minute of traffic that is closed at once. */
  traffic(candidate: VersionCounts, live: VersionCounts, more: Partial<Observations> = {}): this {
    const minutes: TrafficMinute[] = [{ minute: this.minute, candidate, live }];
    this.pass(1);
    const { slowerThanMs } = this.state;
    return this.tick({
      ...more,
      traffic: { ...settled(this.minute, minutes), ...(slowerThanMs !== undefined && { slowerThanMs }) },
    });
  }

  /** Past the golden gate. */
  golden(): this {
    return this.tick({ golden: PASSED, usualTimes: { slowerThanMs: 200 } });
  }

  get words(): string {
    return this.last ? explain(this.last.verdict) : '';
  }

  /** The last verdict's events. */
  get events(): (RolloutEvent & { readonly outcome: Outcome })[] {
    const findings = this.last?.verdict.findings ?? [];
    return findings.flatMap((finding) => {
      if (finding.kind !== 'event') return [];
      const { kind: _, ...event } = finding;
      return [event];
    });
  }

  get required() {
    return requiredMeasurement(this.steps, this.state);
  }
}

const usualTallies = (trials: number, hits: number) => ({
  failures: { trials: 0, hits: 0 },
  rejections: { trials, hits },
});
const control = (kind: Control['kind'], id = kind): Control => ({ id, kind, by: 'Ada' });
const PLAN: Plan = [shadow(), canary({ percent: 10 }), canary({ percent: 50 })];

/** In the 10 % step. */
const inCanary = (plan: Plan = PLAN) => {
  const rollout = new Rollout(plan).golden();
  return rollout.state.step === 1 && plan[0]?.kind === 'shadow'
    ? rollout.tick({ shadow: pictures(250), usualTimes: { slowerThanMs: 200 } })
    : rollout;
};

/** A minute that proves a candidate to be good. */
const good = (rollout: Rollout, minutes = 16) => {
  for (let minute = 0; minute < minutes; minute++)
    rollout.traffic(counts(200, 0, 8), counts(1800, 0, 72), { usualTimes: { slowerThanMs: 200 } });
  return rollout;
};

describe('a good candidate', () => {
  test('goes through every step to the end, one move of traffic each', () => {
    const rollout = new Rollout(PLAN);
    expect(rollout.tick().state).toMatchObject({ step: 0, status: 'running' });
    expect(rollout.events).toEqual([{ event: 'golden-pending', outcome: 'hold' }]);
    rollout.golden();
    expect(rollout.events).toEqual([{ event: 'golden-passed', outcome: 'promote', pictures: 4 }]);
    expect(rollout.actions).toEqual([]);
    rollout.pass(1).tick({ shadow: pictures(100) });
    expect(rollout.state).toMatchObject({ step: 1, status: 'running' });
    rollout.pass(1).tick({ shadow: pictures(250), usualTimes: { slowerThanMs: 200 } });
    expect(rollout.actions).toEqual([{ kind: 'weight', percent: 10, move: 1 }]);
    good(rollout, 15);
    expect(rollout.actions).toEqual([
      { kind: 'weight', percent: 10, move: 1 },
      { kind: 'weight', percent: 50, move: 2 },
    ]);
    good(rollout, 15);
    expect(rollout.actions[2]).toEqual({ kind: 'full', move: 3 });
    expect(rollout.state).toMatchObject({ status: 'done', step: 5, moves: 3, live: '3', candidate: '4' });
    expect(rollout.last?.raiseAlarm).toBe(false);
    expect(rollout.last?.verdict.outcome).toBe('promote');
  });

  test('gets all traffic at once by blue/green, and is judged in a bake', () => {
    const rollout = new Rollout([blueGreen({ bake: '1h' })]).golden();
    expect(rollout.actions).toEqual([{ kind: 'full', move: 1 }]);
    expect(rollout.state).toMatchObject({ step: 2, status: 'running', slowerThanMs: 200 });
    for (let minute = 0; minute < 59; minute++) rollout.traffic(counts(50), counts(0));
    expect(rollout.state.status).toBe('running');
    rollout.traffic(counts(50), counts(0));
    expect(rollout.state).toMatchObject({ step: 3, status: 'done', moves: 1 });
    expect(rollout.actions).toHaveLength(1);
  });
});

describe('a bad candidate', () => {
  test('gets no traffic when it fails the golden gate', () => {
    const failure = { kind: 'error', error: 'out of memory' } as const;
    const rollout = new Rollout(PLAN).tick({ golden: { passed: false, failure } });
    expect(rollout.state).toMatchObject({ status: 'rolled back', step: 0 });
    expect(rollout.events).toEqual([{ event: 'golden-failed', outcome: 'roll back', failure }]);
    expect(rollout.actions).toEqual([{ kind: 'back', move: 1 }]);
  });

  test('gets no traffic when the shadow finds it', () => {
    const rollout = new Rollout(PLAN).golden().tick({ shadow: pictures(60, { missed: 2 }) });
    expect(rollout.state.status).toBe('rolled back');
    expect(rollout.actions).toEqual([{ kind: 'back', move: 1 }]);
  });

  test('is rolled back from a canary before its time is over', () => {
    const rollout = inCanary().traffic(counts(10, 8), counts(90));
    expect(rollout.state).toMatchObject({ status: 'rolled back', step: 2 });
    expect(rollout.actions.at(-1)).toEqual({ kind: 'back', move: 2 });
    expect(rollout.words).toMatch(/^8 errors in 10 requests/);
  });

  test('that rejects every request is rolled back, never promoted', () => {
    const rollout = inCanary([canary({ percent: 10 })]);
    rollout.traffic(rejecting(20, 20), rejecting(180, 0));
    expect(rollout.state.status).toBe('rolled back');
    expect(rollout.words).toMatch(/^\d+ rejected in \d+ requests \(100 %\), live 0 in /);
  });

  test('that rejects more than the version before did is switched back from a bake', () => {
    const rollout = new Rollout([blueGreen({ bake: '1h' })]).golden();
    const usual = usualTallies(5000, 50);
    rollout.traffic(rejecting(100, 2), counts(0), { usual });
    expect(rollout.state.usual).toEqual(usual);
    rollout.traffic(rejecting(100, 100), counts(0), { usual: usualTallies(100, 100) });
    expect(rollout.state).toMatchObject({ status: 'rolled back', usual });
  });

  test('is switched back from a bake', () => {
    const rollout = new Rollout([blueGreen({ bake: '1h' })]).golden().traffic(counts(100, 40), counts(0));
    expect(rollout.state.status).toBe('rolled back');
    expect(rollout.actions.at(-1)).toEqual({ kind: 'back', move: 2 });
  });
});

describe('which minutes count', () => {
  const seen = (rollout: Rollout) => rollout.state.traffic.candidate.requests;

  test('only whole ones since the step began', () => {
    const steps = stepsOfPlan([canary({ percent: 10 })]);
    const half = startRollout({ live: '3', candidate: '4' }, START * MINUTE + 30_000);
    const { state } = decide(steps, half, { now: START * MINUTE + 30_000, golden: PASSED });
    expect(requiredMeasurement(steps, state)).toMatchObject({ kind: 'traffic', fromMinute: START + 1 });
    const minutes = [START, START + 1].map((minute) => ({ minute, candidate: counts(7), live: counts(60) }));
    const next = decide(steps, state, { now: (START + 4) * MINUTE, traffic: settled(START + 2, minutes) });
    expect(next.state.traffic.candidate.requests).toBe(7);
  });

  test('only closed ones, each once, in any order and however often they are observed', () => {
    const rollout = inCanary([canary({ percent: 10 })]);
    const minutes = [2, 0, 1].map((at) => ({ minute: START + at, candidate: counts(10 ** at), live: counts(9) }));
    rollout.pass(3).tick({ traffic: settled(START + 2, minutes) });
    expect(seen(rollout)).toBe(11);
    expect(rollout.required).toMatchObject({ fromMinute: START + 2 });
    rollout.tick({ traffic: settled(START + 3, minutes) });
    expect(seen(rollout)).toBe(111);
    rollout.tick({ traffic: settled(START + 3, minutes) });
    rollout.tick({ traffic: settled(START + 1, minutes) });
    rollout.tick();
    expect(seen(rollout)).toBe(111);
    expect(rollout.required).toMatchObject({ fromMinute: START + 3 });
  });

  /** A tick that reads these minutes, of which those from `START` + 10 on are not settled, + 12 on not complete. */
  const read = (rollout: Rollout, candidates: readonly VersionCounts[]) => {
    const minutes = candidates.map((candidate, at) => ({ minute: START + at, candidate, live: counts(900) }));
    const limits = { settledBefore: START + 10, completeBefore: START + 12, closedBefore: START + 15 };
    return rollout.tick({ traffic: { ...limits, minutes, slowerThanMs: 200 } });
  };

  test('a minute is read again until it is settled, and its last counts are kept', () => {
    const rollout = inCanary([canary({ percent: 10 })]).pass(17);
    read(rollout, Array(16).fill(counts(1)));
    expect(seen(rollout)).toBe(10);
    expect(rollout.state).toMatchObject({ settledBefore: START + 10, closedRequests: 15 * 901 });
    expect(rollout.required).toMatchObject({ fromMinute: START + 10 });
    read(rollout, Array(16).fill(counts(2)));
    expect(seen(rollout)).toBe(10);
    expect(rollout.state.closedRequests).toBe(15 * 900 + 10 + 5 * 2);
  });

  test('failures in a closed minute roll back at once', () => {
    const rollout = inCanary([canary({ percent: 10 })]).pass(17);
    read(rollout, [...Array(14).fill(counts(100)), counts(100, 60)]);
    expect(rollout.state).toMatchObject({ status: 'rolled back', traffic: { candidate: counts(1000) } });
  });

  test('only complete minutes promote', () => {
    const gates = { errorRate: { margin: 0.02 }, latency: false } as const;
    const rollout = inCanary([canary({ percent: 10, gates })]).pass(17);
    const none = Array(12).fill(counts(0));
    read(rollout, [...none, ...Array(3).fill(counts(1000))]);
    expect(rollout.state.status).toBe('running');
    expect(rollout.words).toMatch(/; 0 of at least 100 requests$/);
    read(rollout, [...none.slice(1), ...Array(3).fill(counts(1000))]);
    expect(rollout.state.status).toBe('done');
  });

  test('none where CloudWatch could not return all metrics: the rollout holds', () => {
    const rollout = good(inCanary([canary({ percent: 10 })]).tick({ control: control('hold') }));
    const before = rollout.state;
    rollout.pass(1).tick({ traffic: 'incomplete', control: control('resume') });
    expect(rollout.events).toEqual([{ event: 'metrics-incomplete', outcome: 'hold' }]);
    expect(rollout.words).toBe('CloudWatch could not return all metrics of this step');
    expect(rollout.state).toMatchObject({ status: 'running', step: before.step, traffic: before.traffic });
    expect(rollout.pass(2 * DAY).tick({ traffic: 'incomplete' }).state.status).toBe('alarmed');
    rollout.tick({ traffic: 'incomplete', control: control('rollback') });
    expect(rollout.state.status).toBe('rolled back');
  });

  test('all of the step again, where an earlier version began the rollout', () => {
    const { settledBefore: _, ...rest } = good(inCanary(), 4).state;
    const earlier = { ...rest, judgedBefore: START + 4 } as unknown as RolloutState;
    expect(restoreState(earlier)).toMatchObject({
      since: earlier.since,
      waitingSince: earlier.waitingSince,
      settledBefore: START,
      traffic: { live: NO_REQUESTS, candidate: NO_REQUESTS },
      slowerThanMs: 200,
    });
    const { state } = inCanary();
    expect(restoreState(state)).toBe(state);
  });

  test('none of the step before', () => {
    const rollout = good(inCanary(), 15);
    expect(rollout.state).toMatchObject({ step: 3, traffic: { live: NO_REQUESTS, candidate: NO_REQUESTS } });
    expect(rollout.state.since).toBe((START + 15) * MINUTE);
  });

  test('contradictory counts are refused', () => {
    expect(() => inCanary().traffic(counts(1, 2), counts(9))).toThrow(ObservationError);
  });
});

describe('the bound of slow requests', () => {
  test('is fixed when a phase begins', () => {
    const rollout = inCanary();
    expect(rollout.required).toMatchObject({ slowerThanMs: 200 });
    rollout.traffic(counts(20, 0, 1), counts(180, 0, 8), { usualTimes: { slowerThanMs: 1000 } });
    expect(rollout.required).toMatchObject({ slowerThanMs: 200 });
    expect(rollout.state.traffic.candidate).toMatchObject({ timed: 20, slow: 1 });
  });

  test('is fixed again in the next phase, and kept in the next step of the same phase', () => {
    const steps = good(new Rollout([linear({ stepPercent: 40 }), canary({ percent: 90 })]).golden(), 14);
    steps.traffic(counts(200), counts(1800), { usualTimes: { slowerThanMs: 600 } });
    expect(steps.actions.at(-1)).toMatchObject({ percent: 80 });
    expect(steps.state.slowerThanMs).toBe(200);
    good(steps, 14).traffic(counts(200), counts(1800), { usualTimes: { slowerThanMs: 600 } });
    expect(steps.actions.at(-1)).toMatchObject({ percent: 90 });
    expect(steps.state.slowerThanMs).toBe(600);
  });

  test('needs the usual times of live; durations do not count until then', () => {
    const rollout = new Rollout([canary({ percent: 10 })]).tick({ golden: PASSED });
    expect(rollout.required).not.toHaveProperty('slowerThanMs');
    rollout.traffic(counts(100), counts(900));
    expect(rollout.state.traffic.candidate).toEqual({ requests: 100, rejections: 0, failures: 0, timed: 0, slow: 0 });
    rollout.traffic(counts(100), counts(900), { usualTimes: { slowerThanMs: 140 } });
    expect(rollout.state.slowerThanMs).toBe(140);
    rollout.traffic(counts(100), counts(900));
    expect(rollout.state.traffic).toMatchObject({ candidate: { requests: 300, timed: 100 }, live: { timed: 900 } });
  });

  test('does not apply to requests counted with another bound', () => {
    const rollout = inCanary([canary({ percent: 10 })]).pass(1);
    const minutes = [{ minute: START, candidate: counts(20, 0, 20), live: counts(180) }];
    rollout.tick({ traffic: { ...settled(START + 1, minutes), slowerThanMs: 20 } });
    expect(rollout.state.traffic.candidate).toEqual({ requests: 20, rejections: 0, failures: 0, timed: 0, slow: 0 });
    expect(rollout.state.status).toBe('running');
  });

  test('can be a limit in milliseconds, known immediately', () => {
    const gates = { latency: { limitMs: 350 }, coldStart: false } as const;
    const rollout = new Rollout([canary({ percent: 10, gates })]).tick({
      golden: PASSED,
    });
    expect(rollout.required).toMatchObject({ slowerThanMs: 350, firstSlowerThanMs: 350, usualTimes: false });
  });

  test('is not fixed in a shadow: each picture has its own baseline', () => {
    const rollout = new Rollout(PLAN).golden();
    expect(rollout.required).toMatchObject({ kind: 'shadow', slow: { factor: 2 } });
    rollout.pass(1).tick({ usualTimes: { slowerThanMs: 200 } });
    expect(rollout.state).not.toHaveProperty('slowerThanMs');
  });

  test('is absent where the gate is off', () => {
    const rollout = new Rollout([canary({ percent: 10, gates: { latency: false, coldStart: false } })]).golden();
    expect(rollout.required).toEqual({
      kind: 'traffic',
      fromMinute: START,
      usualTimes: false,
      usual: true,
      since: expect.any(Number),
    });
  });
});

describe('holding', () => {
  test('without data continues until maxHold; then an operator has to decide', () => {
    const rollout = inCanary();
    rollout.pass(2 * DAY - 1).tick();
    expect(rollout.last).toMatchObject({ state: { status: 'running' }, raiseAlarm: false, action: { kind: 'none' } });
    rollout.pass(1).tick();
    expect(rollout.last).toMatchObject({
      state: { status: 'alarmed', step: 2 },
      raiseAlarm: true,
      action: { kind: 'none' },
    });
    rollout.pass(1).tick();
    expect(rollout.last?.raiseAlarm).toBe(true);
    expect(rollout.events).toEqual([{ event: 'overdue', outcome: 'hold' }]);
    expect(rollout.words).toMatch(/; no requests to judge errors by yet/);
  });

  test('of a shadow without a picture raises no alarm before maxHold', () => {
    const rollout = new Rollout(PLAN).golden().pass(1).tick();
    expect(rollout.last).toMatchObject({ state: { status: 'running', step: 1 }, raiseAlarm: false });
    expect(rollout.pass(2 * DAY).tick().last?.raiseAlarm).toBe(true);
  });

  test('of the golden gate raises an alarm after half an hour', () => {
    const rollout = new Rollout(PLAN).pass(29).tick();
    expect(rollout.state.status).toBe('running');
    expect(rollout.pass(1).tick().state.status).toBe('alarmed');
  });

  test('of a shadow without pictures left raises an alarm immediately', () => {
    const spent = pictures(2000, { ms: 250 });
    const plan = [shadow({ gates: { latency: { tolerance: 0.998, margin: 0.999 } } }), canary({ percent: 10 })];
    const rollout = new Rollout(plan).golden().tick({ shadow: { ...spent, pictures: 1999 } });
    expect(rollout.state.status).toBe('running');
    expect(rollout.tick({ shadow: spent }).state.status).toBe('alarmed');
  });

  test('alarmed, good evidence promotes: proof that comes late is proof', () => {
    const rollout = inCanary()
      .pass(2 * DAY)
      .tick();
    expect(rollout.state.status).toBe('alarmed');
    good(rollout, 5);
    expect(rollout.state).toMatchObject({ status: 'running', step: 3 });
    expect(rollout.last?.raiseAlarm).toBe(false);
    expect(rollout.actions.at(-1)).toMatchObject({ kind: 'weight', percent: 50 });
  });

  test('by an operator, good evidence does not promote until resume', () => {
    const rollout = inCanary().tick({ control: control('hold') });
    good(rollout);
    expect(rollout.state).toMatchObject({ status: 'held', step: 2 });
    expect(rollout.last?.verdict.outcome).toBe('hold');
    rollout.tick({ control: control('resume') });
    expect(rollout.state).toMatchObject({ status: 'running', step: 3 });
  });

  test('resumed without new data, waits maxHold again', () => {
    const rollout = inCanary()
      .pass(2 * DAY)
      .tick()
      .tick({ control: control('resume') });
    expect(rollout.last).toMatchObject({ state: { status: 'running' }, raiseAlarm: false });
    expect(rollout.pass(2 * DAY - 1).tick().state.status).toBe('running');
    expect(rollout.pass(1).tick().state.status).toBe('alarmed');
  });

  test('alarmed, a proven fault still rolls back', () => {
    const rollout = inCanary()
      .pass(2 * DAY)
      .tick()
      .traffic(counts(10, 9), counts(90));
    expect(rollout.state.status).toBe('rolled back');
  });
});

test('a shadow of a live version that answers nothing says so, and an operator can go on', () => {
  const unanswered = { requests: 160, rejections: 160, failures: 0 };
  const rollout = new Rollout(PLAN).golden().tick({ unanswered });
  expect(rollout.state).toMatchObject({ step: 1, status: 'running' });
  expect(rollout.events).toEqual([{ event: 'live-unanswered', outcome: 'hold', ...unanswered }]);
  rollout.tick({ unanswered, control: { id: 'a', kind: 'promote', by: 'Ada' } });
  expect(rollout.state.step).toBe(2);
});

describe('an operator', () => {
  test('holds: nothing goes on, no alarm is raised, and the verdict names the operator', () => {
    const rollout = good(inCanary().tick({ control: control('hold') }));
    expect(rollout.state).toMatchObject({ status: 'held', heldBy: 'Ada', step: 2 });
    expect(rollout.events).toEqual([{ event: 'held', outcome: 'hold', by: 'Ada' }]);
    expect(rollout.pass(5 * DAY).tick().last).toMatchObject({ raiseAlarm: false, state: { status: 'held' } });
  });

  test('holds a bad candidate: it is still rolled back', () => {
    const rollout = inCanary()
      .tick({ control: control('hold') })
      .traffic(counts(10, 9), counts(90));
    expect(rollout.state.status).toBe('rolled back');
  });

  test('resumes', () => {
    const rollout = good(inCanary().tick({ control: control('hold') })).tick({ control: control('resume') });
    expect(rollout.state).toMatchObject({ status: 'running', step: 3 });
    expect(rollout.state).not.toHaveProperty('heldBy');
  });

  test('promotes to the next step, whatever the gates say', () => {
    const rollout = new Rollout(PLAN).golden().tick({ control: control('promote') });
    expect(rollout.events).toEqual([{ event: 'promoted', outcome: 'promote', order: 'promote', by: 'Ada' }]);
    expect(rollout.state).toMatchObject({ step: 2, status: 'running', control: 'promote' });
    expect(rollout.actions).toEqual([{ kind: 'weight', percent: 10, move: 1 }]);
  });

  test.each(['promote', 'promote-all'] as const)('does not end a hold by %s alone', (kind) => {
    const rollout = inCanary()
      .tick({ control: control('hold') })
      .tick({ control: control(kind) });
    expect(rollout.state).toMatchObject({ step: 2, status: 'held', heldBy: 'Ada', control: kind });
    const refused = { event: 'promote-refused', outcome: 'hold', heldBy: 'Ada', order: kind, by: 'Ada' };
    expect(rollout.events).toEqual([refused]);
  });

  test('promotes a held rollout with resume, which then runs', () => {
    const rollout = inCanary()
      .tick({ control: control('hold') })
      .tick({ control: { ...control('promote'), resume: true } });
    expect(rollout.state).toMatchObject({ step: 3, status: 'running' });
    expect(rollout.state).not.toHaveProperty('heldBy');
  });

  test('promotes to all traffic', () => {
    const rollout = new Rollout(PLAN).golden().tick({ control: control('promote-all') });
    expect(rollout.actions).toEqual([{ kind: 'full', move: 1 }]);
    expect(rollout.state).toMatchObject({ step: 5, status: 'done' });
    const order = { order: 'promote-all', by: 'Ada' };
    expect(rollout.events).toEqual([{ event: 'promoted-to-all', outcome: 'promote', ...order }]);
  });

  test.each(['promote', 'promote-all'] as const)('ends a bake by %s', (kind) => {
    const rollout = new Rollout([blueGreen({ bake: '1h' })]).golden().tick({ control: control(kind) });
    expect(rollout.state).toMatchObject({ step: 3, status: 'done' });
    expect(rollout.actions).toEqual([{ kind: 'full', move: 1 }]);
  });

  test.each(['promote', 'promote-all'] as const)('cannot %s past the golden gate', (kind) => {
    const rollout = new Rollout(PLAN).tick({ control: control(kind) });
    expect(rollout.state).toMatchObject({ step: 0, status: 'running', control: kind });
    expect(rollout.events).toEqual([{ event: 'promote-refused', outcome: 'hold', order: kind, by: 'Ada' }]);
    expect(rollout.actions).toEqual([]);
  });

  test('rolls back, from anywhere', () => {
    const rollout = inCanary().tick({ control: control('rollback') });
    expect(rollout.state).toMatchObject({ status: 'rolled back', control: 'rollback' });
    expect(rollout.events).toEqual([{ event: 'rollback-ordered', outcome: 'roll back', order: 'rollback', by: 'Ada' }]);
    expect(rollout.actions.at(-1)).toEqual({ kind: 'back', move: 2 });
  });

  test('has each order executed once, by its id', () => {
    const rollout = inCanary()
      .tick({ control: control('promote', 'rollback') })
      .tick({ control: control('promote', 'rollback') });
    expect(rollout.state.step).toBe(3);
    rollout.tick({ control: control('hold', 'promote') }).tick({ control: control('resume') });
    expect(rollout.state.status).toBe('running');
  });

  test('cannot hold in the tick that proves a fault', () => {
    const rollout = inCanary().traffic(counts(10, 9), counts(90), { control: control('hold') });
    expect(rollout.state.status).toBe('rolled back');
  });
});

describe('the end', () => {
  test('comes by a newer version: the candidate gets no traffic any more', () => {
    const rollout = inCanary().tick({ newerVersion: '5' });
    expect(rollout.state.status).toBe('superseded');
    expect(rollout.events).toEqual([{ event: 'superseded', outcome: 'roll back', version: '5' }]);
    expect(rollout.last).toMatchObject({ action: { kind: 'back', move: 2 }, raiseAlarm: false });
  });

  test('comes by an alias that someone else moved, newer version or not: it stays as it is, with an alarm', () => {
    const rollout = inCanary().tick({ foreignMove: FOREIGN_MOVE, newerVersion: '5' });
    expect(rollout.state.status).toBe('stopped');
    expect(rollout.events).toEqual([{ event: 'alias-moved', outcome: 'hold', ...FOREIGN_MOVE }]);
    expect(rollout.last).toMatchObject({ action: { kind: 'none' }, raiseAlarm: true });
  });

  test.each<[RolloutState['status'], (rollout: Rollout) => Rollout]>([
    ['done', (rollout) => rollout.tick({ control: control('promote-all') })],
    ['rolled back', (rollout) => rollout.tick({ control: control('rollback') })],
    ['superseded', (rollout) => rollout.tick({ newerVersion: '5' })],
    ['stopped', (rollout) => rollout.tick({ foreignMove: FOREIGN_MOVE })],
  ])('%s is the end: nothing is decided any more', (status, toTheEnd) => {
    const rollout = toTheEnd(inCanary());
    const ended = rollout.state;
    expect(ended.status).toBe(status);
    rollout.tick({ control: control('promote-all', 'resume'), newerVersion: '6', foreignMove: FOREIGN_MOVE });
    expect(rollout.state).toEqual(ended);
    expect(rollout.last).toMatchObject({ action: { kind: 'none' }, raiseAlarm: false, verdict: { outcome: 'hold' } });
    expect(rollout.events).toEqual([{ event: 'over', outcome: 'hold', status }]);
    expect(rollout.required).toEqual({ kind: 'nothing' });
  });
});

describe('the required measurement', () => {
  test('follows the step', () => {
    const rollout = new Rollout([shadow({ baseline: 'human', pictures: 30, sample: 0.25 }), canary({ percent: 10 })]);
    expect(rollout.required).toEqual({ kind: 'golden' });
    rollout.golden();
    expect(rollout.required).toEqual({
      kind: 'shadow',
      baseline: 'human',
      sample: 0.25,
      maxPictures: 300,
      usualTimes: true,
      usual: true,
      since: START * MINUTE,
    });
    expect(new Rollout(PLAN).golden().required).toMatchObject({
      kind: 'shadow',
      baseline: 'live',
      slow: { factor: 2 },
    });
    rollout.tick({ control: control('promote') });
    const since = START * MINUTE;
    expect(rollout.required).toEqual({ kind: 'traffic', fromMinute: START, usualTimes: true, usual: true, since });
    const bake = new Rollout([blueGreen({ bake: '1h' })]).golden();
    const inBake = { kind: 'traffic', fromMinute: START, usualTimes: true, slowerThanMs: 200, since };
    expect(bake.required).toEqual({ ...inBake, usual: true });
    bake.tick({ usual: usualTallies(90, 9) });
    expect(bake.required).toEqual({ ...inBake, usual: false });
  });

  test('is nothing where there is no such step', () => {
    expect(requiredMeasurement([], startRollout({ live: '1', candidate: '2' }, 0))).toEqual({ kind: 'nothing' });
    const decision = decide([], startRollout({ live: '1', candidate: '2' }, 0), { now: 0 });
    expect(decision).toMatchObject({
      state: { status: 'running' },
      action: { kind: 'none' },
      verdict: { outcome: 'hold', findings: [] },
      raiseAlarm: false,
    });
  });
});

describe('any rollout', () => {
  const minutes = fc.array(fc.tuple(versionCounts, versionCounts), { maxLength: 25 });
  const observed = (candidate: VersionCounts, live: VersionCounts, at: number) => ({
    candidate: Array.from({ length: 20 }, () => candidate).reduce(addCounts, NO_REQUESTS),
    live: Array.from({ length: 180 }, () => live).reduce(addCounts, NO_REQUESTS),
    minute: at,
  });

  /** Every decision of a rollout with a tick a minute. */
  function decisions(traffic: readonly (readonly [VersionCounts, VersionCounts])[], start: number): Decision[] {
    const rollout = new Rollout(PLAN, start)
      .golden()
      .tick({ shadow: pictures(250), usualTimes: { slowerThanMs: 200 } });
    return traffic.map(([candidate, live]) => {
      const { candidate: c, live: l } = observed(candidate, live, 0);
      return rollout.traffic(c, l, { usualTimes: { slowerThanMs: 200 } }).last as Decision;
    });
  }

  test('decides the same at any time of any year', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 50_000_000 }), (traffic, start) => {
        const told = (all: readonly Decision[]) =>
          all.map(({ action, verdict, state }) => ({ action, words: explain(verdict), status: state.status }));
        expect(told(decisions(traffic, start))).toEqual(told(decisions(traffic, START)));
      }),
      { numRuns: 30 },
    );
  });

  test('decides the same when a tick is repeated, and after a round trip through JSON', () => {
    fc.assert(
      fc.property(minutes, (traffic) => {
        const steps = stepsOfPlan(PLAN);
        let state = decisions([], START)[0]?.state ?? new Rollout(PLAN).golden().state;
        for (const [index, [candidate, live]] of traffic.entries()) {
          const now = { now: (START + index + 1) * MINUTE, shadow: pictures(30), usualTimes: { slowerThanMs: 200 } };
          const seen = {
            ...now,
            traffic: settled(START + index + 1, [observed(candidate, live, START + index)]),
          };
          const decision = decide(steps, state, seen);
          expect(decide(steps, JSON.parse(JSON.stringify(state)), seen)).toEqual(decision);
          expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
          state = decision.state;
        }
      }),
      { numRuns: 30 },
    );
  });

  test('only gives more traffic, or takes all of it back and ends', () => {
    fc.assert(
      fc.property(minutes, (traffic) => {
        const all = decisions(traffic, START);
        let weight = 10;
        for (const { action, state } of all) {
          if (action.kind === 'weight') {
            expect(action.percent).toBeGreaterThan(weight);
            weight = action.percent;
          }
          if (action.kind === 'back') expect(state.status).toBe('rolled back');
          if (action.kind === 'full') expect(state.status).toBe('done');
        }
        expect(all.filter(({ action }) => action.kind === 'back' || action.kind === 'full').length).toBeLessThan(2);
      }),
    );
  });
});

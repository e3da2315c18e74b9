import fc from 'fast-check';
import { NO_LABELS } from '../../functions/judge/labels.ts';
import type { Unit } from '../../functions/judge/needs.ts';
import type { Observations } from '../../functions/judge/observations.ts';
import { countAfter, minutesUntil, type Rates, ratesOf } from '../../functions/judge/rates.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import { blueGreen, canary, DEFAULT_PLAN, shadow } from '../../functions/plan/plan.ts';
import { pictures, stepOf } from '../rollout/fixtures/steps.ts';

const MINUTE = 60_000;

describe('what comes in a time', () => {
  const all: Rates = { requests: 4, lateMinutes: 5, pictures: 60, queued: 300, recorded: 2, decisions: 0.5 };

  test.each<[Unit, Partial<Rates>, number, number]>([
    ['minutes', {}, 7, 7],
    ['requests', {}, 7, 8],
    ['decisions', {}, 7, 3.5],
    ['pictures', {}, 4, 240],
    ['pictures', {}, 5, 300],
    ['pictures', {}, 15, 320],
    ['photos', { recorded: 0 }, 4, 240],
    ['photos', { recorded: 0 }, 5, 300],
    ['pictures', { recorded: 100 }, 15, 900],
    ['pictures', { queued: 0 }, 15, 30],
  ])('%s with %j: %d minutes, %d of them', (unit, rates, minutes, count) => {
    expect(countAfter(unit, minutes, { ...all, ...rates })).toBe(count);
    expect(minutesUntil(unit, count, { ...all, ...rates })).toBeCloseTo(minutes, 9);
  });

  test('what is there already takes no time, what never comes has none', () => {
    for (const unit of ['minutes', 'requests', 'decisions', 'pictures', 'photos'] as const) {
      expect(minutesUntil(unit, 0, all)).toBe(0);
      expect(minutesUntil(unit, -1, all)).toBe(0);
      expect(minutesUntil(unit, Number.POSITIVE_INFINITY, all)).toBeUndefined();
    }
    const none = { lateMinutes: 5 };
    for (const unit of ['requests', 'decisions', 'pictures'] as const) {
      expect(minutesUntil(unit, 1, none)).toBeUndefined();
      expect(countAfter(unit, 90, none)).toBe(0);
    }
    expect(countAfter('requests', 5, all)).toBe(0);
    expect(minutesUntil('pictures', 301, { ...all, recorded: 0 })).toBeUndefined();
    expect(countAfter('photos', 90, { ...all, recorded: 0 })).toBe(300);
  });

  test('before the first replay, new pictures take as long as their recording', () => {
    expect(minutesUntil('pictures', 8, { lateMinutes: 0, queued: 0, recorded: 2 })).toBe(4);
  });

  test('the time until so many, then so many', () => {
    const rates = fc.record({
      requests: fc.integer({ min: 1, max: 100 }),
      lateMinutes: fc.nat(9),
      pictures: fc.integer({ min: 1, max: 100 }),
      queued: fc.nat(500),
      recorded: fc.integer({ min: 1, max: 100 }),
      decisions: fc.integer({ min: 1, max: 9 }),
    });
    const unit = fc.constantFrom<Unit>('minutes', 'requests', 'pictures', 'photos', 'decisions');
    fc.assert(
      fc.property(unit, rates, fc.integer({ min: 1, max: 5000 }), (of, each, count) => {
        expect(countAfter(of, minutesUntil(of, count, each) ?? 0, each)).toBeCloseTo(count, 6);
      }),
    );
  });
});

describe('the rates at a tick', () => {
  const since = 600 * MINUTE;
  const state = (more: Partial<RolloutState> = {}) => ({
    ...startRollout({ live: '1', candidate: '2' }, since),
    ...more,
  });
  const usual = { failures: { trials: 0, hits: 0 }, rejections: { trials: 14_400, hits: 0 } };
  const closedAfter = (minutes: number): Observations => ({
    now: since + (minutes + 2) * MINUTE,
    traffic: { settledBefore: 600, completeBefore: 597 + minutes, closedBefore: 600 + minutes, minutes: [] },
  });
  const weight = stepOf([canary({ percent: 10 })], 'weight');

  test('of live traffic without metrics are not known', () => {
    const now = since + 9 * MINUTE;
    expect(ratesOf(weight, state({ usual }), { now })).toStrictEqual({ lateMinutes: 0 });
    expect(ratesOf(weight, state({ usual }), { now, traffic: 'incomplete' })).toStrictEqual({ lateMinutes: 0 });
  });

  test("of live traffic are the step's own, for the candidate's share", () => {
    const own = state({ closedRequests: 300 });
    expect(ratesOf(weight, own, closedAfter(10))).toStrictEqual({ lateMinutes: 3, requests: 3 });
    const bake = stepOf([blueGreen({ bake: '15m' })], 'bake');
    expect(ratesOf(bake, own, closedAfter(10))).toStrictEqual({ lateMinutes: 3, requests: 30 });
    expect(ratesOf(weight, state(), closedAfter(0))).toStrictEqual({ lateMinutes: 3 });
  });

  test('of a young step are those of the day before, which count as half an hour', () => {
    expect(ratesOf(weight, state({ usual }), closedAfter(0)).requests).toBeCloseTo(1);
    expect(ratesOf(weight, state({ usual, closedRequests: 900 }), closedAfter(30)).requests).toBeCloseTo(2);
  });

  const shadowStep = stepOf(DEFAULT_PLAN, 'shadow');

  test('of a shadow need a picture and a minute', () => {
    expect(ratesOf(shadowStep, state(), { now: since, shadow: pictures(9) })).toStrictEqual({ lateMinutes: 0 });
    expect(ratesOf(shadowStep, state(), { now: since + MINUTE })).toStrictEqual({ lateMinutes: 0 });
  });

  test('of a shadow count repeated pictures, too, with what is recorded', () => {
    const now = since + 10 * MINUTE;
    const tally = { ...pictures(40), repeats: 20 };
    expect(ratesOf(shadowStep, state(), { now, shadow: tally, supply: { queued: 7 } })).toStrictEqual({
      lateMinutes: 0,
      pictures: 6,
      queued: 7,
    });
    const supply = { queued: 7, recordedPerMinute: 2 };
    const all = stepOf([shadow({ repeats: 'count' }), canary({ percent: 10 })], 'shadow');
    expect(ratesOf(all, state(), { now, shadow: tally, supply })).toStrictEqual({
      lateMinutes: 0,
      pictures: 4,
      queued: 7,
      recorded: 2,
    });
  });

  test('of people are their decisions', () => {
    const truth = { sample: [[0.5, 4]] as const, unclear: 0, open: 3 };
    const observed = { now: since + 8 * MINUTE, truth };
    expect(ratesOf(shadowStep, state(), observed)).toStrictEqual({ lateMinutes: 0, decisions: 0.5 });
  });

  test('of a labelled set are its photos, and nothing is recorded', () => {
    const labels = { ...NO_LABELS, photos: 100, done: 40 };
    const observed = { now: since + 10 * MINUTE, labels, supply: { queued: 9, recordedPerMinute: 9 } };
    expect(ratesOf(shadowStep, state(), observed)).toStrictEqual({
      lateMinutes: 0,
      pictures: 4,
      queued: 60,
      recorded: 0,
    });
  });
});

import { Random } from '../../bench/simulation/random.ts';
import type { Feature } from '../../functions/drift/bets.ts';
import { binsOf, type PictureFacts } from '../../functions/drift/features.ts';
import type { Drift } from '../../functions/drift/monitor.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { SketchBuilder } from '../../functions/drift/sketch.ts';
import { changesThatStay, Watch, watch } from '../../functions/drift/watch.ts';
import { MONDAY, object, picture } from './facts.ts';

const WEEK = 168;

/** Three hours a day with 20 scenes each, by what their brightness is on average. */
function hoursOf(count: number, brightnessAt: (hour: number) => number, from = 0): HourSketch[] {
  const random = new Random(1, from);
  const hours = Array.from({ length: count }, (_, index) => from + index).filter((hour) => hour % 8 === 0);
  return hours.map((hour) => {
    const builder = new SketchBuilder();
    for (let scene = 0; scene < 20; scene++) builder.add(binsOf(sceneOf(brightnessAt(hour), random)), 1);
    return { hour: MONDAY + hour, sketch: builder.sketch() };
  });
}

function sceneOf(mean: number, random: Random): PictureFacts {
  const brightness = mean + 25 * random.normal();
  const measures = { brightness, contrast: 0.5, saturation: 0.3, sharpness: 0.5, tilt: 0, quality: 90 };
  return picture({ measures, detections: [object('car')] });
}

const usual = () => 120;
const reference = hoursOf(WEEK, usual);

test('is the same hour by hour as at once', () => {
  const hours = hoursOf(72, (hour) => (hour < WEEK + 24 ? 120 : 30), WEEK);
  const watching = new Watch(reference);
  const drifts = hours.flatMap((hour) => watching.next(hour) ?? []);
  expect(watch(reference, hours)).toEqual({ drifts, evidence: watching.evidence });
  expect(drifts[0]).toMatchObject({ since: MONDAY + WEEK + 24, changes: [{ feature: 'brightness' }] });
  expect(changesThatStay(drifts)).toHaveLength(1);
});

describe('with one picture an hour', () => {
  const from = (start: number, count: number, mean: number): HourSketch[] => {
    const random = new Random(5, start);
    return Array.from({ length: count }, (_, index) => {
      const builder = new SketchBuilder();
      builder.add(binsOf(sceneOf(mean, random)), 1);
      return { hour: MONDAY + start + index, sketch: builder.sketch() };
    });
  };

  test('a lamp that fails after the first week is found within 60 pictures', () => {
    const [found] = watch(from(0, WEEK, 120), from(WEEK, 60, 20)).drifts;
    expect(found?.changes[0]).toMatchObject({ feature: 'brightness' });
  });

  test('four quiet weeks are quiet', () => {
    expect(watch(from(0, WEEK, 120), from(WEEK, 4 * WEEK, 120)).drifts).toEqual([]);
  });
});

describe('the reference', () => {
  /** Scenes of the reference after these hours, in weeks. */
  const weeksAfter = (period: readonly HourSketch[], hours: readonly HourSketch[]) => {
    const watching = new Watch(period);
    for (const hour of hours) watching.next(hour);
    return watching.reference.scenes / (WEEK / 8) / 20;
  };

  test.each([
    [2, 1],
    [3, 1],
    [4, 2],
    [8, 4],
  ])('learns from a week after two more quiet ones, up to four: after %i weeks it has %i', (later, weeks) => {
    expect(weeksAfter(reference, hoursOf(later * WEEK, usual, WEEK))).toBe(weeks);
  });

  test('of four weeks does not learn', () => {
    expect(weeksAfter(hoursOf(4 * WEEK, usual), hoursOf(4 * WEEK, usual, 4 * WEEK))).toBe(4);
  });

  test('does not learn from a change, and from no week before it that has not waited', () => {
    expect(
      weeksAfter(
        reference,
        hoursOf(5 * WEEK, (hour) => (hour < 2 * WEEK ? 120 : 40), WEEK),
      ),
    ).toBe(1);
  });

  test('keeps its bets, so that the evidence goes on', () => {
    const watching = new Watch(reference);
    const { bets } = watching.reference;
    for (const hour of hoursOf(4 * WEEK, usual, WEEK)) watching.next(hour);
    expect(watching.reference.bets).toBe(bets);
    expect(watching.evidence).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });
});

test('an alarm repeats the one before within a week, if it leads with the same change', () => {
  const alarm = (day: number, feature: Feature, now: number): Drift => {
    const change = { feature, of: feature, before: 1, now, deviations: now - 1, scenes: 9, size: 1, evidence: 20 };
    return { since: 24 * day, until: 24 * day, evidence: 20, changes: [change] };
  };
  const first = alarm(0, 'brightness', 0.5);
  const later = alarm(13, 'brightness', 0.5);
  const brighter = alarm(14, 'brightness', 2);
  const sharper = alarm(15, 'sharpness', 2);
  const drifts = [first, alarm(1, 'brightness', 0.4), alarm(5, 'brightness', 0.5), later, brighter, sharper];
  expect(changesThatStay(drifts)).toEqual([first, later, brighter, sharper]);
});

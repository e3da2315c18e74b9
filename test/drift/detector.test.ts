import { Random } from '../../bench/simulation/random.ts';
import { betsFor, FEATURES, OTHERS } from '../../functions/drift/bets.ts';
import { changesOf, largestChanges } from '../../functions/drift/changes.ts';
import { ALARM_AT, Detector } from '../../functions/drift/detector.ts';
import { explainDrift } from '../../functions/drift/explain-drift.ts';
import type { PictureFacts } from '../../functions/drift/features.ts';
import { binsOf } from '../../functions/drift/features.ts';
import { driftOf, isDrift } from '../../functions/drift/monitor.ts';
import { type HourSketch, referenceOf } from '../../functions/drift/reference.ts';
import { EMPTY, SketchBuilder } from '../../functions/drift/sketch.ts';
import { MONDAY, object, picture } from './facts.ts';

const random = new Random(3);

/** A street: brighter by day, more objects on weekdays. */
function street(hour: number, changes: Partial<PictureFacts> = {}): PictureFacts {
  const sun = 0.5 + 0.5 * Math.cos(((hour % 24) - 13) * (Math.PI / 12));
  const measures = {
    brightness: 40 + 120 * sun + 15 * random.normal(),
    contrast: 0.5 + 0.08 * random.normal(),
    saturation: 0.3 + 0.05 * random.normal(),
    sharpness: 0.5 + 0.06 * random.normal(),
    tilt: 2 * random.normal(),
    quality: 90,
  };
  const detections = Array.from({ length: random.poisson(4) }, () => {
    const confidence = 0.5 + 0.4 * random.uniform();
    return object(random.chance(0.7) ? 'car' : 'person', { confidence, x: random.below(500), y: random.below(400) });
  });
  return picture({ measures, detections, ...changes });
}

function hourOf(hour: number, scenes: readonly Partial<PictureFacts>[]): HourSketch {
  const builder = new SketchBuilder();
  for (const changes of scenes) builder.add(binsOf(street(hour, changes)), 1);
  return { hour, sketch: builder.sketch() };
}

const hourOfScenes = (hour: number, scenes: number, changes: Partial<PictureFacts> = {}) =>
  hourOf(hour, Array(scenes).fill(changes));

const WEEK = 168;
const week = Array.from({ length: WEEK }, (_, hour) => hourOfScenes(MONDAY + hour, 12));
const reference = referenceOf(week);
const detector = new Detector(reference);
const dark = { brightness: 20, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 };

/** The week after the reference, and from its hour 30 on with changes. */
function hoursAfter(hours: number, changes: Partial<PictureFacts>): HourSketch[] {
  return Array.from({ length: 30 + hours }, (_, index) => {
    return hourOfScenes(MONDAY + WEEK + index, 12, index < 30 ? {} : changes);
  });
}

function evidenceAfter(hours: readonly HourSketch[]) {
  return hours.reduce((evidence, hour) => detector.next(evidence, hour), detector.start);
}

describe('the bets', () => {
  test('have all of the capital together, each feature the same part', () => {
    const sums = FEATURES.map((feature) =>
      reference.bets.filter((bet) => bet.feature === feature).reduce((sum, { weight }) => sum + weight, 0),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(1 / FEATURES.length, 12);
  });

  test('are on the frequent labels, and on all others', () => {
    const builder = new SketchBuilder();
    for (let at = 0; at < 300; at++)
      builder.add(binsOf(picture({ detections: at < 2 ? [object('rare')] : [object('car')] })), 1);
    builder.add(binsOf(picture({ detections: [] })), 1);
    const labels = betsFor(builder.sketch()).filter(({ feature }) => feature === 'labels');
    expect([...new Set(labels.map(({ of }) => of))]).toEqual(['car', OTHERS]);
  });
});

describe('the reference', () => {
  test('allows each mean its tolerance or more on either side', () => {
    for (const stakes of reference.stakes) {
      stakes.forEach(({ mean, bound }, index) => {
        const { side } = reference.bets[index] as { side: 'more' | 'less' };
        if (bound !== undefined) expect(side === 'more' ? bound - mean : mean - bound).toBeGreaterThan(0.05 - 1e-9);
      });
    }
  });

  test('allows more where its days differ, and where it has fewer scenes', () => {
    const boundIn = (hours: readonly HourSketch[]) => {
      const { bets, stakes } = referenceOf(hours);
      const index = bets.findIndex(
        ({ of, payoff, side }) => of === 'sharpness' && payoff === 'rank' && side === 'more',
      );
      return stakes[12]?.[index]?.bound as number;
    };
    const few = Array.from({ length: WEEK }, (_, hour) => hourOfScenes(MONDAY + hour, 2));
    const weather = Array.from({ length: WEEK }, (_, hour) => {
      const sharpness = () => 0.482 + 0.006 * Math.floor(hour / 24) + 0.06 * random.normal();
      const scenes = Array.from({ length: 12 }, () => ({ measures: { ...dark, sharpness: sharpness() } }));
      return hourOf(MONDAY + hour, scenes);
    });
    expect(boundIn(week)).toBeCloseTo(0.58, 1);
    expect(boundIn(few)).toBeGreaterThan(boundIn(week) + 0.02);
    expect(boundIn(weather)).toBeGreaterThan(boundIn(week) + 0.1);
  });

  test('allows at least as much more in a tail as in the ranks, where the weather moves both', () => {
    const weather = Array.from({ length: WEEK }, (_, hour) => {
      const day = 0.5 + 0.006 * (Math.floor(hour / 24) - 3);
      const sharpness = () => day + 0.06 * random.normal();
      const scenes = Array.from({ length: 12 }, () => ({ measures: { ...dark, sharpness: sharpness() } }));
      return hourOf(MONDAY + hour, scenes);
    });
    const { bets, stakes } = referenceOf(weather);
    const allowanceOf = (payoff: string) => {
      const at = bets.findIndex((bet) => bet.of === 'sharpness' && bet.payoff === payoff && bet.side === 'more');
      const { mean = 0, bound = 0 } = stakes[12]?.[at] ?? {};
      return bound - mean;
    };
    expect(allowanceOf('rank')).toBeGreaterThan(0.15);
    expect(allowanceOf('low')).toBeGreaterThanOrEqual(allowanceOf('rank') - 1e-9);
    expect(allowanceOf('high')).toBeGreaterThanOrEqual(allowanceOf('rank') - 1e-9);
  });

  test('of an hour with few pictures is that of the hours nearby', () => {
    const some = referenceOf([
      hourOfScenes(MONDAY + 12, 50),
      hourOfScenes(MONDAY + 20, 50),
      hourOfScenes(MONDAY + 5, 200),
    ]);
    expect(some.pooled[12]?.scenes).toBe(250);
    expect(some.pooled[5]?.scenes).toBe(200);
    expect(some.pooled[24 + 20]?.scenes).toBe(300);
  });
});

describe('evidence', () => {
  test('of days and nights as in the reference stays far from an alarm', () => {
    expect(detector.total(evidenceAfter(hoursAfter(200, {})))).toBeLessThan(ALARM_AT - 6);
  });

  test('does not change in an hour without pictures', () => {
    const before = evidenceAfter(hoursAfter(1, {}));
    expect(detector.next(before, { hour: MONDAY, sketch: EMPTY })).toBe(before);
  });

  test('of a change that part of the pictures have is in the tail', () => {
    const hours = Array.from({ length: 96 }, (_, index) => {
      const hour = MONDAY + WEEK + index;
      const builder = new SketchBuilder();
      for (let at = 0; at < 12; at++)
        builder.add(binsOf(street(hour, at % 4 === 0 ? { measures: { ...dark, contrast: 0.1 } } : {})), 1);
      return { hour, sketch: builder.sketch() };
    });
    const evidence = evidenceAfter(hours);
    expect(isDrift(detector, evidence)).toBe(true);
    expect(detector.leadingBets(evidence, 'contrast')[0]).toMatchObject({ payoff: 'low', side: 'more' });
  });

  test('is the sum of that of the features', () => {
    const evidence = evidenceAfter(hoursAfter(3, { measures: dark }));
    const sum = [...detector.byFeature(evidence).values()].reduce((total, each) => total + Math.exp(each), 0);
    expect(Math.log(sum)).toBeCloseTo(detector.total(evidence), 9);
  });
});

describe('a drift', () => {
  const found = (changes: Partial<PictureFacts>, hours = 12) => {
    const all = hoursAfter(hours, changes);
    const evidence = evidenceAfter(all);
    expect(isDrift(detector, evidence)).toBe(true);
    return driftOf(detector, reference, evidence, all);
  };

  test('of the light is found, with its start and size, in words', () => {
    const drift = found({ measures: dark });
    expect(drift.since).toBe(MONDAY + WEEK + 30);
    expect(drift.until).toBe(MONDAY + WEEK + 41);
    expect(drift.changes[0]).toMatchObject({ feature: 'brightness', now: 20 });
    expect(explainDrift(drift)).toMatch(/^darker by 8\d % \(1\d0 → 20\), since Tuesday 2 December 2025, 06:00 UTC/);
  });

  test.each([
    [{ detections: [object('apple')] }, 'labels', /^more of other labels \(0 % → 100 %\)/],
    [{ detections: [] }, 'objects', /^fewer objects by 100 % \(3\.\d → 0\)/],
    [{ image: { width: 1280, height: 960 } }, 'size', /^larger pictures by 300 % \(0\.3 MP → 1\.2 MP\)/],
    [{ measures: { ...dark, brightness: 100, quality: 20 } }, 'quality', /^JPEG quality 22 instead of 90/],
  ] as const)('%j leads with %s', (changes, feature, words) => {
    const drift = found(changes, 24);
    const { changes: all } = drift;
    expect(all.map((change) => change.feature)).toContain(feature);
    expect(explainDrift({ ...drift, changes: all.filter((change) => change.feature === feature) })).toMatch(words);
  });

  test('of the class mix is found within 200 scenes, and named before the number of objects that comes with it', () => {
    const crowd = () => {
      const label = () => (random.chance(0.75) ? 'person' : 'car');
      return { detections: Array.from({ length: 2 + random.poisson(4) }, () => object(label())) };
    };
    const after = Array.from({ length: 16 }, (_, at) => {
      return hourOf(MONDAY + WEEK + 30 + at, Array.from({ length: 12 }, crowd));
    });
    const all = [...hoursAfter(0, {}), ...after];
    const evidence = evidenceAfter(all);
    expect(isDrift(detector, evidence)).toBe(true);
    const drift = driftOf(detector, reference, evidence, all);
    expect(drift.changes[0]).toMatchObject({ feature: 'labels', by: 'main' });
    expect(explainDrift(drift)).toMatch(
      /^(more pictures mainly of label person|fewer pictures mainly of label car) \(\d\d % → \d\d %\), since/,
    );
  });

  test('of the pictures is named before what it does to the answers', () => {
    const drift = found({ measures: dark, detections: [] });
    expect(drift.changes[0]?.feature).toBe('brightness');
    expect(drift.changes.map(({ feature }) => feature)).toContain('objects');
  });

  test('is compared with the pictures of the same time of day', () => {
    const night = [hourOfScenes(MONDAY + WEEK + 1, 100)];
    const { size } = largestChanges(changesOf(reference, night)).find(({ feature }) => feature === 'brightness') ?? {};
    expect(size).toBeLessThan(0.5);
  });
});

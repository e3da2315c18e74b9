import fc from 'fast-check';
import { fileSurroundings } from '../../cli/rollout/report-file.ts';
import type { Detection } from '../../functions/judge/agreement.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { add, NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import type { ComparisonRecord } from '../../functions/records/comparison.ts';
import { classRows } from '../../functions/rollout-report/classes.ts';
import { worstDisagreements } from '../../functions/rollout-report/disagreements.ts';
import { binsOf, quantile } from '../../functions/rollout-report/distribution.ts';
import { reportPage } from '../../functions/rollout-report/page.ts';
import { trendOf } from '../../functions/rollout-report/trend.ts';
import { historyOf } from '../../functions/standing/history.ts';
import { record } from '../standing/readings.ts';

const seen = (label: string, x: number, confidence = 0.9): Detection => ({
  label,
  confidence,
  box: { x, y: 10, width: 20, height: 20 },
});

function compared(
  id: string,
  live: readonly Detection[],
  candidate: readonly Detection[] | 'failed',
): ComparisonRecord {
  const baseline = { kind: 'live', detections: live, ms: 100 } as const;
  const common = {
    id,
    compared_at: '2026-11-22T12:00:00.000Z',
    candidate_version: '4',
    baseline,
    input: `inputs/count-cars/${id}`,
  };
  if (candidate === 'failed') {
    return { ...common, candidate: { ok: false, failure: 'Error: <boom>' }, score: { status: 'failed' } };
  }
  const answer = {
    status: 'done',
    function_version: '4',
    detections: candidate.map((each) => ({ ...each })),
    timing_ms: { total: 130 },
  } as const;
  const replay = { status: 'done', detections: candidate, ms: 130 } as const;
  return { ...common, candidate: { ok: true, answer }, score: scorePicture(baseline, replay, { factor: 2 }) };
}

const same = compared('same', [seen('car', 0)], [seen('car', 0)]);
const missed = compared('missed', [seen('car', 0), seen('car', 50)], [seen('car', 0)]);
const extra = compared('extra', [seen('car', 0)], [seen('car', 0), seen('bus', 90)]);
const moved = compared('moved', [seen('car', 0)], [seen('car', 60)]);
const failed = compared('failed', [seen('car', 0)], 'failed');
const faint = compared('faint', [seen('car', 0, 0.3)], [seen('car', 0, 0.35)]);
const all = [same, missed, extra, moved, failed];

test('the largest differences come first, with all their kinds; pictures that agree are left out', () => {
  const worst = worstDisagreements(
    all.filter(({ id }) => id !== 'same').concat(compared('sure', [seen('car', 0, 0.2)], [])),
  );
  expect(worst.map(({ record: { id }, kinds }) => [id, kinds])).toEqual([
    ['failed', ['failed']],
    ['sure', ['missed', 'count differs', 'low confidence']],
    ['moved', ['missed', 'extra']],
    ['extra', ['extra', 'count differs']],
    ['missed', ['missed', 'count differs']],
  ]);
});

test('a box near the lowest confidence of all records counts as a difference, however well both versions agree', () => {
  expect(worstDisagreements([same, faint]).map(({ record: { id }, kinds }) => [id, kinds])).toEqual([
    ['faint', ['low confidence']],
  ]);
  expect(worstDisagreements([faint, same, failed, missed], { most: 2 })).toHaveLength(2);
});

test('a picture that people counted is among the differences, however small its own is', () => {
  const [one] = worstDisagreements(all, { most: 1, counted: new Set(['missed']) });
  expect(one?.record.id).toBe('failed');
  expect(worstDisagreements(all, { most: 1, counted: new Set(['missed']) }).map(({ record }) => record.id)).toEqual([
    'failed',
    'missed',
  ]);
});

test('by label, every object is matched, missed or extra', () => {
  const rows = classRows(all);
  expect(rows).toEqual([
    {
      label: 'car',
      baseline: 5,
      candidate: 4,
      matched: 3,
      missed: 2,
      extra: 1,
      disagreement: 0.5,
      meanIou: 1,
      confidenceShift: 0,
    },
    { label: 'bus', baseline: 0, candidate: 1, matched: 0, missed: 0, extra: 1, disagreement: 1 },
  ]);
});

test('the trend ends with the mean of all values, within its bounds; more equal values tighten the bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 90 }), (numbers) => {
      const values = numbers.map((value) => value / 20);
      const points = trendOf(values, { points: 7 });
      const last = points.at(-1);
      expect(points.length).toBeLessThanOrEqual(8);
      expect(last?.count).toBe(values.length);
      expect(last?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
      for (const { mean, atLeast, atMost } of points) {
        expect(atLeast).toBeLessThanOrEqual(mean + 1e-9);
        expect(atMost).toBeGreaterThanOrEqual(mean - 1e-9);
      }
    }),
    { numRuns: 30 },
  );
  const [first, last] = [trendOf(Array(20).fill(1)), trendOf(Array(80).fill(1))].map(
    (points) => points.at(-1)?.atLeast ?? 0,
  );
  expect(last).toBeGreaterThan(first as number);
});

test('bins contain all values, and quantiles are values', () => {
  const values = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
      const { shares } = binsOf(some, 300, 10);
      expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
      expect(some).toContain(quantile(some, share));
    }),
  );
  expect(binsOf([0, 29, 30, 299, 5000], 300, 10).shares).toEqual([0.4, 0.2, 0, 0, 0, 0, 0, 0, 0, 0.4]);
  expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1), quantile([], 0.5)]).toEqual([2, 3, undefined]);
});

test('consecutive ticks that hold are one row; any other tick has its own row', () => {
  const at = (tick: number, changes = {}) => ({ ...record, tick, at: `2026-11-22T12:${tick}:00.000Z`, ...changes });
  const rows = historyOf([
    at(10),
    at(11),
    at(12, { status: 'held' }),
    at(13, { outcome: 'roll back' }),
    at(14, { outcome: 'roll back' }),
  ]);
  expect(rows.map(({ first_tick, last_tick }) => [first_tick, last_tick])).toEqual([
    [10, 11],
    [12, 12],
    [13, 13],
    [14, 14],
  ]);
  expect(rows[0]).toMatchObject({ from: '2026-11-22T12:10:00.000Z', until: '2026-11-22T12:11:00.000Z' });
});

describe('the page', () => {
  const content = {
    endpoint: 'count-cars',
    version: '4',
    api: 'https://api.example',
    audits: [record],
    comparisons: all,
    tally: all.reduce((tally, { score }) => add(tally, score), NO_PICTURES),
    disagreements: worstDisagreements(all),
    pictures: new Map([['missed', { source: 'data:image/jpeg;base64,QUJD', width: 200, height: 100 }]]),
    decisions: new Map([['missed', { count: 2, by: 'Ada <3', decided_at: '2026-11-22T12:25:00.000Z' }]]),
    now: new Date('2026-11-22T12:30:00Z'),
  };
  const file = fileSurroundings({ api: 'https://api.example', endpoint: 'count-cars' });
  const page = reportPage(content, file);

  test('shows the comparisons, draws both answers in pixels of the picture, and escapes the records', () => {
    expect(page).toContain('<b>5</b><span>pictures compared</span>');
    expect(page).toMatch(
      new RegExp(
        '<g class="box live alone"><title>baseline: car 0\\.90, not matched</title>' +
          '<rect class="casing" x="50" y="10" width="20" height="20"/>',
      ),
    );
    expect(page).toContain('<img src="data:image/jpeg;base64,QUJD" alt="" width="200" height="100"');
    expect(page).toContain('The candidate failed: Error: &#60;boom&#62;');
    expect(page).not.toContain('<boom>');
    expect(page).toContain('The picture is no longer in the bucket.');
    expect(page).toContain('https://api.example/count-cars/predictions/missed/decision');
  });

  test('shows what the rollout waits for', () => {
    const wait = {
      needs: [{ of: 'people', unit: 'decisions', more: 24 }],
      etaMinutes: 40,
      expected: 'promote',
    } as const;
    const words = 'Needs about 24 more decisions of people for a verdict, 40 min at this rate';
    expect(page).not.toContain('Needs about');
    expect(reportPage({ ...content, audits: [{ ...record, wait }] }, file)).toContain(`<p>${words}</p>`);
  });

  test('shows the counts of humans, and which version was correct', () => {
    expect(page).toContain('A human counted 2 (2026-11-22 12:25:00 UTC, Ada &#60;3).');
    expect(page).toContain('Human counts recorded: 1 of 5. Correct: candidate 0, baseline 1.');
    expect(reportPage({ ...content, decisions: new Map() }, file)).toContain('Human counts recorded: 0 of 5.');
  });

  test('loads nothing from other addresses', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  });

  test('without pictures it contains only the history', () => {
    const bare = reportPage({ ...content, comparisons: [], tally: NO_PICTURES, disagreements: [] }, file);
    expect(bare).toContain('No pictures were compared in a shadow.');
    expect(bare).toContain('7 of at least 100 requests');
  });

  test('against a human it contains the count, and no boxes of the baseline', () => {
    const human = {
      ...same,
      baseline: { kind: 'human', count: 3 },
      score: { status: 'done', objects: { baseline: 3, candidate: 1 }, countError: 2 / 3 },
    } as const;
    const disagreements = worstDisagreements([human]);
    const words = reportPage({ ...content, comparisons: [human], disagreements }, file);
    expect(disagreements[0]?.kinds).toContain('count differs');
    expect(words).toContain('a human counted 3, candidate 1');
    expect(words).not.toContain('<h3>Disagreement</h3>');
    expect(words).toContain('<h3>Count error</h3>');
  });
});

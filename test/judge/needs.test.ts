import type { Sample } from '../../functions/evidence/bounded-mean.ts';
import type { Finding } from '../../functions/judge/finding.ts';
import { NO_LABELS } from '../../functions/judge/labels.ts';
import { type Growth, needOf, outlookOf } from '../../functions/judge/needs.ts';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { decisionsToCome, truthOutcome } from '../../functions/judge/truth.ts';
import { judgeBake, judgeShadow, judgeWeight } from '../../functions/judge/verdict.ts';
import { waitOf } from '../../functions/judge/wait.ts';
import { blueGreen, canary, shadow } from '../../functions/plan/plan.ts';
import { counts, pictures, rejecting, stepOf } from '../rollout/fixtures/steps.ts';

const alpha = { rollback: 0.001, promote: 0.01 };
const GROWTH: Growth = { livePerCandidate: 1, accepted: 1, pictures: 0 };

function outlook(finding: Finding, growth: Partial<Growth> = {}) {
  const found = outlookOf(finding, { ...GROWTH, ...growth });
  if (!found) throw new Error(`Expected an outlook of ${finding.kind}, received none`);
  return found;
}

const needIn = (finding: Finding, growth?: Partial<Growth>) => needOf(outlook(finding, growth));

test('events and cold starts have no outlook', () => {
  const none = [
    { kind: 'event', outcome: 'hold', event: 'golden-pending' },
    { kind: 'coldStart', outcome: 'hold', test: { tolerance: 0.3 }, candidate: {}, live: {} },
  ] as unknown as readonly Finding[];
  expect(none.map((finding) => outlookOf(finding, GROWTH))).toEqual([undefined, undefined]);
});

describe('rates of both versions', () => {
  const rates = (gate: 'errorRate' | 'rejectionRate' | 'latency'): Finding => ({
    kind: 'difference',
    gate,
    outcome: 'hold',
    counts: { candidate: { trials: 0, hits: 0 }, live: { trials: 0, hits: 0 } },
    test: { tolerance: 0.05, margin: 0.02 },
    alpha,
  });

  test('a need of errors counts requests, those of rejections, too; only accepted ones show errors', () => {
    const all = needIn(rates('errorRate')).more ?? 0;
    expect(all).toBeGreaterThan(100);
    const half = needIn(rates('errorRate'), { accepted: 0.5 }).more ?? 0;
    expect([2 * all - 1, 2 * all]).toContain(half);
    expect(needIn(rates('rejectionRate'), { accepted: 0.5 }).more).toBe(needIn(rates('rejectionRate')).more);
  });

  test('without a request, a few are expected to be slow, and none to fail', () => {
    expect(needIn(rates('latency')).shares).toEqual({ candidate: 0.05, live: 0.05 });
    expect(needIn(rates('errorRate')).shares).toEqual({ candidate: 0, live: 0 });
  });
});

test('a bake whose candidate rejects some requests needs more of them, just as many as foretold', () => {
  const step = stepOf([blueGreen({ bake: '1m', gates: { latency: false, minRequests: 1 } })], 'bake');
  const usual = { failures: { trials: 5000, hits: 0 }, rejections: { trials: 1e6, hits: 5e5 } };
  const judged = (requests: number) =>
    judgeBake(step, { candidate: rejecting(requests, requests / 2), elapsedMs: 60_000, usual });
  const need = waitOf(
    step,
    judged(40),
    { requests: 1, lateMinutes: 0 },
    {
      alarmMinutes: Number.POSITIVE_INFINITY,
      picturesLeft: Number.POSITIVE_INFINITY,
    },
  )?.needs.find(({ of }) => of === 'errorRate');
  const outcomeAfter = (requests: number) =>
    judged(requests).findings.find((finding) => 'gate' in finding && finding.gate === 'errorRate')?.outcome;
  expect(outcomeAfter(40 + (need?.more ?? 0))).toBe('promote');
  expect(outcomeAfter(38 + (need?.more ?? 0))).toBe('hold');
});

test('pictures without objects so far: the next ones are expected to have some', () => {
  const step = stepOf([shadow({ gates: { latency: false } }), canary({ percent: 10 })], 'shadow');
  const tally = { ...NO_PICTURES, pictures: 30, empty: 30 };
  const agreement = judgeShadow(step, tally).findings.find(
    (finding) => 'gate' in finding && finding.gate === 'agreement',
  ) as Finding;
  const { more } = needIn(agreement, { pictures: 30 });
  expect(more).toBeGreaterThan(1);
  expect(more).toBe(needIn(agreement).more);
});

describe('decisions of people', () => {
  const goal = { goal: 'better' } as const;
  const truth = (sample: Sample, outcome: 'hold' | 'promote' = 'hold'): Finding => ({
    kind: 'truth',
    outcome,
    tally: { sample, unclear: 0, open: 0 },
    test: goal,
    alpha,
  });

  test('as many as the finding says, from the fifth on', () => {
    for (const sample of [
      [[0.9, 5]],
      [
        [0.5, 4],
        [0.9, 6],
      ],
    ] as const) {
      const { more, expected } = needIn(truth(sample));
      expect(more).toBe(decisionsToCome(sample, goal, alpha));
      expect(more).toBeGreaterThan(0);
      expect(expected).toBe('promote');
    }
    expect(needIn(truth([[0.9, 4]]))).toStrictEqual({ of: 'people', unit: 'decisions', have: 4 });
  });
});

describe('a labelled set', () => {
  const better = { goal: 'better' } as const;
  const labels = (sample: Sample, photos: number, skipped = 0): Finding => {
    const done = sample.reduce((sum, [, times]) => sum + times, skipped);
    return {
      kind: 'labels',
      outcome: 'hold',
      tally: { ...NO_LABELS, sample, photos, done, skipped },
      test: better,
      alpha,
    };
  };

  test('is waited for to its end before five blocks, whatever they are, without a foretold verdict', () => {
    for (const x of [0.1, 0.5, 0.9]) {
      const need = needIn(labels([[x, 4]], 44));
      expect(need).toStrictEqual({ of: 'labels', unit: 'photos', have: 4, left: 40, more: 40 });
    }
    expect(outlook(labels([[0.5, 4]], 44)).outcomeAfter(40)).toBe('promote');
    expect(needIn(labels([[0.5, 5]], 45))).toStrictEqual({ of: 'labels', unit: 'photos', have: 5, left: 40 });
  });

  test('that ends before five blocks has no end of its need', () => {
    expect(needIn(labels([[0.9, 4]], 4))).toStrictEqual({ of: 'labels', unit: 'photos', have: 4, left: 0 });
  });

  test('a worse candidate is rolled back before its end', () => {
    const { more = 400, expected } = needIn(labels([[0.3, 12]], 400));
    expect(expected).toBe('roll back');
    expect(more).toBeLessThan(300);
  });

  test('photos that are skipped are no evidence, and no more of them are expected', () => {
    const sample = [[0.6, 20]] as const;
    const whole = needIn(labels(sample, 25, 5)).more ?? 0;
    expect(whole).toBe(needIn(labels(sample, 20)).more);
    const proven = (more: number) => truthOutcome([...sample, [0.6, more]], better, alpha);
    expect([proven(whole), proven(whole - 1)]).toEqual(['promote', 'hold']);
  });
});

describe('different scenes', () => {
  const scenes = (pictures: number, different: number, need?: number): Finding => ({
    kind: 'scenes',
    outcome: 'hold',
    pictures,
    different,
    scenes: different,
    ...(need !== undefined && { need }),
  });

  test('that are enough need no more, however often they are repeated', () => {
    expect(needIn(scenes(1000, 20, 20))).toMatchObject({ more: 0, expected: 'promote' });
    expect(needIn(scenes(1000, 21, 20))).toMatchObject({ more: 0 });
    expect(needIn(scenes(1000, 19, 20))).toStrictEqual({ of: 'scenes', unit: 'pictures' });
    expect(needIn(scenes(1000, 5))).toMatchObject({ more: 0 });
  });

  test('come with the share of the pictures that were new', () => {
    expect(needIn(scenes(100, 50, 60)).more).toBe(20);
    expect(needIn(scenes(100, 20, 30)).more).toBe(50);
    expect(needIn(scenes(0, 0, 30)).more).toBe(30);
  });
});

test('a minimum of requests is one of accepted requests', () => {
  const step = stepOf([canary({ percent: 50, duration: '90m', gates: { minRequests: 700 } })], 'weight');
  const verdict = judgeWeight(step, { candidate: counts(600), live: counts(600), elapsedMs: 3_600_000 });
  const minimums = verdict.findings.filter(({ kind }) => kind === 'enough');
  expect(minimums.map((finding) => needIn(finding, { accepted: 0.5 }))).toEqual([
    { of: 'least', unit: 'requests', more: 200, expected: 'promote' },
    { of: 'least', unit: 'minutes', more: 30, expected: 'promote' },
  ]);
  expect(needIn({ kind: 'enough', outcome: 'hold', of: 'pictures', have: pictures(3).pictures, need: 10 })).toEqual({
    of: 'least',
    unit: 'pictures',
    more: 7,
    expected: 'promote',
  });
});

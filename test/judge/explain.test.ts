import { leastMean, mostMean } from '../../functions/evidence/bounded-mean.ts';
import type { Tally } from '../../functions/evidence/tally.ts';
import { leastDifference, mostDifference } from '../../functions/evidence/two-rates.ts';
import { explain, explainFinding } from '../../functions/judge/explain.ts';
import { merge, NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { judgeBake, judgeShadow, judgeWeight, verdictOf } from '../../functions/judge/verdict.ts';
import type { VersionCounts } from '../../functions/judge/version-counts.ts';
import { blueGreen, canary, shadow } from '../../functions/plan/plan.ts';
import { counts, failedReplays, pictures, rejecting, stepOf } from '../rollout/fixtures/steps.ts';

const HOUR = 3_600_000;

describe('the words of a canary', () => {
  const onlyErrors = stepOf([canary({ percent: 10, gates: { rejectionRate: false, latency: false } })], 'weight');
  const onlyLatency = stepOf([canary({ percent: 10, gates: { errorRate: false, rejectionRate: false } })], 'weight');
  const words = (step: typeof onlyErrors, candidate = counts(0), live = counts(0), elapsedMs = HOUR) =>
    explain(judgeWeight(step, { candidate, live, elapsedMs }));

  test('of a rollback', () => {
    // α is 0.01 over two tests, a difference and a limit: certainty 99.5 %.
    const least = leastDifference({ candidate: { trials: 52, hits: 7 }, live: { trials: 940, hits: 1 } }, 0.005);
    expect(Math.floor(least * 1000) / 10).toBe(1.4);
    expect(words(onlyErrors, counts(52, 7), counts(940, 1))).toBe(
      '7 errors in 52 requests (13.5 %), live 1 in 940 (0.11 %): at least 1.4 points worse than live with 99.5 % ' +
        'certainty, over the 0.2 points tolerated',
    );
  });

  test('of a limit that is exceeded', () => {
    const strict = stepOf(
      [
        canary({
          percent: 10,
          gates: { errorRate: { margin: 0.015, limit: 0.02 }, rejectionRate: false, latency: false },
        }),
      ],
      'weight',
    );
    const [, limit] = judgeWeight(strict, { candidate: counts(52, 9), live: counts(940, 1), elapsedMs: HOUR }).findings;
    const sample = [
      [1, 9],
      [0, 43],
    ] as const;
    expect(Math.floor(leastMean(sample, 0.005) * 1000) / 10).toBe(3.9);
    expect(limit && explainFinding(limit)).toBe(
      '9 errors in 52 requests (17.3 %), live 1 in 940 (0.11 %): at least 3.9 % with 99.5 % certainty, over the ' +
        'limit of 2 %',
    );
  });

  test('of a limit that is not proven to be exceeded', () => {
    const [, limit] = judgeWeight(onlyErrors, { candidate: counts(1, 1), live: counts(9), elapsedMs: HOUR }).findings;
    expect(limit && explainFinding(limit)).toBe(
      '1 error in 1 request (100 %): not proven to be over the limit of 20 %',
    );
  });

  test.each<[string, VersionCounts, VersionCounts, string]>([
    [
      'a better candidate exceeds',
      counts(200, 150),
      counts(1000, 900),
      '150 errors in 200 requests (75 %), live 900 in 1000 (90 %): over the limit of 20 %, but better than live with ' +
        '99 % certainty',
    ],
    [
      'both exceed',
      counts(200, 180),
      counts(1000, 900),
      '180 errors in 200 requests (90 %), live 900 in 1000 (90 %): both exceed the limit of 20 %; waits until live ' +
        'is under it',
    ],
  ])('of a limit that %s', (_, candidate, live, text) => {
    const [, limit] = judgeWeight(onlyErrors, { candidate, live, elapsedMs: HOUR }).findings;
    expect(limit && explainFinding(limit)).toBe(text);
  });

  test('of a proof that takes replays and earlier steps into account', () => {
    const plan = [shadow(), canary({ percent: 10, gates: { rejectionRate: false, latency: false } })];
    const earlier = [{ candidate: { trials: 46, hits: 1 }, live: { trials: 400, hits: 0 } }];
    const of = (candidate: VersionCounts, replays: Tally, before = earlier) => {
      const evidence = { candidate, live: counts(9 * candidate.requests), elapsedMs: HOUR };
      const [finding] = judgeWeight(stepOf(plan, 'weight'), {
        ...evidence,
        carried: { errorRate: { earlier: before, replays } },
      }).findings;
      return finding && explainFinding(finding);
    };
    expect(of(counts(200), { trials: 900, hits: 0 })).toBe(
      '0 errors in 200 requests, live 0 in 1800, before that 1 error in 46 requests (2.2 %) and 0 failed of 900 ' +
        'replays: at most 0.83 points worse than live with 99 % certainty, under the 1 point allowed',
    );
    expect(of(counts(20), { trials: 900, hits: 0 }, [])).toBe(
      '0 errors in 20 requests, live 0 in 180: without the replays at most 22.5 points worse than live with 99 % ' +
        'certainty, not yet under the 5 points allowed',
    );
  });

  test('of a hold: only what is not proven yet', () => {
    const most = mostDifference({ candidate: { trials: 20, hits: 0 }, live: { trials: 180, hits: 0 } }, 0.01);
    expect(Math.ceil(most * 1000) / 10).toBe(22.5);
    expect(words(onlyErrors, counts(20), counts(180), 120_000)).toBe(
      '0 errors in 20 requests, live 0 in 180: at most 22.5 points worse than live with 99 % certainty, not yet ' +
        'under the 1 point allowed; 20 of at least 100 requests; 2 min of at least 15 min',
    );
  });

  test('of rejections', () => {
    const onlyRejections = stepOf([canary({ percent: 10, gates: { errorRate: false, latency: false } })], 'weight');
    expect(words(onlyRejections, rejecting(52, 7), rejecting(940, 1))).toMatch(
      /^7 rejected in 52 requests \(13\.5 %\), live 1 in 940 \(0\.11 %\): at least \d\.\d points worse than live /,
    );
    expect(words(onlyRejections, rejecting(100, 100), rejecting(900, 900))).toMatch(/; 0 of at least 100 requests$/);
  });

  test('of a hold without any data', () => {
    expect(words(onlyErrors)).toBe('no requests to judge errors by yet; 0 of at least 100 requests');
  });

  test('of a promotion: everything', () => {
    const most = mostDifference({ candidate: { trials: 2000, hits: 2 }, live: { trials: 18_000, hits: 18 } }, 0.01);
    expect(Math.ceil(most * 10_000) / 100).toBe(0.59);
    expect(words(onlyErrors, counts(2000, 2), counts(18_000, 18))).toBe(
      '2 errors in 2000 requests (0.1 %), live 18 in 18000 (0.1 %): at most 0.59 points worse than live with 99 ' +
        '% certainty, under the 1 point allowed; 2 errors in 2000 requests (0.1 %): not proven to be over the ' +
        'limit of 20 %; 2000 of at least 100 requests; 60 min of at least 15 min',
    );
  });

  test('of a candidate that is better than live', () => {
    expect(words(onlyErrors, counts(3000, 0), counts(27_000, 2700))).toContain(
      'at least 8.9 points better than live with 99 % certainty',
    );
  });

  test('of slow requests', () => {
    const [seen, bound] = words(onlyLatency, counts(20, 0, 17), counts(180, 0, 8)).split(': ');
    expect(seen).toBe('17 slow in 20 requests (85 %), live 8 in 180 (4.4 %)');
    expect(bound).toMatch(
      /^at least \d+(\.\d)? points worse than live with 99 % certainty, over the 5 points tolerated$/,
    );
  });

  test('of one error in a million requests', () => {
    expect(words(onlyErrors, counts(1, 0), counts(1_000_000, 1))).toContain('live 1 in 1000000 (under 0.01 %)');
  });
});

describe('the words of a shadow', () => {
  const step = stepOf([shadow(), canary({ percent: 10, gates: { rejectionRate: false } })], 'shadow');

  test('without pictures: one sentence for all measures', () => {
    expect(explain(judgeShadow(step, NO_PICTURES))).toBe(
      'no pictures yet: waits for at least 200 pictures, of at least 100 scenes',
    );
  });

  test('without pictures, where people judge, or every picture counts', () => {
    const first = (options: Parameters<typeof shadow>[0]) =>
      explain(judgeShadow(stepOf([shadow(options), canary({ percent: 10 })], 'shadow'), NO_PICTURES));
    expect([first({ judge: 'people' }), first({ repeats: 'count' })]).toEqual([
      'no pictures yet: waits for at least 200 pictures, of at least 100 scenes',
      'no pictures yet: waits for at least 200 pictures',
    ]);
  });

  test('without pictures, held by an operator', () => {
    const held = { kind: 'event', outcome: 'hold', event: 'held', by: 'Ada' } as const;
    const { outcome, findings } = judgeShadow(step, NO_PICTURES);
    expect(explain({ outcome, findings: [held, ...findings] })).toBe(
      'held by Ada; no pictures yet: waits for at least 200 pictures, of at least 100 scenes',
    );
  });

  test('of a rollback', () => {
    // α is 0.01 over seven tests: four here, three in the canary.
    const least = leastMean([[0.2, 40]], 0.01 / 7);
    expect(Math.floor(least * 1000) / 10).toBe(15.8);
    expect(explain(judgeShadow(step, pictures(40, { missed: 1 })))).toBe(
      [
        '20 % of the objects detected by only one of the two versions (mean of 40 pictures with objects): at ' +
          'least 15.8 % with 99.85 % certainty, over the 8 % tolerated',
        'count differs by 20 % (mean of 40 pictures with objects): at least 15.8 % with 99.85 % certainty, over ' +
          'the 7 % tolerated',
      ].join('; '),
    );
  });

  test('of a promotion', () => {
    const most = (trials: number) => Math.ceil(mostMean([[0, trials]], 0.01) * 1000) / 10;
    expect([most(300), most(301)]).toEqual([2.4, 2.4]);
    expect(explain(judgeShadow(step, merge(pictures(300), { ...NO_PICTURES, pictures: 1, empty: 1 })))).toBe(
      [
        '0 % of the objects detected by only one of the two versions (mean of 300 pictures with objects): at ' +
          'most 2.4 % with 99 % certainty, under the 10 % allowed',
        'count differs by 0 % (mean of 300 pictures with objects): at most 2.4 % with 99 % certainty, under the ' +
          '9 % allowed',
        '0 errors in 301 pictures: at most 2.4 % with 99 % certainty, under the 5 % allowed',
        '0 slow in 300 pictures: at most 2.4 % with 99 % certainty, under the 40 % allowed',
        '301 of at least 200 pictures',
        '301 pictures, 301 different ones, of 301 scenes',
      ].join('; '),
    );
  });

  test('of a hold', () => {
    const [agreement, , errors, , ...rest] = explain(judgeShadow(step, merge(failedReplays(1), pictures(1)))).split(
      '; ',
    );
    expect(agreement).toBe(
      '0 % of the objects detected by only one of the two versions (mean of 1 picture with objects): ' +
        'at most 99.8 % with 99 % certainty, not yet under the 10 % allowed',
    );
    expect(errors).toBe(
      '1 error in 2 pictures (50 %): at most 99.9 % with 99 % certainty, not yet under the 5 % allowed',
    );
    expect(rest).toEqual(['2 of at least 200 pictures', '2 of at least 100 scenes']);
  });
});

test('a lower bound that is too small for two decimals is 0', () => {
  const strict = { agreement: false, countError: false, errorRate: { tolerance: 1e-9 }, latency: false } as const;
  const step = stepOf([shadow({ gates: strict }), canary({ percent: 10 })], 'shadow');
  expect(explain(judgeShadow(step, merge(failedReplays(3), pictures(1500))))).toMatch(
    /^3 errors in 1503 pictures \(0\.2 %\): at least 0 % with /,
  );
});

test('the words of a bake count requests', () => {
  const step = stepOf([blueGreen({ bake: '1h', gates: { rejectionRate: false, latency: false } })], 'bake');
  expect(explain(judgeBake(step, { candidate: counts(0), elapsedMs: 30_000 }))).toBe(
    'no requests to judge errors by yet; 0 of at least 100 requests; 30 s of at least 60 min',
  );
  expect(explain(judgeBake(step, { candidate: counts(100, 30), elapsedMs: HOUR }))).toMatch(
    /^30 errors in 100 requests \(30 %\): at least 1\d(\.\d)? % with 99 % certainty, over the 5 % tolerated$/,
  );
});

test('without findings there is nothing to judge by', () => {
  expect(explain(verdictOf([]))).toBe('nothing to judge yet');
});

test('certainty is rounded down', () => {
  const step = stepOf([canary({ percent: 10, gates: { rejectionRate: false, risk: { rollback: 0.001 } } })], 'weight');
  expect(explain(judgeWeight(step, { candidate: counts(30, 30), live: counts(270), elapsedMs: 0 }))).toContain(
    'with 99.96 % certainty',
  );
});

test('one request is singular', () => {
  const step = stepOf([canary({ percent: 10, gates: { minRequests: 1 } })], 'weight');
  expect(explain(judgeWeight(step, { candidate: counts(0), live: counts(0), elapsedMs: 0 }))).toContain(
    '0 of at least 1 request;',
  );
});

import fc from 'fast-check';
import type { Tally } from '../../functions/evidence/tally.ts';
import { explain } from '../../functions/judge/explain.ts';
import type { Verdict } from '../../functions/judge/finding.ts';
import { merge, NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import { judgeBake, judgeShadow, judgeWeight, verdictOf } from '../../functions/judge/verdict.ts';
import { acceptedOf, addCounts, NO_REQUESTS, type VersionCounts } from '../../functions/judge/version-counts.ts';
import { blueGreen, canary, shadow, type TrafficGates } from '../../functions/plan/plan.ts';
import { versionCounts } from '../rollout/fixtures/arbitraries.ts';
import { counts, failedReplays, pictures, rejecting, stepOf } from '../rollout/fixtures/steps.ts';

const HOUR = 3_600_000;
const NONE: Tally = { trials: 0, hits: 0 };

/** Judges a 10 % canary of at least 15 minutes. */
function canaryVerdict(
  candidate: VersionCounts,
  live: VersionCounts,
  elapsedMs = HOUR,
  gates: TrafficGates = {},
): Verdict {
  return judgeWeight(stepOf([canary({ percent: 10, gates })], 'weight'), { candidate, live, elapsedMs });
}

describe('a canary', () => {
  test.each<[string, VersionCounts, VersionCounts, Verdict['outcome']]>([
    ['no requests at all', counts(0), counts(0), 'hold'],
    ['requests of live only', counts(0), counts(5000), 'hold'],
    ['small numbers without a fault', counts(30), counts(270), 'hold'],
    ['enough requests without a fault', counts(1500), counts(13_500), 'promote'],
    ['the same few failures on both sides', counts(2000, 2), counts(18_000, 18), 'promote'],
    ['one failure among few requests', counts(30, 1), counts(270), 'hold'],
    ['every request fails', counts(4, 4), counts(36), 'roll back'],
    ['2 % of many requests fail', counts(500, 12), counts(4500, 4), 'roll back'],
    ['both fail alike in an outage', counts(200, 30), counts(1800, 270), 'hold'],
    ['both fail alike, over the limit of a fifth', counts(200, 100), counts(1800, 900), 'hold'],
    ['both fail all requests', counts(2000, 2000), counts(18_000, 18_000), 'hold'],
    ['it mends half of what live fails', counts(2000, 600), counts(18_000, 10_800), 'promote'],
    ['it fails more than a live version that fails most', counts(200, 160), counts(1800, 1080), 'roll back'],
    ['every request fails, and live has none', counts(40, 40), counts(0), 'roll back'],
    ['most requests are slow', counts(20, 0, 17), counts(180, 0, 8), 'roll back'],
    ['both are slow alike', counts(1500, 0, 450), counts(13_500, 0, 4050), 'promote'],
    ['durations are not known', { ...counts(1500), timed: 0 }, { ...counts(13_500), timed: 0 }, 'hold'],
  ])('%s', (_, candidate, live, outcome) => {
    expect(canaryVerdict(candidate, live).outcome).toBe(outcome);
  });

  test.each<[string, VersionCounts, VersionCounts, Verdict['outcome']]>([
    ['rejects every request, live none', rejecting(20, 20), rejecting(180, 0), 'roll back'],
    ['rejects one request in ten, live none', rejecting(300, 30), rejecting(2700, 0), 'roll back'],
    ['rejects as live does', rejecting(15_000, 150), rejecting(135_000, 1350), 'promote'],
    ['rejects less than live', rejecting(1500, 0), rejecting(13_500, 1350), 'promote'],
    [
      'rejects everything, as live does: nothing shows that it can predict',
      rejecting(9e4, 9e4),
      rejecting(9e5, 9e5),
      'hold',
    ],
    [
      'fails in what it accepts, which is little',
      { ...rejecting(300, 280), failures: 20 },
      rejecting(2700, 2520),
      'roll back',
    ],
  ])('%s', (_, candidate, live, outcome) => {
    expect(canaryVerdict(candidate, live).outcome).toBe(outcome);
  });

  test('counts accepted requests, the rate of rejections by all requests', () => {
    const { findings } = canaryVerdict({ ...rejecting(50, 20), failures: 3, slow: 4 }, rejecting(450, 10));
    expect(findings).toMatchObject([
      { gate: 'errorRate', counts: { candidate: { trials: 30, hits: 3 }, live: { trials: 440, hits: 0 } } },
      { gate: 'errorRate' },
      { gate: 'rejectionRate', counts: { candidate: { trials: 50, hits: 20 }, live: { trials: 450, hits: 10 } } },
      { gate: 'latency', counts: { candidate: { trials: 30, hits: 4 }, live: { trials: 440, hits: 0 } } },
      { of: 'requests', have: 30 },
      { of: 'ms' },
    ]);
  });

  test('is not promoted before its least time is over, but rolled back at any time', () => {
    expect(canaryVerdict(counts(1500), counts(13_500), 899_999).outcome).toBe('hold');
    expect(canaryVerdict(counts(1500), counts(13_500), 900_000).outcome).toBe('promote');
    expect(canaryVerdict(counts(20, 20), counts(180), 60_000).outcome).toBe('roll back');
  });

  test('is not promoted before its least requests, even if the gates are satisfied with less', () => {
    const gates = { errorRate: { tolerance: 0.3, margin: 0.4, limit: 0.9 }, latency: false, minRequests: 200 } as const;
    expect(canaryVerdict(counts(199), counts(1800), HOUR, gates).outcome).toBe('hold');
    expect(canaryVerdict(counts(200), counts(1800), HOUR, gates).outcome).toBe('promote');
  });

  test('is judged only by its own gates', () => {
    const { findings } = canaryVerdict(counts(10), counts(90), HOUR, {
      errorRate: false,
      rejectionRate: false,
      latency: { limit: 0.5 },
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['difference', 'limit', 'enough', 'enough']);
    expect(findings.every((finding) => !('gate' in finding) || finding.gate === 'latency')).toBe(true);
  });

  test('names the gate of each finding; only gates with a limit have a finding for it', () => {
    expect(canaryVerdict(counts(30), counts(270)).findings).toMatchObject([
      { kind: 'difference', gate: 'errorRate' },
      { kind: 'limit', gate: 'errorRate', limit: 0.2 },
      { kind: 'difference', gate: 'rejectionRate' },
      { kind: 'difference', gate: 'latency' },
      { kind: 'enough', of: 'requests' },
      { kind: 'enough', of: 'ms' },
    ]);
  });

  test('is rolled back outside of its tolerance, even within its margin', () => {
    const gates = { errorRate: { tolerance: 0.001, margin: 0.1, limit: 0.2 }, latency: false } as const;
    expect(canaryVerdict(counts(5000, 50), counts(45_000, 45), HOUR, gates).outcome).toBe('roll back');
  });

  test('one more failure never turns a rollback into anything else, one fewer never a promotion', () => {
    fc.assert(
      fc.property(versionCounts, versionCounts, fc.integer({ min: 1, max: 60 }), (candidate, live, times) => {
        const many = Array.from({ length: times }, () => candidate).reduce(addCounts, NO_REQUESTS);
        const liveMany = Array.from({ length: times }, () => live).reduce(addCounts, NO_REQUESTS);
        fc.pre(many.failures < acceptedOf(many));
        const before = canaryVerdict(many, liveMany).outcome;
        const after = canaryVerdict({ ...many, failures: many.failures + 1 }, liveMany).outcome;
        if (before === 'roll back') expect(after).toBe('roll back');
        if (after === 'promote') expect(before).toBe('promote');
      }),
      { numRuns: 300 },
    );
  });

  test('more failures of live never turn a hold into a rollback', () => {
    fc.assert(
      fc.property(versionCounts, versionCounts, (candidate, live) => {
        fc.pre(live.failures < live.requests);
        const gates = { errorRate: { limit: 0.99 }, latency: false } as const;
        const before = canaryVerdict(candidate, live, HOUR, gates).outcome;
        const after = canaryVerdict(candidate, { ...live, failures: live.failures + 1 }, HOUR, gates).outcome;
        if (before !== 'roll back') expect(after).not.toBe('roll back');
      }),
    );
  });
});

describe('a shadow', () => {
  const step = stepOf([shadow(), canary({ percent: 10 })], 'shadow');

  test.each([
    ['no pictures', NO_PICTURES, 'hold'],
    ['few pictures without a fault', pictures(30), 'hold'],
    ['enough pictures without a fault', pictures(200), 'promote'],
    ['one picture fewer than asked for', pictures(199), 'hold'],
    ['one object in five missed, in every picture', pictures(40, { missed: 1 }), 'roll back'],
    ['one object missed, in every tenth picture', merge(pictures(20, { missed: 1 }), pictures(180)), 'promote'],
    ['a few failed replays', merge(failedReplays(2), pictures(198)), 'hold'],
    ['many failed replays', merge(failedReplays(10), pictures(60)), 'roll back'],
    ['nothing but failed replays', failedReplays(6), 'roll back'],
    ['three times slower', pictures(20, { ms: 300 }), 'roll back'],
    ['a little slower', pictures(200, { ms: 190 }), 'promote'],
  ] as const)('%s', (_, tally, outcome) => {
    expect(judgeShadow(step, tally).outcome).toBe(outcome);
  });

  test('each gate alone can roll the candidate back', () => {
    const gates = ['agreement', 'countError', 'errorRate', 'latency'] as const;
    const bad = merge(pictures(100, { missed: 3, ms: 500 }), failedReplays(100));
    for (const gate of gates) {
      const only = { ...step, tests: { [gate]: step.tests[gate] } };
      expect(judgeShadow(only, bad).findings.filter(({ outcome }) => outcome === 'roll back')).toMatchObject([
        { gate },
      ]);
      expect(judgeShadow(only, pictures(400)).outcome).toBe('promote');
    }
  });

  test('is judged only by its own gates', () => {
    expect(judgeShadow({ ...step, tests: {} }, pictures(300)).findings).toEqual([
      { kind: 'enough', outcome: 'promote', of: 'pictures', have: 300, need: 200 },
      { kind: 'scenes', outcome: 'promote', pictures: 300, different: 300, scenes: 300, need: 100 },
    ]);
  });
});

describe('a bake', () => {
  const step = stepOf([blueGreen({ bake: '1h' })], 'bake');

  test.each<[string, VersionCounts, number, Verdict['outcome']]>([
    ['no requests', counts(0), HOUR, 'hold'],
    ['few requests without a fault', counts(60), HOUR, 'hold'],
    ['enough requests without a fault', counts(300), HOUR, 'promote'],
    ['not long enough', counts(300), HOUR - 1, 'hold'],
    ['failures over the limit of 5 %', counts(100, 20), 60_000, 'roll back'],
    ['failures under the limit, not yet proven', counts(150, 4), HOUR, 'hold'],
    ['failures under the limit, proven', counts(3000, 90), HOUR, 'promote'],
    ['slower than before, most of them', counts(60, 0, 50), 60_000, 'roll back'],
  ])('%s', (_, candidate, elapsedMs, outcome) => {
    expect(judgeBake(step, { candidate, elapsedMs }).outcome).toBe(outcome);
  });

  test.each<[string, VersionCounts, Tally | undefined, Verdict['outcome']]>([
    ['rejects every request', rejecting(100, 100), { trials: 5000, hits: 50 }, 'roll back'],
    ['rejects as the version before did', rejecting(3000, 600), { trials: 50_000, hits: 10_000 }, 'promote'],
    ['rejects more than the version before, whose requests are not known', rejecting(3000, 600), undefined, 'hold'],
    ['rejects next to nothing, and the version before is not known', rejecting(3000, 3), undefined, 'promote'],
  ])('%s', (_, candidate, usualRejections, outcome) => {
    const usual = usualRejections && { failures: NONE, rejections: usualRejections };
    const evidence = { candidate, elapsedMs: HOUR, ...(usual && { usual }) };
    expect(judgeBake(step, evidence).outcome).toBe(outcome);
  });

  test('counts accepted requests', () => {
    const { findings } = judgeBake(step, { candidate: { ...rejecting(50, 20), slow: 4 }, elapsedMs: HOUR });
    expect(findings).toMatchObject([
      {
        gate: 'errorRate',
        sample: [
          [0, 30],
          [1, 0],
        ],
      },
      { gate: 'rejectionRate', counts: { candidate: { trials: 50, hits: 20 }, live: { trials: 0, hits: 0 } } },
      {
        gate: 'latency',
        sample: [
          [0, 26],
          [1, 4],
        ],
      },
      { of: 'requests', have: 30 },
      { of: 'ms' },
    ]);
  });

  test('names the gate of each finding, and counts requests', () => {
    expect(judgeBake(step, { candidate: counts(60, 6, 50), elapsedMs: HOUR }).findings).toMatchObject([
      { kind: 'mean', gate: 'errorRate', things: 'requests' },
      { kind: 'difference', gate: 'rejectionRate' },
      { kind: 'mean', gate: 'latency', things: 'requests' },
      { kind: 'enough', of: 'requests', have: 60 },
      { kind: 'enough', of: 'ms', have: HOUR },
    ]);
  });

  test('is not done before its least requests', () => {
    const patient = { ...step, minRequests: 500 };
    expect(judgeBake(patient, { candidate: counts(499), elapsedMs: HOUR }).outcome).toBe('hold');
    expect(judgeBake(patient, { candidate: counts(500), elapsedMs: HOUR }).outcome).toBe('promote');
  });
});

test('a shadow whose repeated pictures count does not wait for scenes', () => {
  const step = stepOf([shadow({ repeats: 'count' }), canary({ percent: 10 })], 'shadow');
  const { outcome, findings } = judgeShadow(step, pictures(600));
  expect(findings.find(({ kind }) => kind === 'scenes')).toMatchObject({ outcome: 'promote', scenes: 600 });
  expect(outcome).toBe('promote');
});

test('a day before without requests is not compared with', () => {
  const step = stepOf([canary({ percent: 10 })], 'weight');
  const [candidate, live] = [counts(20), counts(180)];
  const tallies = (usual: Tally) => {
    const evidence = { candidate, live, elapsedMs: HOUR, usual: { failures: usual, rejections: usual } };
    return judgeWeight(step, evidence).findings.flatMap((each) => (each.kind === 'difference' ? [each.counts] : []));
  };
  expect(tallies(NONE)[0]).toEqual({ candidate: { trials: 20, hits: 0 }, live: { trials: 180, hits: 0 } });
  expect(tallies({ trials: 9, hits: 1 })[0]).toMatchObject({ usual: { trials: 9, hits: 1 } });
});

describe('a verdict', () => {
  const event = (outcome: Verdict['outcome']) => ({ kind: 'event', outcome, event: 'other', words: '' }) as const;

  test('rolls back if one finding says so, promotes if all do, holds otherwise and without any', () => {
    expect(verdictOf([event('promote'), event('roll back'), event('hold')]).outcome).toBe('roll back');
    expect(verdictOf([event('promote'), event('promote')]).outcome).toBe('promote');
    expect(verdictOf([event('promote'), event('hold')]).outcome).toBe('hold');
    expect(verdictOf([]).outcome).toBe('hold');
  });

  test('is JSON with everything that its words need', () => {
    const verdict = canaryVerdict(counts(500, 12), counts(4500, 4));
    const again = JSON.parse(JSON.stringify(verdict)) as Verdict;
    expect(again).toEqual(verdict);
    expect(explain(again)).toBe(explain(verdict));
  });
});

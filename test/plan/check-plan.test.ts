import fc from 'fast-check';
import { checkPlan, type PlanContext } from '../../functions/plan/check-plan.ts';
import {
  type BakeGates,
  blueGreen,
  canary,
  DEFAULT_PLAN,
  linear,
  type Phase,
  type Plan,
  shadow,
  type TrafficGates,
} from '../../functions/plan/plan.ts';

const NO_FACTOR =
  "Expected no factor: slow is what takes longer than live's own 90th percentile. Leave it out, or write limitMs";

const COUNT: PlanContext = { kind: 'count', capture: 1 };

/** Faults as `path: Expected …, received …`. */
function faults(plan: unknown, context: Partial<PlanContext> = {}): string[] {
  return checkPlan(plan, { ...COUNT, ...context }).faults.map(
    ({ path, expected, value }) =>
      `${path}: ${expected}, received ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
  );
}

/** A plan that breaks the types as JSON can. */
const json = (value: unknown) => value as Plan;

describe('a plan without faults', () => {
  test('gets every default', () => {
    expect(checkPlan([shadow(), canary({ percent: 10 }), canary({ percent: 50 })], COUNT)).toEqual({
      faults: [],
      plan: [
        {
          kind: 'shadow',
          baseline: 'live',
          pictures: 200,
          scenes: 100,
          maxPictures: 2000,
          sample: 1,
          maxHold: '2d',
          gates: {
            agreement: { tolerance: 0.08, margin: 0.1 },
            countError: { tolerance: 0.07, margin: 0.09 },
            errorRate: { tolerance: 0.02, margin: 0.05 },
            latency: { factor: 2, tolerance: 0.3, margin: 0.4 },
            risk: { rollback: 0.01, promote: 0.01 },
          },
        },
        ...[10, 50].map((percent) => ({
          kind: 'canary',
          percent,
          duration: '15m',
          maxHold: '2d',
          gates: {
            errorRate: { tolerance: 0.002, margin: 0.01, liveMargin: 0.05, limit: 0.2 },
            rejectionRate: { tolerance: 0.002, margin: 0.01, liveMargin: 0.05 },
            latency: { tolerance: 0.05, margin: 0.1 },
            coldStart: { factor: 2, plusMs: 1000 },
            minRequests: 100,
            risk: { rollback: 0.01, promote: 0.01 },
          },
        })),
      ],
    });
  });

  test('is the default plan: wider margins only for what live requests have to prove alone', () => {
    const { faults: none, plan } = checkPlan(DEFAULT_PLAN, COUNT);
    expect(none).toEqual([]);
    const errors = { tolerance: 0.002, margin: 0.01 };
    expect(plan).toMatchObject([
      { kind: 'shadow', pictures: 500, maxPictures: 5000, gates: { latency: { factor: 1.07, margin: 0.5 } } },
      {
        percent: 10,
        gates: { errorRate: { ...errors, liveMargin: 0.2 }, rejectionRate: { ...errors, liveMargin: 0.2 } },
      },
      {
        percent: 50,
        gates: { errorRate: { ...errors, liveMargin: 0.05 }, rejectionRate: { ...errors, liveMargin: 0.05 } },
      },
    ]);
  });

  test('keeps the given options and fills in the others', () => {
    const { plan } = checkPlan(
      [
        shadow({ baseline: 'human', pictures: 500, gates: { countError: { margin: 0.3 }, risk: { promote: 0.05 } } }),
        linear({ stepPercent: 25, every: '1h', gates: { latency: { limitMs: 900, limit: 0.5 }, errorRate: false } }),
        blueGreen({ bake: '3h', maxHold: '1d', gates: { errorRate: { limit: 0.1 }, minRequests: 1000 } }),
      ],
      COUNT,
    );
    expect(plan).toMatchObject([
      {
        maxPictures: 5000,
        gates: {
          agreement: false,
          latency: false,
          countError: { tolerance: 0.1, margin: 0.3 },
          risk: { rollback: 0.01, promote: 0.05 },
        },
      },
      {
        stepPercent: 25,
        every: '1h',
        gates: {
          errorRate: false,
          rejectionRate: { tolerance: 0.002 },
          latency: { limitMs: 900, tolerance: 0.05, margin: 0.1, limit: 0.5 },
        },
      },
      {
        bake: '3h',
        maxHold: '1d',
        gates: {
          errorRate: { limit: 0.1 },
          rejectionRate: { tolerance: 0.1, margin: 0.1 },
          latency: { limit: 0.4 },
          minRequests: 1000,
        },
      },
    ]);
    expect(plan?.[1]).not.toHaveProperty('gates.latency.factor');
  });

  test('has rejection gates as wide as its error gates, unless they are given', () => {
    const gatesOf = (phase: Phase) => checkPlan([phase], COUNT).plan?.[0]?.gates;
    const rejectionRate = (gates: TrafficGates) => gatesOf(canary({ percent: 10, gates }));
    const errorRate = { tolerance: 0.05, margin: 0.3, limit: 0.5 };
    expect(rejectionRate({ errorRate })).toMatchObject({ rejectionRate: { tolerance: 0.05, margin: 0.3 } });
    expect(rejectionRate({ errorRate })).not.toHaveProperty('rejectionRate.limit');
    expect(rejectionRate({ errorRate, rejectionRate: { margin: 0.02 } })).toMatchObject({
      rejectionRate: { tolerance: 0.002, margin: 0.02 },
    });
    expect(rejectionRate({ rejectionRate: false })).toMatchObject({ rejectionRate: false });
    const bake = (gates: BakeGates) => gatesOf(blueGreen({ bake: '1h', gates }));
    expect(bake({})).toMatchObject({ rejectionRate: { tolerance: 0.05, margin: 0.1 } });
    expect(bake({ errorRate: false })).toMatchObject({ rejectionRate: { tolerance: 0.05, margin: 0.1 } });
    expect(bake({ errorRate: { limit: 0.01 } })).toMatchObject({ rejectionRate: { tolerance: 0.05, margin: 0.1 } });
    expect(bake({ errorRate: { limit: 0.4 } })).toMatchObject({ rejectionRate: { tolerance: 0.4, margin: 0.4 } });
    expect(bake({ rejectionRate: { tolerance: 0.08 } })).toMatchObject({
      rejectionRate: { tolerance: 0.08, margin: 0.1 },
    });
    expect(bake({ rejectionRate: false })).toMatchObject({ rejectionRate: false });
  });

  test('is JSON, and the result of the check passes the check', () => {
    const phases: Plan = [
      shadow({ gates: { latency: { limitMs: 300 }, agreement: false } }),
      canary({ percent: 0.5 }),
      linear({ fromPercent: 10, stepPercent: 30 }),
      blueGreen({ bake: '30m' }),
    ];
    const { plan } = checkPlan(phases, COUNT);
    expect(checkPlan(JSON.parse(JSON.stringify(plan)), COUNT)).toEqual({ plan, faults: [] });
  });
});

describe('faults of one phase', () => {
  test.each<[string, unknown, string[]]>([
    ['no list', 7, ['rollout: Expected a list of at least one phase, received 7']],
    ['no phases', [], ['rollout: Expected a list of at least one phase, received []']],
    [
      'no such phase',
      [{ kind: 'toString' }, null, { kind: ['canary'], percent: 5 }, canary({ percent: 10 })],
      [
        'rollout[2]: Expected shadow({ … }), canary({ … }), linear({ … }) or blueGreen({ … }), received ' +
          '{"kind":["canary"],"percent":5}',
        'rollout[0]: Expected shadow({ … }), canary({ … }), linear({ … }) or blueGreen({ … }), received ' +
          '{"kind":"toString"}',
        'rollout[1]: Expected shadow({ … }), canary({ … }), linear({ … }) or blueGreen({ … }), received null',
      ],
    ],
    [
      'keys that are not known, at every depth',
      [json([{ ...canary({ percent: 10 }), colour: 'red', gates: { speed: {}, errorRate: { max: 1 } } }])[0]],
      [
        'rollout[0].gates.errorRate.max: Expected no value: the key is unknown, received 1',
        'rollout[0].gates.speed: Expected no value: the key is unknown, received {}',
        'rollout[0].colour: Expected no value: the key is unknown, received "red"',
      ],
    ],
    [
      'a percentage out of range',
      [canary({ percent: 0 })],
      ['rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received 0'],
    ],
    [
      'all traffic in a canary',
      [canary({ percent: 100 })],
      ['rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received 100'],
    ],
    [
      'a percentage that no weight can express',
      [canary({ percent: 12.345 })],
      ['rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received 12.345'],
    ],
    [
      'no percentage',
      [{ kind: 'canary' }],
      ['rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received nothing'],
    ],
    [
      'steps too small to end',
      [linear({ stepPercent: 0.5 })],
      [
        'rollout[0].stepPercent: Expected a percentage at least 1 and under 100, with at most two decimals, ' +
          'received 0.5',
      ],
    ],
    [
      'a duration without a unit, and one of nothing',
      [
        json([canary({ percent: 1 }), { kind: 'blueGreen', bake: '90' }])[1],
        { ...canary({ percent: 1 }), duration: '0m', maxHold: ['1d'] },
      ].toReversed(),
      [
        'rollout[0].maxHold: Expected a duration: a positive whole number and s, m, h or d, such as "15m", ' +
          'received ["1d"]',
        'rollout[0].duration: Expected a duration: a positive whole number and s, m, h or d, such as "15m", ' +
          'received "0m"',
        'rollout[1].bake: Expected a duration: a positive whole number and s, m, h or d, such as "15m", received "90"',
      ],
    ],
    [
      'shares that are none',
      [canary({ percent: 10, gates: { errorRate: { tolerance: 0, margin: 1 }, risk: { rollback: 0.5, promote: 0 } } })],
      [
        'rollout[0].gates.errorRate.tolerance: Expected a share over 0 and under 1, received 0',
        'rollout[0].gates.errorRate.margin: Expected a share over 0 and under 1, received 1',
        'rollout[0].gates.errorRate.limit: Expected more than the margin of 1 (the limit is 0.2), received nothing',
        'rollout[0].gates.risk.rollback: Expected a probability over 0 and under 0.5, received 0.5',
        'rollout[0].gates.risk.promote: Expected a probability over 0 and under 0.5, received 0',
      ],
    ],
    [
      'a margin within its tolerance, and a limit within its margin',
      [
        canary({
          percent: 10,
          gates: { errorRate: { tolerance: 0.05 }, latency: { tolerance: 0.3, margin: 0.4, limit: 0.4 } },
        }),
      ],
      [
        'rollout[0].gates.errorRate.margin: Expected at least the tolerance of 0.05 (the margin is 0.01), ' +
          'received nothing',
        'rollout[0].gates.latency.limit: Expected more than the margin of 0.4 (the limit is 0.4), received 0.4',
      ],
    ],
    [
      'a factor that would have no effect',
      [shadow({ gates: { latency: { factor: 2, limitMs: 500 } as never } }), canary({ percent: 10 })],
      ['rollout[0].gates.latency.factor: Expected no factor beside limitMs, which would have no effect, received 2'],
    ],
    [
      'a factor that makes every request slow, and a limit that does',
      [
        shadow({ gates: { latency: { factor: 1 } } }),
        canary({ percent: 10, gates: { latency: { limitMs: 0 } } }),
        blueGreen({ bake: '1h', gates: { coldStart: { factor: 0.5, plusMs: -1 } } }),
      ],
      [
        'rollout[0].gates.latency.factor: Expected a factor over 1, received 1',
        'rollout[1].gates.latency.limitMs: Expected a number of milliseconds over 0, received 0',
        'rollout[2].gates.coldStart.factor: Expected a factor of at least 1, received 0.5',
        'rollout[2].gates.coldStart.plusMs: Expected a number of milliseconds of at least 0, received -1',
      ],
    ],
    [
      "a factor of live's median, as earlier releases had it in live traffic",
      json([
        canary({ percent: 10, gates: { latency: { factor: 2 } as never } }),
        linear({ stepPercent: 20, gates: { latency: { factor: 3 } as never } }),
        blueGreen({ bake: '1h', gates: { latency: { factor: 2 } as never } }),
      ]),
      [2, 3, 2].map((factor, phase) => `rollout[${phase}].gates.latency.factor: ${NO_FACTOR}, received ${factor}`),
    ],
    [
      'a gate that is neither false nor a gate',
      [json([canary({ percent: 10, gates: { latency: true as never } })])[0]],
      ['rollout[0].gates.latency: Expected false or { … }, received true'],
    ],
    [
      'gates that judge nothing',
      [canary({ percent: 10, gates: { errorRate: false, rejectionRate: false, latency: false, minRequests: 5 } })],
      [
        'rollout[0].gates: Expected at least one gate that is not false, received ' +
          '{"errorRate":false,"rejectionRate":false,"latency":false,"coldStart":{"factor":2,"plusMs":1000},' +
          '"minRequests":5,"risk":{"rollback":0.01,"promote":0.01}}',
      ],
    ],
    [
      'an alarm in every rollout',
      [
        canary({ percent: 10, duration: '2d' }),
        linear({ stepPercent: 20, every: '3h', maxHold: '3h' }),
        blueGreen({ bake: '3d' }),
      ],
      [
        'rollout[0].maxHold: Expected a longer time than duration: otherwise every rollout raises its alarm, ' +
          'received nothing',
        'rollout[1].maxHold: Expected a longer time than every: otherwise every rollout raises its alarm, ' +
          'received "3h"',
        'rollout[2].maxHold: Expected a longer time than bake: otherwise every rollout raises its alarm, ' +
          'received nothing',
      ],
    ],
    [
      'a bake of unknown length',
      [{ kind: 'blueGreen' }],
      [
        'rollout[0].bake: Expected a duration: a positive whole number and s, m, h or d, such as "15m", received ' +
          'nothing',
      ],
    ],
    [
      'counts that are none',
      [shadow({ pictures: 0.5, maxPictures: 0, sample: 0 }), canary({ percent: 10, gates: { minRequests: 0 } })],
      [
        'rollout[0].pictures: Expected a whole number of pictures, 1–100000, received 0.5',
        'rollout[0].sample: Expected a share over 0, at most 1, received 0',
        'rollout[0].maxPictures: Expected a whole number of pictures, 1–1000000, received 0',
        'rollout[1].gates.minRequests: Expected a whole number of requests, 1–1000000, received 0',
      ],
    ],
    [
      'more than anyone has',
      [
        shadow({ pictures: 100_001, maxPictures: 1_000_001 }),
        canary({ percent: 10, gates: { minRequests: 1_000_001 } }),
      ],
      [
        'rollout[0].pictures: Expected a whole number of pictures, 1–100000, received 100001',
        'rollout[0].maxPictures: Expected a whole number of pictures, 1–1000000, received 1000001',
        'rollout[1].gates.minRequests: Expected a whole number of requests, 1–1000000, received 1000001',
      ],
    ],
    [
      'words for numbers, and numbers for words',
      [
        { kind: 'shadow', pictures: 'many', sample: 'all', gates: { latency: { limitMs: 'fast' } } },
        {
          kind: 'canary',
          percent: '10',
          duration: 5,
          gates: {
            errorRate: { tolerance: 'a' },
            latency: { factor: '2' },
            minRequests: '9',
            risk: { rollback: 'x', promote: null },
          },
        },
      ],
      [
        'rollout[0].pictures: Expected a whole number of pictures, 1–100000, received "many"',
        'rollout[0].sample: Expected a share over 0, at most 1, received "all"',
        'rollout[0].gates.latency.limitMs: Expected a number of milliseconds over 0, received "fast"',
        'rollout[1].percent: Expected a percentage over 0 and under 100, with at most two decimals, received "10"',
        'rollout[1].duration: Expected a duration: a positive whole number and s, m, h or d, such as "15m", received 5',
        'rollout[1].gates.errorRate.tolerance: Expected a share over 0 and under 1, received "a"',
        `rollout[1].gates.latency.factor: ${NO_FACTOR}, received "2"`,
        'rollout[1].gates.minRequests: Expected a whole number of requests, 1–1000000, received "9"',
        'rollout[1].gates.risk.rollback: Expected a probability over 0 and under 0.5, received "x"',
        'rollout[1].gates.risk.promote: Expected a probability over 0 and under 0.5, received null',
      ],
    ],
    [
      'gates that are no objects',
      [
        { kind: 'shadow', gates: null },
        { kind: 'canary', percent: 10, gates: { risk: 7, latency: null, errorRate: 'no' } },
        { kind: 'blueGreen', bake: '1h', gates: [] },
      ],
      [
        'rollout[0].gates: Expected { … }, received null',
        'rollout[1].gates.risk: Expected { … }, received 7',
        'rollout[1].gates.latency: Expected false or { … }, received null',
        'rollout[1].gates.errorRate: Expected false or { … }, received "no"',
        'rollout[2].gates: Expected { … }, received []',
      ],
    ],
    [
      "a shadow's tolerance over its margin",
      [
        shadow({ gates: { agreement: { tolerance: 0.3 }, latency: { tolerance: 0.5 } } }),
        canary({ percent: 10, gates: { latency: { tolerance: 0.2 } } }),
      ],
      [
        'rollout[0].gates.agreement.margin: Expected at least the tolerance of 0.3 (the margin is 0.1), ' +
          'received nothing',
        'rollout[0].gates.latency.margin: Expected at least the tolerance of 0.5 (the margin is 0.4), received nothing',
        'rollout[1].gates.latency.margin: Expected at least the tolerance of 0.2 (the margin is 0.1), received nothing',
      ],
    ],
    [
      'an unknown baseline',
      [{ kind: 'shadow', baseline: 'dog' }, canary({ percent: 10 })],
      ['rollout[0].baseline: Expected "live" or "human", received "dog"'],
    ],
  ])('%s', (_, plan, expected) => {
    expect(faults(plan).toSorted()).toEqual(expected.toSorted());
  });

  test('a fault in one key does not hide faults between the others', () => {
    const latency = { factor: 2, limitMs: 500, tolerance: 'a' };
    const phase = { kind: 'canary', percent: '10', duration: '3d', gates: { latency } };
    expect(faults([phase])).toEqual([
      'rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received "10"',
      `rollout[0].gates.latency.factor: ${NO_FACTOR}, received 2`,
      'rollout[0].gates.latency.tolerance: Expected a share over 0 and under 1, received "a"',
      'rollout[0].maxHold: Expected a longer time than duration: otherwise every rollout raises its alarm, ' +
        'received nothing',
    ]);
  });

  test('a tolerance can equal its margin', () => {
    const gates = { agreement: { tolerance: 0.1, margin: 0.1 } } as const;
    expect(faults([shadow({ gates }), canary({ percent: 10 })])).toEqual([]);
  });

  test('two decimals are accepted although they are not exact in binary', () => {
    for (const percent of [0.07, 0.57, 1.1, 33.33, 99.99]) expect(faults([canary({ percent })])).toEqual([]);
  });
});

describe('faults between phases', () => {
  test('weights that do not grow', () => {
    expect(
      faults([canary({ percent: 10 }), canary({ percent: 10 }), linear({ fromPercent: 5, stepPercent: 20 })]),
    ).toEqual([
      'rollout[1].percent: Expected more than the 10 percent of the step before, received 10',
      'rollout[2].fromPercent: Expected more than the 10 percent of the step before, received 5',
    ]);
  });

  test('a linear phase without room for a step', () => {
    expect(faults([canary({ percent: 80 }), linear({ stepPercent: 20 })])).toEqual([
      'rollout[1].stepPercent: Expected a step from 80 percent to less than 100 percent, received 20',
    ]);
  });

  test('a fault does not hide the faults of other phases', () => {
    expect(faults([canary({ percent: 50 }), canary({ percent: -1 }), canary({ percent: 20 })])).toEqual([
      'rollout[1].percent: Expected a percentage over 0 and under 100, with at most two decimals, received -1',
      'rollout[2].percent: Expected more than the 50 percent of the step before, received 20',
    ]);
  });

  test('a phase after blueGreen', () => {
    expect(faults([blueGreen({ bake: '1h' }), canary({ percent: 10 }), blueGreen({ bake: '1h' })])).toEqual([
      'rollout[1]: Expected no phase after blueGreen, which moves all traffic, received "canary"',
      'rollout[2]: Expected no phase after blueGreen, which moves all traffic, received "blueGreen"',
    ]);
  });

  test('a shadow after live traffic', () => {
    expect(faults([canary({ percent: 10 }), shadow(), linear({ stepPercent: 30 })])).toEqual([
      'rollout[1]: Expected the shadow before rollout[0], which uses live traffic, received "shadow"',
    ]);
  });

  test('no phase after the shadow', () => {
    expect(faults([shadow()])).toEqual([
      'rollout: Expected a canary, linear or blueGreen phase: without one, no gate judges the live traffic, ' +
        'received [{"kind":"shadow"}]',
    ]);
  });

  test('two shadows, canaries and a linear phase before blueGreen are no fault', () => {
    const phases = [
      shadow(),
      shadow({ baseline: 'human' }),
      canary({ percent: 1 }),
      linear({ stepPercent: 30 }),
      blueGreen({ bake: '1h' }),
    ];
    expect(faults(phases)).toEqual([]);
  });
});

describe('faults against the endpoint', () => {
  test('a shadow without captured inputs', () => {
    expect(faults([shadow(), canary({ percent: 10 })], { capture: 0, path: 'endpoints[2].rollout' })).toEqual([
      'endpoints[2].rollout[0]: Expected an endpoint with capture over 0: a shadow replays captured inputs, received 0',
    ]);
    expect(faults([canary({ percent: 10 })], { capture: 0 })).toEqual([]);
  });

  test('a shadow where a human answers', () => {
    const phases = [shadow({ baseline: 'human' }), canary({ percent: 10 })];
    const expected = 'Expected no shadow: where a human answers, callers get no answer of a model to judge';
    expect(faults(phases, { answeredBy: 'human' })).toEqual([`rollout[0]: ${expected}, received "shadow"`]);
    expect(faults([canary({ percent: 10 })], { answeredBy: 'human' })).toEqual([]);
  });

  test('a shadow that gets too few pictures before its alarm', () => {
    const phases = [shadow({ pictures: 200, sample: 0.5 }), canary({ percent: 10 })];
    const few = { capture: 0.01, requestsPerMinute: 10 };
    const rate = '10 requests per minute with capture 0.01 and sample 0.5';
    expect(faults(phases, few)).toContain(
      `rollout[0].pictures: Expected at most 144, the pictures that come in 2 d (maxHold) at ${rate}, received 200`,
    );
    expect(faults(phases, { ...few, capture: 0.014 }).filter((fault) => fault.includes('.pictures'))).toEqual([]);
    const { requestsPerMinute: _, ...unknown } = few;
    expect(faults(phases, unknown)).toEqual([]);
    const human = [shadow({ baseline: 'human' }), canary({ percent: 10 })];
    expect(faults(human, few).filter((fault) => fault.includes('.pictures'))).toEqual([]);
  });

  test("a human's count of nothing that is counted", () => {
    const phases = [shadow({ baseline: 'human' }), canary({ percent: 10 })];
    expect(faults(phases, { kind: 'predict' })).toEqual([
      'rollout[0].baseline: Expected "live": a human gives a count, and this endpoint does not count, ' +
        'received "human"',
    ]);
    expect(faults(phases)).toEqual([]);
    expect(faults([shadow(), canary({ percent: 10 })], { kind: 'predict' })).toEqual([]);
  });

  test('gates that a human baseline does not support', () => {
    const phases = [
      shadow({ baseline: 'human', gates: { agreement: {}, latency: { factor: 3 } } }),
      canary({ percent: 10 }),
    ];
    const reason = 'Expected false or no value: a human gives a count only, without boxes or times to compare';
    expect(faults(phases)).toEqual([
      `rollout[0].gates.agreement: ${reason}, received {}`,
      `rollout[0].gates.latency: ${reason}, received {"factor":3}`,
    ]);
    const off = shadow({ baseline: 'human', gates: { agreement: false, latency: false } });
    expect(faults([off, canary({ percent: 10 })])).toEqual([]);
    expect(faults([{ ...off, gates: { agreement: true } }, canary({ percent: 10 })])).toEqual([
      `rollout[0].gates.agreement: ${reason}, received true`,
    ]);
  });
});

describe('gates that can never be passed', () => {
  test('too few pictures for a margin, and fewer than the least', () => {
    const phases = [shadow({ pictures: 100, maxPictures: 50 }), canary({ percent: 10 })];
    const reason =
      'Expected at least 0.134: a smaller value cannot be proven with 50 pictures, even by a perfect candidate';
    expect(faults(phases)).toEqual([
      'rollout[0].maxPictures: Expected at least 100, the value of pictures, received 50',
      `rollout[0].gates.agreement.margin: ${reason}, received 0.1`,
      `rollout[0].gates.countError.margin: ${reason}, received 0.09`,
      `rollout[0].gates.errorRate.margin: ${reason}, received 0.05`,
    ]);
  });

  test('the reported least margin can be passed, and a slightly smaller one cannot', () => {
    const gates = (margin: number) =>
      ({ agreement: { tolerance: 0.05, margin }, countError: false, errorRate: false }) as const;
    const plan = (margin: number) => [
      shadow({ pictures: 50, maxPictures: 50, gates: gates(margin) }),
      canary({ percent: 10 }),
    ];
    expect(faults(plan(0.134))).toEqual([]);
    expect(faults(plan(0.132))).toHaveLength(1);
  });

  const onlyLatency = { errorRate: false, rejectionRate: false } as const;

  test('too little traffic, where the traffic is known', () => {
    const gates = { rejectionRate: false } as const;
    const phases = [canary({ percent: 10, gates }), canary({ percent: 50, gates })];
    expect(faults(phases, { requestsPerMinute: 10 })).toEqual([]);
    expect(faults(phases, { requestsPerMinute: 0.2 })).toEqual([
      'rollout[0].gates.errorRate.margin: Expected at least 0.085: a smaller value cannot be proven with the 57 ' +
        'requests that the step gets in 2 d at 0.2 per minute, even by a perfect candidate, received 0.01',
      'rollout[0].gates.minRequests: Expected at most the 57 requests that the step gets in 2 d at 0.2 per minute, ' +
        'received 100',
      'rollout[1].gates.errorRate.margin: Expected at least 0.016: a smaller value cannot be proven with the 288 ' +
        'requests that the step gets in 2 d at 0.2 per minute, even by a perfect candidate, received 0.01',
    ]);
  });

  test('replays prove what little traffic cannot, if there are enough of them', () => {
    const gates = { errorRate: { liveMargin: 0.2 }, rejectionRate: false, latency: false, minRequests: 1 } as const;
    const plan = (pictures: number) => [shadow({ pictures }), canary({ percent: 10, gates })];
    expect(faults(plan(500), { requestsPerMinute: 0.2 })).toEqual([]);
    expect(faults(plan(200), { requestsPerMinute: 0.2 })).toEqual([
      'rollout[1].gates.errorRate.margin: Expected at least 0.021: a smaller value cannot be proven with the 57 ' +
        'requests that the step gets in 2 d at 0.2 per minute, even by a perfect candidate, received 0.01',
    ]);
    expect(faults([...DEFAULT_PLAN], { requestsPerMinute: 0.2 })).toEqual([]);
  });

  test('are reported at their index, beside a phase with another fault', () => {
    const phases = [canary({ percent: -1 }), canary({ percent: 10, gates: { ...onlyLatency, minRequests: 600 } })];
    expect(faults(phases, { requestsPerMinute: 2 })).toEqual([
      'rollout[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received -1',
      'rollout[1].gates.minRequests: Expected at most the 576 requests that the step gets in 2 d at 2 per minute, ' +
        'received 600',
    ]);
  });

  test('exactly the needed number of requests is enough', () => {
    const step = (minRequests: number) => [canary({ percent: 10, gates: { ...onlyLatency, minRequests } })];
    expect(faults(step(576), { requestsPerMinute: 2 })).toEqual([]);
    expect(faults(step(577), { requestsPerMinute: 2 })).toHaveLength(1);
  });

  test('a bake gets all requests, and its limit is its margin', () => {
    const phases = [blueGreen({ bake: '1h', gates: { errorRate: { limit: 0.01 }, minRequests: 600 } })];
    expect(faults(phases, { requestsPerMinute: 1 })).toEqual([]);
    expect(faults(phases, { requestsPerMinute: 0.2 })).toEqual([
      'rollout[0].gates.errorRate.limit: Expected at least 0.013: a smaller value cannot be proven with the 576 ' +
        'requests that the step gets in 2 d at 0.2 per minute, even by a perfect candidate, received 0.01',
      'rollout[0].gates.minRequests: Expected at most the 576 requests that the step gets in 2 d at 0.2 per minute, ' +
        'received 600',
    ]);
  });

  test('a bake compares rejections by a margin, whatever the day before was like', () => {
    const gates = { errorRate: false, rejectionRate: { tolerance: 0.01, margin: 0.02 }, latency: false } as const;
    expect(faults([blueGreen({ bake: '1h', gates })], { requestsPerMinute: 1 })).toEqual([]);
    const [fault = '', ...others] = faults([blueGreen({ bake: '1h', gates })], { requestsPerMinute: 0.05 });
    expect(fault).toMatch(/^rollout\[0\]\.gates\.rejectionRate\.margin: Expected at least 0\.\d+: a smaller value /);
    expect(others).toEqual([]);
  });

  test('the steps of a linear phase report a fault once, for the smallest step', () => {
    const all = faults([linear({ stepPercent: 1 })], { requestsPerMinute: 0.1 });
    expect(all).toHaveLength(4);
    expect(all[3]).toContain('Expected at most the 2 requests');
  });
});

test('any input gives a plan, or faults with paths', () => {
  const phase = fc.oneof(
    fc.record({ kind: fc.constantFrom('shadow', 'canary', 'linear', 'blueGreen') }, { requiredKeys: [] }),
    fc.record(
      {
        kind: fc.constantFrom('canary', 'linear'),
        percent: fc.double(),
        stepPercent: fc.double(),
        gates: fc.jsonValue(),
      },
      { requiredKeys: ['kind'] },
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(phase), fc.jsonValue()), (plan) => {
      const result = checkPlan(plan, { ...COUNT, requestsPerMinute: 5 });
      expect(result.plan === undefined).toBe(result.faults.length > 0);
      for (const { path, expected } of result.faults) {
        expect(path).toMatch(/^rollout/);
        expect(expected).toMatch(/^Expected /);
      }
    }),
  );
});

/** The shape and ranges of a plan, with what was expected in words, and its defaults. A key that is not known is a fault. */

import { z } from 'zod';
import { DURATION, type Duration, milliseconds } from './duration.ts';
import { DEFAULTS } from './plan.ts';

/** Percentages have two decimals: alias weights four. Floats make 0.07 · 100 into 7.000000000000001. */
function hasTwoDecimals(percent: number): boolean {
  return Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-6;
}

function percentage(least: number, words: string) {
  const expected = `expected a percentage ${words}, with at most two decimals`;
  return z.number(expected).refine((percent) => percent >= least && percent < 100 && hasTwoDecimals(percent), expected);
}

const weight = percentage(0.01, 'over 0 and under 100');

function openShare() {
  const expected = 'expected a share over 0 and under 1';
  return z.number(expected).gt(0, expected).lt(1, expected);
}

function whole(most: number, unit: string) {
  const expected = `expected a whole number of ${unit}, 1–${most}`;
  return z.int(expected).min(1, expected).max(most, expected);
}

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && DURATION.test(value),
  'expected a duration: a positive whole number and s, m, h or d, such as "15m"',
);

/** An object of which all keys are known. */
function object<T extends z.core.$ZodLooseShape>(shape: T, expected = 'expected { … }') {
  return z.strictObject(shape, expected);
}

function riskShare(byDefault: number) {
  const expected = 'expected a chance over 0 and under 0.5';
  return z.number(expected).gt(0, expected).lt(0.5, expected).default(byDefault);
}

const risk = object({
  rollback: riskShare(DEFAULTS.risk.rollback),
  promote: riskShare(DEFAULTS.risk.promote),
}).prefault({});

/** A second pass over a gate, which runs even if one of its other keys is at fault, so that all faults are told at once. */
function ordered<T extends z.ZodType>(schema: T, [lower, upper]: readonly [string, string], strictly = false) {
  const bounds = (value: unknown) => [(value as Values | null)?.[lower], (value as Values | null)?.[upper]];
  return schema.refine(
    (value) => {
      const [low, high] = bounds(value) as [number, number];
      return strictly ? low < high : low <= high;
    },
    {
      path: [upper],
      error: ({ input }) => {
        const [low, high] = bounds(input);
        return `expected ${strictly ? 'more than' : 'at least'} its ${lower}, ${low} (it is ${high})`;
      },
      when: ({ value }) => bounds(value).every((bound) => typeof bound === 'number'),
    },
  );
}

type Values = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly tolerance: number;
  readonly margin: number;
}

function boundsOf({ tolerance, margin }: Bounds) {
  return { tolerance: openShare().default(tolerance), margin: openShare().default(margin) };
}

function meanGate(byDefault: Bounds) {
  return ordered(gateObject(boundsOf(byDefault)), ['tolerance', 'margin']);
}

const slow = {
  factor: z.number('expected a factor over 1').gt(1, 'expected a factor over 1').exactOptional(),
  limitMs: z.number('expected milliseconds, over 0').gt(0, 'expected milliseconds, over 0').exactOptional(),
};

/** Exactly one of `factor` and `limitMs`; without either, the default factor. */
function oneSlow<T extends z.ZodType<{ factor?: number; limitMs?: number }>>(schema: T) {
  return schema
    .refine((value) => value.limitMs === undefined || value.factor === undefined, {
      path: ['factor'],
      error: 'expected no factor beside limitMs, which would have no effect',
      when: ({ value }) => typeof value === 'object' && value !== null,
    })
    .transform((value: z.output<T>) =>
      value.limitMs === undefined ? { ...value, factor: value.factor ?? DEFAULTS.factor } : value,
    );
}

/** A gate's keys. */
function gateObject<T extends z.core.$ZodLooseShape>(shape: T) {
  return object(shape, 'expected false or { … }');
}

/** `false`, or the gate with its defaults. */
function gate<T extends z.ZodType>(schema: T) {
  return z.union([z.literal(false), schema]);
}

const shadowDefaults = DEFAULTS.shadow;
const shadowLatency = gate(
  oneSlow(ordered(gateObject({ ...slow, ...boundsOf(shadowDefaults.latency) }), ['tolerance', 'margin'])),
);

const shadowGatesOfLive = object({
  agreement: gate(meanGate(shadowDefaults.agreement)).prefault({}),
  countError: gate(meanGate(shadowDefaults.countError)).prefault({}),
  errorRate: gate(meanGate(shadowDefaults.errorRate)).prefault({}),
  latency: shadowLatency.prefault({}),
  risk,
});

function onlyWithLive() {
  return z
    .literal(false, 'expected no such gate, or false: a human gives a count and no boxes or times to compare with')
    .default(false);
}

const shadowGatesOfHuman = object({
  agreement: onlyWithLive(),
  countError: gate(meanGate(shadowDefaults.countErrorOfHuman)).prefault({}),
  errorRate: gate(meanGate(shadowDefaults.errorRate)).prefault({}),
  latency: onlyWithLive(),
  risk,
});

const traffic = DEFAULTS.traffic;
const minRequests = whole(1_000_000, 'requests').default(DEFAULTS.minRequests);

const trafficGates = object({
  errorRate: gate(
    ordered(
      ordered(gateObject({ ...boundsOf(traffic.errorRate), limit: openShare().default(traffic.errorRate.limit) }), [
        'tolerance',
        'margin',
      ]),
      ['margin', 'limit'],
      true,
    ),
  ).prefault({}),
  latency: gate(
    oneSlow(
      ordered(
        ordered(gateObject({ ...slow, ...boundsOf(traffic.latency), limit: openShare().exactOptional() }), [
          'tolerance',
          'margin',
        ]),
        ['margin', 'limit'],
        true,
      ),
    ),
  ).prefault({}),
  minRequests,
  risk,
});

const bakeGates = object({
  errorRate: gate(gateObject({ limit: openShare().default(DEFAULTS.bake.errorRate.limit) })).prefault({}),
  latency: gate(oneSlow(gateObject({ ...slow, limit: openShare().default(DEFAULTS.bake.latency.limit) }))).prefault({}),
  minRequests,
  risk,
});

const maxHold = duration.default(DEFAULTS.maxHold);

const expectedSample = 'expected a share over 0, at most 1';
const shadowKeys = {
  kind: z.literal('shadow'),
  pictures: whole(100_000, 'pictures').default(shadowDefaults.pictures),
  maxPictures: whole(1_000_000, 'pictures').exactOptional(),
  sample: z.number(expectedSample).gt(0, expectedSample).max(1, expectedSample).default(shadowDefaults.sample),
  maxHold,
};

/** A step that ends only after its alarm would raise it every time. */
function holdsLongerThan<T extends z.ZodType>(key: string, schema: T) {
  return schema.refine(
    (value) => {
      const { maxHold: most, [key]: least } = value as Record<string, Duration>;
      return milliseconds(most as Duration) > milliseconds(least as Duration);
    },
    {
      path: ['maxHold'],
      error: `expected a longer time than ${key}: every rollout would raise its alarm`,
      when: ({ value }) => [key, 'maxHold'].every((each) => DURATION.test(String((value as Values | null)?.[each]))),
    },
  );
}

const shadowSchema = z
  .discriminatedUnion(
    'baseline',
    [
      z.strictObject({
        ...shadowKeys,
        baseline: z.literal('live').default('live'),
        gates: shadowGatesOfLive.prefault({}),
      }),
      z.strictObject({ ...shadowKeys, baseline: z.literal('human'), gates: shadowGatesOfHuman.prefault({}) }),
    ],
    'expected "live" or "human"',
  )
  .transform((phase) => ({
    ...phase,
    maxPictures: phase.maxPictures ?? shadowDefaults.maxPicturesPerPicture * phase.pictures,
  }));

const canarySchema = holdsLongerThan(
  'duration',
  z.strictObject({
    kind: z.literal('canary'),
    percent: weight,
    duration: duration.default(DEFAULTS.duration),
    maxHold,
    gates: trafficGates.prefault({}),
  }),
);

const linearSchema = holdsLongerThan(
  'every',
  z.strictObject({
    kind: z.literal('linear'),
    fromPercent: weight.exactOptional(),
    stepPercent: percentage(1, 'at least 1 and under 100'),
    every: duration.default(DEFAULTS.duration),
    maxHold,
    gates: trafficGates.prefault({}),
  }),
);

const blueGreenSchema = holdsLongerThan(
  'bake',
  z.strictObject({ kind: z.literal('blueGreen'), bake: duration, maxHold, gates: bakeGates.prefault({}) }),
);

/** One phase by its kind. */
export const PHASE_SCHEMAS = {
  shadow: shadowSchema,
  canary: canarySchema,
  linear: linearSchema,
  blueGreen: blueGreenSchema,
} as const;

/** A shadow with everything decided. */
export type CheckedShadow = z.output<typeof shadowSchema>;
/** A canary with everything decided. */
export type CheckedCanary = z.output<typeof canarySchema>;
/** A linear ramp with everything decided. */
export type CheckedLinear = z.output<typeof linearSchema>;
/** A switch and its bake with everything decided. */
export type CheckedBlueGreen = z.output<typeof blueGreenSchema>;
/** A phase with everything decided. */
export type CheckedPhase = CheckedShadow | CheckedCanary | CheckedLinear | CheckedBlueGreen;
/** A plan with everything decided: what travels in the state machine's input. JSON. */
export type CheckedPlan = readonly CheckedPhase[];

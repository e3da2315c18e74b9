/** Shape, ranges and defaults of gates, with the expectation in words. An unknown key is a fault. */

import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';

/** A share between 0 and 1, both exclusive. */
export function openShare() {
  return z.number('Expected a share over 0 and under 1').gt(0).lt(1);
}

/** A whole number from 1 up. */
export function whole(most: number, unit: string) {
  return z.int(`Expected a whole number of ${unit}, 1–${most}`).min(1).max(most);
}

/** An object without unknown keys. */
function object<T extends z.core.$ZodLooseShape>(shape: T, expected = 'Expected { … }') {
  return z.strictObject(shape, expected);
}

function riskShare(byDefault: number) {
  return z.number('Expected a probability over 0 and under 0.5').gt(0).lt(0.5).default(byDefault);
}

const risk = object({
  rollback: riskShare(DEFAULTS.risk.rollback),
  promote: riskShare(DEFAULTS.risk.promote),
}).prefault({});

/** Compares two keys of a gate even if another key has a fault, so that all faults are reported at once. */
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
        return `Expected ${strictly ? 'more than' : 'at least'} the ${lower} of ${low} (the ${upper} is ${high})`;
      },
      when: ({ value }) => bounds(value).every((bound) => typeof bound === 'number'),
    },
  );
}

/** An object of unknown values. */
export type Values = Readonly<Record<string, unknown>>;

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

const slowReplay = {
  factor: z.number('Expected a factor over 1').gt(1).exactOptional(),
  limitMs: z.number('Expected a number of milliseconds over 0').gt(0).exactOptional(),
};

/** Exactly one of `factor` and `limitMs`; without either, the default factor. */
function oneSlow<T extends z.ZodType<{ factor?: number; limitMs?: number }>>(schema: T) {
  return schema
    .refine((value) => value.limitMs === undefined || value.factor === undefined, {
      path: ['factor'],
      error: 'Expected no factor beside limitMs, which would have no effect',
      when: ({ value }) => typeof value === 'object' && value !== null,
    })
    .transform((value: z.output<T>) =>
      value.limitMs === undefined ? { ...value, factor: value.factor ?? DEFAULTS.factor } : value,
    );
}

/** A gate's keys. */
function gateObject<T extends z.core.$ZodLooseShape>(shape: T) {
  return object(shape, 'Expected false or { … }');
}

/** `false`, or the gate with its defaults. */
function gate<T extends z.ZodType>(schema: T) {
  return z.union([z.literal(false), schema]);
}

const limitMs = z.number('Expected a number of milliseconds over 0').gt(0).exactOptional();

/** A gate of requests, which earlier releases compared with a multiple of live's median. */
const slowRequest = {
  limitMs,
  factor: z
    .undefined(
      "Expected no factor: slow is what takes longer than live's own 90th percentile. Leave it out, or write limitMs",
    )
    .optional(),
};

const coldStart = gate(
  gateObject({
    factor: z.number('Expected a factor of at least 1').gte(1).default(DEFAULTS.coldStart.factor),
    plusMs: z.number('Expected a number of milliseconds of at least 0').gte(0).default(DEFAULTS.coldStart.plusMs),
  }),
).prefault({});

const shadowDefaults = DEFAULTS.shadow;
const shadowLatency = gate(
  oneSlow(ordered(gateObject({ ...slowReplay, ...boundsOf(shadowDefaults.latency) }), ['tolerance', 'margin'])),
);

/** Gates of a shadow of live. */
export const shadowGatesOfLive = object({
  agreement: gate(meanGate(shadowDefaults.agreement)).prefault({}),
  countError: gate(meanGate(shadowDefaults.countError)).prefault({}),
  errorRate: gate(meanGate(shadowDefaults.errorRate)).prefault({}),
  latency: shadowLatency.prefault({}),
  risk,
});

function onlyWithLive() {
  return z
    .literal(false, 'Expected false or no value: a human gives a count only, without boxes or times to compare')
    .default(false);
}

/** Gates of a shadow of a human: the count, and whether replays fail. */
export const shadowGatesOfHuman = object({
  agreement: onlyWithLive(),
  countError: gate(meanGate(shadowDefaults.countErrorOfHuman)).prefault({}),
  errorRate: gate(meanGate(shadowDefaults.errorRate)).prefault({}),
  latency: onlyWithLive(),
  risk,
});

function onlyByAgreement(reason: string) {
  return z.literal(false, `Expected false or no value: ${reason}`).default(false);
}

/** Gates of a shadow that another judge than agreement judges: whether replays fail, and how long they take. */
function shadowGatesBeside(reason: string, errors: Bounds) {
  return object({
    agreement: onlyByAgreement(reason),
    countError: onlyByAgreement(reason),
    errorRate: gate(meanGate(errors)).prefault({}),
    latency: shadowLatency.prefault({}),
    risk,
  });
}

/** Gates of a shadow that people judge. */
export const shadowGatesOfPeople = shadowGatesBeside(
  'people judge where the versions differ',
  shadowDefaults.errorRate,
);
/** Gates of a shadow that a labelled set judges. */
export const shadowGatesOfLabels = shadowGatesBeside(
  'the labels judge both versions',
  shadowDefaults.errorRateOfLabels,
);

const traffic = DEFAULTS.traffic;
const minRequests = whole(1_000_000, 'requests').default(DEFAULTS.minRequests);

/** A gate of differences: tolerance ≤ margin < limit. */
function differenceGate<T extends z.core.$ZodLooseShape>(shape: T) {
  return ordered(ordered(gateObject(shape), ['tolerance', 'margin']), ['margin', 'limit'], true);
}

/** A gate to which replays count: margin ≤ liveMargin. */
function replayedGate<T extends z.core.$ZodLooseShape>(byDefault: Bounds, shape: T) {
  const schema = differenceGate({ ...boundsOf(byDefault), ...shape, liveMargin: openShare().exactOptional() });
  return ordered(schema, ['margin', 'liveMargin']).transform((gate) => {
    const { margin, liveMargin = Math.max(margin, traffic.liveMargin) } = gate as Bounds & { liveMargin?: number };
    return { ...gate, liveMargin };
  });
}

const noLimit = openShare().exactOptional();
const errorLimit = openShare().default(traffic.errorRate.limit);
const bakeDefaults = DEFAULTS.bake;

/**
 * Gates of a step of live traffic. Without a rejection gate, its bounds are those of the errors: both depend on the
 * number of requests.
 */
export const trafficGates = object({
  errorRate: gate(replayedGate(traffic.errorRate, { limit: errorLimit })).prefault({}),
  rejectionRate: gate(replayedGate(traffic.rejectionRate, { limit: noLimit })).exactOptional(),
  latency: gate(differenceGate({ ...slowRequest, ...boundsOf(traffic.latency), limit: noLimit })).prefault({}),
  coldStart,
  minRequests,
  risk,
}).transform((gates) => {
  const { tolerance, margin, liveMargin } = gates.errorRate || { ...traffic.rejectionRate, ...traffic };
  return { ...gates, rejectionRate: gates.rejectionRate ?? { tolerance, margin, liveMargin } };
});

/** Gates of a bake. Without a rejection gate, its bounds are at least the limit of the errors. */
export const bakeGates = object({
  errorRate: gate(gateObject({ limit: openShare().default(bakeDefaults.errorRate.limit) })).prefault({}),
  rejectionRate: gate(meanGate(bakeDefaults.rejectionRate)).exactOptional(),
  latency: gate(gateObject({ ...slowRequest, limit: openShare().default(bakeDefaults.latency.limit) })).prefault({}),
  coldStart,
  minRequests,
  risk,
}).transform((gates) => {
  const { limit } = gates.errorRate || bakeDefaults.errorRate;
  const tolerance = Math.max(limit, bakeDefaults.rejectionRate.tolerance);
  const margin = Math.max(limit, bakeDefaults.rejectionRate.margin);
  return { ...gates, rejectionRate: gates.rejectionRate ?? { tolerance, margin } };
});

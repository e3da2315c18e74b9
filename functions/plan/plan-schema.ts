/** Shape, ranges and defaults of phases, with the expectation in words. An unknown key is a fault. */

import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { DURATION, type Duration, milliseconds } from './duration.ts';
import {
  bakeGates,
  openShare,
  shadowGatesOfHuman,
  shadowGatesOfLabels,
  shadowGatesOfLive,
  shadowGatesOfPeople,
  trafficGates,
  type Values,
  whole,
} from './gate-schema.ts';
import { labelledSet } from './labelled-set.ts';
import { withScenes } from './scenes.ts';

/** Percentages have two decimals: alias weights four. Floats make 0.07 · 100 into 7.000000000000001. */
function hasTwoDecimals(percent: number): boolean {
  return Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-6;
}

function percentage(least: number, words: string) {
  const expected = `Expected a percentage ${words}, with at most two decimals`;
  return z.number(expected).refine((percent) => percent >= least && percent < 100 && hasTwoDecimals(percent), expected);
}

const weight = percentage(0.01, 'over 0 and under 100');

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && DURATION.test(value),
  'Expected a duration: a positive whole number and s, m, h or d, such as "15m"',
);

const maxHold = duration.default(DEFAULTS.maxHold);

const shadowKeys = {
  kind: z.literal('shadow'),
  pictures: whole(100_000, 'pictures').default(DEFAULTS.shadow.pictures),
  scenes: whole(100_000, 'scenes').exactOptional(),
  maxPictures: whole(1_000_000, 'pictures').exactOptional(),
  sample: z.number('Expected a share over 0, at most 1').gt(0).max(1).default(DEFAULTS.shadow.sample),
  maxHold,
};

/** Because a step that lasts longer than `maxHold` raises its alarm in every rollout. */
function holdsLongerThan<T extends z.ZodType>(key: string, schema: T) {
  return schema.refine(
    (value) => {
      const { maxHold: most, [key]: least } = value as Record<string, Duration>;
      return milliseconds(most as Duration) > milliseconds(least as Duration);
    },
    {
      path: ['maxHold'],
      error: `Expected a longer time than ${key}: otherwise every rollout raises its alarm`,
      when: ({ value }) => [key, 'maxHold'].every((each) => DURATION.test(String((value as Values | null)?.[each]))),
    },
  );
}

const agreement = z.literal('agreement').optional();
const repeats = z.enum(['ignore', 'count'], 'Expected "ignore" or "count"').exactOptional();
const repeatsForPeople = z
  .literal('ignore', 'Expected "ignore" or no value: people judge each scene once')
  .exactOptional();

const byAgreement = z.discriminatedUnion(
  'baseline',
  [
    z.strictObject({
      ...shadowKeys,
      judge: agreement,
      repeats,
      baseline: z.literal('live').default('live'),
      gates: shadowGatesOfLive.prefault({}),
    }),
    z.strictObject({
      ...shadowKeys,
      judge: agreement,
      repeats,
      baseline: z.literal('human'),
      gates: shadowGatesOfHuman.prefault({}),
    }),
  ],
  'Expected "live" or "human"',
);

/** The keys of a judge that compares both versions with the truth. */
function truthKeys(judges: string) {
  return {
    baseline: z
      .literal('live', `Expected "live" or no value: ${judges} the candidate and the live version`)
      .default('live'),
    goal: z.enum(['better', 'notWorse'], 'Expected "better" or "notWorse"').default('better'),
    margin: openShare().exactOptional(),
  };
}

function marginOnlyWithNotWorse<T extends z.ZodType>(schema: T) {
  return schema.refine(
    (value) => {
      const { goal, margin } = value as Values;
      return goal === 'notWorse' || margin === undefined;
    },
    {
      path: ['margin'],
      error: 'Expected no margin with goal "better", where it would have no effect',
      when: ({ value }) => typeof value === 'object' && value !== null,
    },
  );
}

const byPeople = marginOnlyWithNotWorse(
  z.strictObject({
    ...shadowKeys,
    judge: z.literal('people'),
    repeats: repeatsForPeople,
    ...truthKeys('people judge'),
    gates: shadowGatesOfPeople.prefault({}),
  }),
);

function withoutReplays() {
  return z
    .undefined('Expected no value: all photos of the labelled set are answered, and no recorded request')
    .optional();
}

const byLabels = marginOnlyWithNotWorse(
  z.strictObject({
    ...{ kind: shadowKeys.kind, maxHold },
    ...{ pictures: withoutReplays(), maxPictures: withoutReplays(), sample: withoutReplays() },
    ...{ scenes: withoutReplays(), repeats: withoutReplays() },
    judge: z.literal('labels'),
    ...truthKeys('the labels judge'),
    labels: labelledSet,
    gates: shadowGatesOfLabels.prefault({}),
  }),
);

/** `pictures` and `sample` of a labelled shadow have no effect until `rollout judge` lets people judge instead. */
const shadowSchema = z
  .discriminatedUnion('judge', [byAgreement, byPeople, byLabels], 'Expected "agreement", "people" or "labels"')
  .transform((phase) => {
    const { pictures = DEFAULTS.shadow.pictures, sample = DEFAULTS.shadow.sample } = phase;
    const { maxPictures = DEFAULTS.shadow.maxPicturesPerPicture * pictures } = phase;
    const complete = { ...phase, pictures, sample, maxPictures };
    return complete.judge === 'labels' ? complete : withScenes(complete);
  });

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

/** A shadow with its defaults. */
export type CheckedShadow = z.output<typeof shadowSchema>;
/** A canary with its defaults. */
export type CheckedCanary = z.output<typeof canarySchema>;
/** A linear ramp with its defaults. */
export type CheckedLinear = z.output<typeof linearSchema>;
/** A switch and its bake with their defaults. */
export type CheckedBlueGreen = z.output<typeof blueGreenSchema>;
/** A phase with its defaults. */
export type CheckedPhase = CheckedShadow | CheckedCanary | CheckedLinear | CheckedBlueGreen;
/** A plan with its defaults: part of the state machine's input. JSON. */
export type CheckedPlan = readonly CheckedPhase[];

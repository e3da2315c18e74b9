import { z } from 'zod';

/** What is told of an endpoint's rollouts. The API's description is made from these schemas, so they hold the words for readers too. */

export const phaseSchema = z
  .enum(['none', 'starting', 'running', 'waiting', 'done', 'rolled back', 'superseded', 'stopped', 'failed'])
  .meta({
    id: 'Phase',
    description:
      'How the last rollout goes or went. none: there was none. starting: it has not ticked yet. waiting: for a person. stopped: somebody else moved the alias. failed: its controller did.',
  });

const outcomeSchema = z.enum(['promote', 'hold', 'roll back']).meta({ id: 'Outcome' });
const statusSchema = z.enum(['running', 'held', 'alarmed', 'done', 'rolled back', 'superseded', 'stopped']);
const time = z.iso.datetime();
const version = z.string().meta({ description: 'a published version of the function' });
/** The rollout's own clock, which a laptop can speed up. */
const byItsClock = time.meta({ description: 'by the rollout’s own clock' });

const rolloutSchema = z
  .object({
    version,
    stable_version: version,
    execution: z.string(),
    step: z.string().meta({ description: 'the present step; at the end, the one it ended in' }),
    step_kind: z.enum(['golden', 'shadow', 'weight', 'full', 'bake', 'done', 'unknown']).meta({
      description:
        'what kind of step `step` is, for programs. weight: a canary. unknown: recorded by an older version of the rollout.',
    }),
    step_number: z.int().positive().meta({ description: 'counted from 1' }),
    steps: z.array(z.string()).meta({ description: 'all steps, without the end' }),
    step_since: byItsClock.exactOptional(),
    last_tick: byItsClock.exactOptional(),
    ticks: z.int().nonnegative(),
    outcome: outcomeSchema.exactOptional(),
    words: z.string().meta({ description: 'the verdict’s arithmetic, or why there is none' }),
  })
  .meta({ id: 'Rollout', description: 'the last rollout' });

/** Where an endpoint stands. */
export const standingSchema = z.object({
  endpoint: z.string(),
  phase: phaseSchema,
  routing: z
    .object({
      version,
      candidate: z.object({ version, percent: z.number().min(0).max(100) }).exactOptional(),
    })
    .meta({ description: 'live traffic: all to `version`, but `candidate.percent` of it to `candidate.version`' }),
  traffic: z.string().meta({ description: 'the same in words' }),
  newest_version: version,
  previous_version: version
    .exactOptional()
    .meta({ description: 'where a rollback goes; absent: nobody has noted one' }),
  last_move: z.object({ by: z.string(), at: time }).exactOptional(),
  models: z.record(z.string(), z.string()).meta({ description: 'models in words, by version' }),
  rollout: rolloutSchema.exactOptional(),
});

const share = z.number();

/** One gate of the last tick, with its numbers against its limits. */
export const gateSchema = z
  .object({
    subject: z.string().meta({ description: 'what is judged: agreement, count, errors, latency, pictures, …' }),
    outcome: outcomeSchema,
    words: z.string(),
    bounds: z
      .object({
        value: share.exactOptional().meta({ description: 'as seen; absent: nothing yet' }),
        at_least: share,
        at_most: share,
        promotes_below: share.exactOptional(),
        rolls_back_above: share,
      })
      .exactOptional()
      .meta({
        description:
          'shares, or differences of shares from live’s: rolled back when `at_least` is above the one limit, promoted when `at_most` is below the other',
      }),
    progress: z
      .object({ have: z.number(), need: z.number(), unit: z.enum(['pictures', 'requests', 'ms']) })
      .exactOptional()
      .meta({ description: 'what there must be enough of' }),
  })
  .meta({ id: 'Gate' });

/** Ticks in a row that came to the same. */
export const historyRowSchema = z
  .object({
    from: byItsClock,
    until: byItsClock,
    first_tick: z.int().nonnegative(),
    last_tick: z.int().nonnegative(),
    step: z.string(),
    status: statusSchema,
    outcome: outcomeSchema,
    words: z.string().meta({ description: 'of the last of them' }),
    traffic: z.string(),
  })
  .meta({ id: 'HistoryRow', description: 'ticks in a row that came to the same' });

/** `GET /{endpoint}/status` */
export const endpointStatusSchema = standingSchema
  .extend({
    needs_a_person: z.boolean(),
    gates: z.array(gateSchema).meta({ description: 'of the rollout’s last tick' }),
    history: z
      .array(historyRowSchema)
      .meta({ description: 'of the last rollout; of a long one, its last thousand ticks' }),
  })
  .meta({ id: 'EndpointStatus' });

export type Phase = z.infer<typeof phaseSchema>;
/** The last rollout. JSON. */
export type RolloutStanding = z.infer<typeof rolloutSchema>;
/** Where an endpoint stands. JSON. */
export type Standing = z.infer<typeof standingSchema>;
export type GateStanding = z.infer<typeof gateSchema>;
export type HistoryRow = z.infer<typeof historyRowSchema>;
export type EndpointStatus = z.infer<typeof endpointStatusSchema>;

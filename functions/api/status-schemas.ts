import * as z from 'zod';
import { MEASURES } from '../judge/needs.ts';
import { OBSTACLES } from '../judge/wait.ts';
import { accuracySchema } from './accuracy-schemas.ts';
import { driftSchema, driftStandingSchema } from './drift-schemas.ts';

/**
 * Schemas of `GET /{endpoint}/status`. The OpenAPI document is generated from them, so their descriptions are for the
 * API's users.
 */

export const phaseSchema = z
  .enum(['none', 'starting', 'running', 'waiting', 'done', 'rolled back', 'superseded', 'stopped', 'failed'])
  .meta({
    id: 'Phase',
    description:
      'Phase of the last rollout. none: no rollout yet. starting: before the first tick. waiting: for an operator. ' +
      'stopped: the live alias was moved outside the rollout. failed: the rollout controller failed.',
  });

const outcomeSchema = z.enum(['promote', 'hold', 'roll back']).meta({ id: 'Outcome' });
const statusSchema = z.enum(['running', 'held', 'alarmed', 'done', 'rolled back', 'superseded', 'stopped']);
const time = z.iso.datetime();
const version = z.string().meta({ description: 'published version of the function' });
/** A time of the rollout's clock, which the local emulator can speed up. */
const rolloutTime = time.meta({ description: 'time by the rollout’s clock, which the emulator can speed up' });

const minutes = z.number().nonnegative();
const proofSchema = z.enum(['promote', 'roll back']);

/** What a step waits for. */
export const waitSchema = z
  .object({
    words: z.string().meta({ description: 'what the step waits for and for how long, as text' }),
    expected: proofSchema.exactOptional().meta({ description: 'verdict in sight; absent: none' }),
    eta_minutes: minutes.exactOptional().meta({
      description: 'minutes from the last tick until then, or until a labelled set is answered; absent: none',
    }),
    obstacle: z
      .enum(OBSTACLES)
      .exactOptional()
      .meta({
        description:
          'Why no verdict comes by itself in time. no-verdict: the numbers are too near to a limit. few-decisions: ' +
          'too few to foretell how many more. few-photos: the labelled set is too small. few-scenes: the same ' +
          'pictures come again and again. no-traffic: nothing comes that counts, or too little. max-pictures: the ' +
          'shadow has no pictures left before. max-hold: the alarm comes before. cold-starts: they take longer ' +
          'than allowed. drift: the pictures have changed, and an operator decides. held: an operator holds the ' +
          'rollout.',
      }),
    needs: z
      .array(
        z.object({
          of: z.enum(MEASURES).meta({
            description:
              'gate, `people` (their decisions), `labels` (known truth), `limit` (both exceed it), `least` (a ' +
              'minimum of the step), or `scenes` (different ones)',
          }),
          unit: z.enum(['requests', 'pictures', 'photos', 'decisions', 'minutes']).meta({
            description: 'requests: those of the candidate; photos: of a labelled set',
          }),
          more: z.int().nonnegative().exactOptional().meta({ description: 'how many more; absent: no proof in sight' }),
          expected: proofSchema.exactOptional(),
          eta_minutes: minutes.exactOptional(),
        }),
      )
      .meta({ description: 'what is not proven yet; what takes longest comes first' }),
    came: z
      .object({ count: z.int().nonnegative(), minutes })
      .exactOptional()
      .meta({ description: 'only of no-traffic: requests or pictures since the step began' }),
    after: z
      .object({ steps: z.int().positive(), eta_minutes: minutes.exactOptional() })
      .exactOptional()
      .meta({ description: 'steps after this one, and minutes from the last tick until the end of the rollout' }),
  })
  .meta({
    id: 'Wait',
    description: 'what the step waits for, if requests, pictures and decisions go on as they come now',
  });

const rolloutSchema = z
  .object({
    version,
    stable_version: version,
    execution: z.string(),
    step: z.string().meta({ description: 'current step; after the end, the step in which the rollout ended' }),
    step_kind: z.enum(['golden', 'shadow', 'weight', 'full', 'bake', 'done', 'unknown']).meta({
      description:
        'kind of `step`, for programs. weight: canary. unknown: recorded by an older version of the rollout.',
    }),
    judge: z.literal('people').exactOptional().meta({
      description: 'people judge the current step, while it lasts: GET /{endpoint}/judge',
    }),
    step_number: z.int().positive().meta({ description: 'counted from 1' }),
    steps: z.array(z.string()).meta({ description: 'all steps of the plan' }),
    step_since: rolloutTime.exactOptional(),
    last_tick: rolloutTime.exactOptional(),
    ticks: z.int().nonnegative(),
    held_by: z.string().exactOptional().meta({ description: 'operator who holds the rollout' }),
    outcome: outcomeSchema.exactOptional(),
    words: z.string().meta({ description: 'the numbers behind the verdict as text, or the reason why there is none' }),
    wait: waitSchema.exactOptional().meta({ description: 'only where the verdict holds' }),
  })
  .meta({ id: 'Rollout', description: 'the last rollout' });

/** Routing and rollout of an endpoint. */
export const standingSchema = z.object({
  endpoint: z.string(),
  phase: phaseSchema,
  routing: z
    .object({
      version,
      candidate: z.object({ version, percent: z.number().min(0).max(100) }).exactOptional(),
    })
    .meta({ description: 'live traffic: `candidate.percent` of it to `candidate.version`, the rest to `version`' }),
  traffic: z.string().meta({ description: 'the routing as text' }),
  newest_version: version,
  previous_version: version
    .exactOptional()
    .meta({ description: 'target of a rollback; absent where none was recorded' }),
  last_move: z.object({ by: z.string(), at: time }).exactOptional(),
  moved_by_hand: z
    .boolean()
    .exactOptional()
    .meta({ description: 'whether live traffic was moved last without a command or a rollout' }),
  models: z.record(z.string(), z.string()).meta({ description: 'models as text, by version' }),
  rollout: rolloutSchema.exactOptional(),
  drift: driftStandingSchema.exactOptional(),
});

const share = z.number();

/** One gate of the last tick, with its numbers and limits. */
export const gateSchema = z
  .object({
    subject: z
      .string()
      .meta({ description: 'measure of the gate: disagreement, count error, errors, slow answers, …' }),
    outcome: outcomeSchema,
    words: z.string(),
    bounds: z
      .object({
        value: share.exactOptional().meta({ description: 'measured value; absent before the first measurement' }),
        at_least: share,
        at_most: share,
        promotes_below: share.exactOptional(),
        rolls_back_above: share,
      })
      .exactOptional()
      .meta({
        description:
          'Shares, or differences from the share of live. Rolls back when `at_least` exceeds `rolls_back_above`; ' +
          'promotes when `at_most` is below `promotes_below`.',
      }),
    progress: z
      .object({ have: z.number(), need: z.number(), unit: z.enum(['pictures', 'scenes', 'requests', 'ms']) })
      .exactOptional()
      .meta({ description: 'data collected so far, and the minimum needed' }),
  })
  .meta({ id: 'Gate' });

/** Consecutive ticks with the same result. */
export const historyRowSchema = z
  .object({
    from: rolloutTime,
    until: rolloutTime,
    first_tick: z.int().nonnegative(),
    last_tick: z.int().nonnegative(),
    step: z.string(),
    status: statusSchema,
    outcome: outcomeSchema,
    words: z.string().meta({ description: 'the numbers behind the last of these ticks, as text' }),
    traffic: z.string(),
  })
  .meta({ id: 'HistoryRow', description: 'consecutive ticks with the same result' });

/** `GET /{endpoint}/status` */
export const endpointStatusSchema = standingSchema
  .extend({
    needs_a_person: z.boolean().meta({ description: 'whether an operator has to act' }),
    gates: z.array(gateSchema).meta({ description: 'gates of the last tick' }),
    history: z
      .array(historyRowSchema)
      .meta({ description: 'history of the last rollout, at most its last 1000 ticks' }),
    drift: driftSchema.exactOptional(),
    accuracy: z
      .array(accuracySchema)
      .exactOptional()
      .meta({ description: 'the last four weeks, the last one first; only with the option `with=accuracy`' }),
  })
  .meta({ id: 'EndpointStatus' });

export type Phase = z.infer<typeof phaseSchema>;
/** The last rollout, as JSON. */
export type RolloutStanding = z.infer<typeof rolloutSchema>;
/** Routing and rollout of an endpoint, as JSON. */
export type Standing = z.infer<typeof standingSchema>;
/** What a step waits for, as JSON. */
export type WaitStanding = z.infer<typeof waitSchema>;
export type GateStanding = z.infer<typeof gateSchema>;
export type HistoryRow = z.infer<typeof historyRowSchema>;
export type EndpointStatus = z.infer<typeof endpointStatusSchema>;

import * as z from 'zod';
import { InvalidOptionsError, shown } from './errors.ts';
import { decisionSchema, detectionSchema } from './schemas.ts';
import { phaseSchema } from './status-schemas.ts';

/**
 * Schemas of `GET /{endpoint}/judge`: the pairs of answers that people judge. Nothing in them says which version is on
 * which side. The OpenAPI document is generated from them, so their descriptions are for the API's users.
 */

/** The query of `GET /{endpoint}/judge`. */
export const judgeQuerySchema = z.object({
  by: decisionSchema.shape.by.meta({
    description: 'name of the person who judges: pairs that this person has judged are left out',
  }),
});

/** The name of the person who judges; undefined without one. @throws InvalidOptionsError */
export function requestedJudge(query: Readonly<Record<string, string | undefined>> = {}): string | undefined {
  const parsed = judgeQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data.by || undefined;
  const expected = 'a name of at most 200 characters';
  throw new InvalidOptionsError([{ field: 'by', expected, received: shown(query.by) }], { cause: parsed.error });
}

const sideSchema = z
  .array(
    detectionSchema.pick({ label: true, box: true }).extend({
      alone: z.boolean().meta({ description: 'whether the other side has no matching object' }),
    }),
  )
  .meta({ id: 'Side', description: 'the objects of one answer, without their confidence' });

const pairSchema = z
  .object({
    id: z.string().meta({ description: 'id of the prediction' }),
    pair: z.string().meta({ description: 'name of the pair, for PUT /{endpoint}/predictions/{id}/preference' }),
    picture: z.object({
      url: z.url().meta({ description: 'presigned, for an hour' }),
      width: z.int(),
      height: z.int(),
    }),
    first: sideSchema,
    second: sideSchema,
  })
  .meta({ id: 'Pair', description: 'two answers to one picture: of live and candidate, in random order' });

const judged = z.int().nonnegative().meta({ description: 'pictures that people have decided' });

const judgingSchema = z
  .object({
    state: z.literal('judging'),
    endpoint: z.string(),
    version: z.string().meta({ description: 'the candidate' }),
    judged,
    open: z.int().nonnegative().meta({ description: 'drawn pictures that wait for a decision' }),
    at_least: z.int().nonnegative().meta({ description: 'decisions until a verdict if all favour one version' }),
    likely: z
      .int()
      .nonnegative()
      .exactOptional()
      .meta({ description: 'decisions until a verdict if they are like those before; absent: none is in sight' }),
    also_needs: z
      .array(
        z.object({
          of: z.enum(['pictures', 'scenes', 'minutes']),
          have: z.int().nonnegative().meta({ description: 'at the last tick' }),
          need: z.int().nonnegative(),
        }),
      )
      .exactOptional()
      .meta({
        description:
          'minimums of the shadow that are not reached yet: until then the candidate is not promoted, whatever ' +
          'people decide; absent: it waits for decisions alone',
      }),
    pairs: z.array(pairSchema).meta({ description: 'the next pairs for this person' }),
  })
  .meta({ id: 'Judging' });

const judgedSchema = z
  .object({
    state: z.literal('ended'),
    endpoint: z.string(),
    version: z.string(),
    judged,
    late: z
      .int()
      .positive()
      .exactOptional()
      .meta({ description: 'pictures that were decided after the end: not counted in `judged` and `words`' }),
    phase: phaseSchema,
    step: z.string().exactOptional().meta({ description: 'where the rollout is now, as text; absent: it has ended' }),
    words: z.string().meta({ description: 'what people said of both versions' }),
    traffic: z.string().meta({ description: 'live traffic now, as text' }),
  })
  .meta({ id: 'Judged', description: 'people are no longer needed: the rollout went on, or ended' });

/** `GET /{endpoint}/judge` */
export const judgeAnswerSchema = z.discriminatedUnion('state', [judgingSchema, judgedSchema]);

export type JudgeAnswer = z.infer<typeof judgeAnswerSchema>;
/** While people judge. */
export type Judging = z.infer<typeof judgingSchema>;
/** Two answers to one picture. */
export type PairToJudge = z.infer<typeof pairSchema>;
export type Side = PairToJudge['first'];

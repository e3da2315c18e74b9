import * as z from 'zod';
import { explainEstimate } from '../accuracy/explain-estimate.ts';
import type { PeriodEstimate } from '../accuracy/periods.ts';
import { InvalidOptionsError, shown } from './errors.ts';

/** The query of `GET /{endpoint}/status`. */
export const statusQuerySchema = z.object({
  with: z
    .enum(['accuracy'])
    .optional()
    .meta({ description: 'accuracy: also estimates of the count error, which take some seconds' }),
});

/** Whether estimates of accuracy are requested. @throws InvalidOptionsError */
export function requestsAccuracy(query: Readonly<Record<string, string | undefined>> = {}): boolean {
  const parsed = statusQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data.with === 'accuracy';
  throw new InvalidOptionsError([{ field: 'with', expected: 'accuracy', received: shown(query.with) }], {
    cause: parsed.error,
  });
}

const share = z.number().min(0).max(1);
const decisions = z.number().nonnegative();

/** The estimate for one model in one period, as JSON. */
export const accuracySchema = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    model: z.string().meta({ description: 'name, version and beginning of the SHA-256 of the model' }),
    by: z.enum(['confidences', 'decisions', 'nothing']).meta({
      description:
        'confidences: assumes that they mean what they meant in pictures that people counted. decisions: people ' +
        'counted enough pictures of this time. nothing: cannot be told.',
    }),
    count_error: share.exactOptional().meta({
      description: 'estimated mean of |counted − true| / true, at most 1 for a picture; absent: cannot be told',
    }),
    if_as_many_objects: share.exactOptional().meta({
      description:
        'estimated count error if these pictures have as many objects as those that people counted, so that a change ' +
        'of the counts is missed or invented objects; only of confidences',
    }),
    low: share.exactOptional().meta({ description: 'lower end of the 95 % interval' }),
    high: share.exactOptional().meta({ description: 'upper end of the 95 % interval' }),
    pictures: z.int().nonnegative().exactOptional().meta({ description: 'sampled pictures of this time' }),
    decisions: decisions.meta({ description: 'scenes that people counted, on which it rests' }),
    more_decisions: z.int().nonnegative().exactOptional().meta({
      description: 'decisions on pictures of this time that an estimate needs; only of nothing',
    }),
    words: z.string().meta({ description: 'the same as text' }),
  })
  .meta({ id: 'Accuracy', description: 'estimated count error of a model in a period' });

export type AccuracyRow = z.infer<typeof accuracySchema>;

export function accuracyRow({ from, to, model, estimate }: PeriodEstimate): AccuracyRow {
  const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), model };
  const rest = { decisions: Number(estimate.decisions.toFixed(1)), words: explainEstimate(estimate) };
  if (estimate.by === 'nothing') return { ...period, by: estimate.by, more_decisions: estimate.more, ...rest };
  const { by, error, otherwise, low, high, pictures } = estimate;
  const round = (value: number) => Number(value.toFixed(4));
  return {
    ...period,
    by,
    count_error: round(error),
    ...(otherwise && { if_as_many_objects: round(otherwise.error) }),
    low: round(low),
    high: round(high),
    pictures,
    ...rest,
  };
}

/** The estimated count error of each model in each period. */

import { countError } from '../judge/agreement.ts';
import { doubtOf } from './doubt.ts';
import { type Answered, type Decided, type Estimate, estimateError } from './estimate.ts';

/** An answer whose count error is to be estimated. */
export interface SeenAnswer {
  /** When it was answered, milliseconds since the epoch. */
  readonly time: number;
  /** The model with its version, as text. */
  readonly model: string;
  /** Of its detections, 0–1. */
  readonly confidences: readonly number[];
}

/** An answer to a picture that people counted. */
export interface CountedAnswer extends SeenAnswer {
  /** What they counted. */
  readonly truth: number;
  /** Pictures of one scene share the weight 1. */
  readonly weight: number;
}

/** Milliseconds since the epoch, the first one and the one behind the last. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** The estimate for one model in one period. */
export interface PeriodEstimate extends Period {
  readonly model: string;
  readonly estimate: Estimate;
}

/**
 * In the order of the periods; of those without an answer, none.
 * @param seen answers of all periods, or a random sample of each
 */
export function estimatePeriods(
  periods: readonly Period[],
  seen: readonly SeenAnswer[],
  counted: readonly CountedAnswer[],
): PeriodEstimate[] {
  const byModel = Map.groupBy(counted, ({ model }) => model);
  const models = [...Map.groupBy(seen, ({ model }) => model)].map(([model, all]) => {
    const answers = all.map((answer) => ({ time: answer.time, ...answeredOf(answer) }));
    return { model, answers, decided: (byModel.get(model) ?? []).map(decidedOf) };
  });
  return periods.flatMap((period) =>
    models.flatMap(({ model, answers, decided }) => {
      const own = answers.filter(({ time }) => isIn(period, time));
      if (own.length === 0) return [];
      const within = decided.filter(({ time }) => isIn(period, time));
      const others = decided.filter(({ time }) => !isIn(period, time));
      return [{ ...period, model, estimate: estimateError(own, { others, within }) }];
    }),
  );
}

function answeredOf({ confidences }: SeenAnswer): Answered {
  return { doubt: doubtOf(confidences), found: confidences.length };
}

function decidedOf({ truth, time, weight, ...answer }: CountedAnswer): Decided {
  const answered = answeredOf({ time, ...answer });
  return { time, ...answered, truth, error: countError(truth, answered.found), weight };
}

function isIn({ from, to }: Period, time: number): boolean {
  return time >= from && time < to;
}

/** The estimated count error of each model in each period. */

import { countError } from '../judge/agreement.ts';
import { type Confidences, doubtOf } from './doubt.ts';
import { type Answered, type Decided, type Estimate, estimateError, LEAST_BEFORE } from './estimate.ts';

/** An answer whose count error is to be estimated. */
export interface SeenAnswer extends Confidences {
  /** When it was answered, milliseconds since the epoch. */
  readonly time: number;
  /** The model with its version, as text. */
  readonly model: string;
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
  const bySeen = Map.groupBy(seen, ({ model }) => model);
  const byCounted = Map.groupBy(counted, ({ model }) => model);
  const scored = [...bySeen].map(([model, answers]) => ({ model, ...scoredAnswers(answers, byCounted.get(model)) }));
  return periods.flatMap((period) =>
    scored.flatMap(({ model, answers, decided }) => {
      const own = answers.filter(({ time }) => isIn(period, time));
      const within = decided.filter(({ time }) => isIn(period, time));
      if (own.length === 0 && within.length === 0) return [];
      const others = decided.filter(({ time }) => !isIn(period, time));
      return [{ ...period, model, estimate: estimateError(own, { others, within }) }];
    }),
  );
}

/**
 * Doubts with the candidates under the threshold, where enough decided answers have them: then those of the others are
 * not comparable, and left out. Otherwise without.
 */
function scoredAnswers(seen: readonly SeenAnswer[], counted: readonly CountedAnswer[] = []) {
  const complete = counted.filter(({ unsure }) => unsure);
  const scenes = complete.reduce((sum, { weight }) => sum + weight, 0);
  if (scenes >= LEAST_BEFORE) {
    const answers = seen.filter(({ unsure }) => unsure);
    return {
      answers: answers.map((each) => ({ time: each.time, ...answeredOf(each) })),
      decided: complete.map(decidedOf),
    };
  }
  const withoutUnsure = <T extends SeenAnswer>({ unsure: _, ...answer }: T) => answer;
  return {
    answers: seen.map((each) => ({ time: each.time, ...answeredOf(withoutUnsure(each)) })),
    decided: counted.map((each) => decidedOf(withoutUnsure(each) as CountedAnswer)),
  };
}

function answeredOf(answer: Confidences): Answered {
  return { doubt: doubtOf(answer), found: answer.served.length };
}

function decidedOf({ time, truth, weight, ...answer }: CountedAnswer): Decided {
  return { time, ...answeredOf(answer), truth, error: countError(truth, answer.served.length), weight };
}

function isIn({ from, to }: Period, time: number): boolean {
  return time >= from && time < to;
}

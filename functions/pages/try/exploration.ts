import { type Answer, type PredictionAnswer, ProblemError } from '../common/api.ts';
import { atLeast } from './threshold.ts';

type Detections = PredictionAnswer['detections'];

/**
 * An answer with the detections below its threshold. The answer itself is stored, annotated and decided on. Weaker
 * detections need one more request, once, when the user lowers the threshold.
 */
export class Exploration {
  readonly answer: PredictionAnswer;
  /** The confidence threshold of the request; undefined: the endpoint's own. */
  readonly requested: number | undefined;
  private all: Detections | undefined;

  constructor(answer: PredictionAnswer, requested: number | undefined) {
    this.answer = answer;
    this.requested = requested;
  }

  /** Whether the weaker detections were requested. */
  get isWidened(): boolean {
    return this.all !== undefined;
  }

  /** The known detections of an answer for `threshold`; without a threshold, those of the answer. */
  detections(threshold: number | undefined): Detections {
    if (threshold === undefined || threshold === this.requested) return this.answer.detections;
    return atLeast(this.all ?? this.answer.detections, threshold);
  }

  /**
   * Requests the weaker detections. A version that rejects `lowest` names its own lower bound, which is then used.
   * @throws ProblemError
   */
  async widen(predict: (confidence: number) => Promise<Answer>, lowest: number): Promise<void> {
    this.all = this.answer.detections;
    const answer = await predict(lowest).catch((error: unknown) => {
      const allowed = lowestAllowed(error);
      if (allowed === undefined || allowed <= lowest) throw error;
      return predict(allowed);
    });
    if (answer.status === 'done') this.all = answer.detections;
  }
}

/** The lower bound of the confidence threshold, as the problem document gives it. */
function lowestAllowed(error: unknown): number | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.errors?.find(({ field }) => field === 'confidence')?.min;
}

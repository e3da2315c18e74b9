import { type Answer, type PredictionAnswer, ProblemError } from '../common/api.ts';
import { atLeast } from './threshold.ts';

type Detections = PredictionAnswer['detections'];

/**
 * An answer with what lies below its threshold. The answer itself is what the API gives without being asked for more:
 * it is what is stored, drawn, and decided upon. Weaker detections are fetched apart, once, when somebody looks for them.
 */
export class Exploration {
  readonly answer: PredictionAnswer;
  /** The least confidence that was asked for, or none: the endpoint's own. */
  readonly asked: number | undefined;
  private all: Detections | undefined;

  constructor(answer: PredictionAnswer, asked: number | undefined) {
    this.answer = answer;
    this.asked = asked;
  }

  /** Whether weaker detections were fetched, or are being so. */
  get isWidened(): boolean {
    return this.all !== undefined;
  }

  /** What the API would answer for `threshold`, as far as is known. Without one, the answer itself. */
  detections(threshold: number | undefined): Detections {
    if (threshold === undefined || threshold === this.asked) return this.answer.detections;
    return atLeast(this.all ?? this.answer.detections, threshold);
  }

  /**
   * Fetches what is weaker. A version that allows less than `lowest` says so, and is asked again for what it allows.
   * @throws ProblemError
   */
  async widen(ask: (confidence: number) => Promise<Answer>, lowest: number): Promise<void> {
    this.all = this.answer.detections;
    const answer = await ask(lowest).catch((error: unknown) => {
      const allowed = lowestAllowed(error);
      if (allowed === undefined || allowed <= lowest) throw error;
      return ask(allowed);
    });
    if (answer.status === 'done') this.all = answer.detections;
  }
}

/** The lower bound of the confidence threshold, as the problem document gives it. */
function lowestAllowed(error: unknown): number | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.errors?.find(({ field }) => field === 'confidence')?.min;
}

/** What an estimate of accuracy reads of a stored result, and of people's decisions on it. */

import type { CountedAnswer, SeenAnswer } from '../accuracy/periods.ts';
import type { Decisions } from '../api/preference-schemas.ts';
import type { StoredResult } from '../api/schemas.ts';
import { sceneWeights } from '../drift/scenes.ts';
import { agreedCount } from '../judge/picture-value.ts';
import { pictureFactsOf } from './picture-facts.ts';

/** Digits of a model's hash that tell two files of one name and version apart. */
const HASH_DIGITS = 8;

/** Undefined where no model answered, or one with thresholds of the request: they serve other detections. */
export function seenAnswerOf(result: StoredResult): SeenAnswer | undefined {
  if (result.status !== 'done') return undefined;
  const { created_at, model, detections, request } = result;
  if (request.confidence !== undefined || request.iou !== undefined) return undefined;
  return {
    time: Date.parse(created_at),
    model: `${model.name} ${model.version} (${model.sha256.slice(0, HASH_DIGITS)})`,
    confidences: detections.map(({ confidence }) => confidence),
  };
}

/** A result with what people decided about it. */
export interface DecidedResult {
  readonly result: StoredResult;
  readonly decisions: Decisions;
}

/** The answers to pictures that people counted, where they agree. */
export function countedAnswersOf(decided: readonly DecidedResult[]): CountedAnswer[] {
  const counted = decided.flatMap(({ result, decisions }) => {
    const [answer, facts] = [seenAnswerOf(result), pictureFactsOf(result)];
    const truth = countOf(result, decisions);
    return answer && facts && truth !== undefined ? [{ answer, facts, truth }] : [];
  });
  const weights = sceneWeights(counted.map(({ facts }) => facts));
  return counted.map(({ answer, truth }, index) => ({ ...answer, truth, weight: weights[index] as number }));
}

/** Undefined where nobody counted, people do not agree, or they saw another version of an upload. */
function countOf({ source }: StoredResult, { version, decision }: Decisions): number | undefined {
  if (!decision) return undefined;
  if (source.kind === 'upload' && version !== source.version) return undefined;
  const { count, others = [] } = decision;
  return agreedCount([count, ...others.map((other) => other.count)]);
}

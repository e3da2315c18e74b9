import type { PredictionAnswer } from '../../api/schemas.ts';
import type { Endpoint } from '../common/page-settings.ts';

type Detection = PredictionAnswer['detections'][number];

/** The slider: what it can be set to, and where it stands for an answer that asked for nothing. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly start: number;
  /** What holds without a choice, in words; empty where that is not known. */
  readonly words: string;
}

/** Where an endpoint has no model, so that the page still opens. */
const USUAL: Scale = { min: 0.05, max: 0.95, start: 0.5, words: '' };

/** The scale of an endpoint with one of its models, from its settings and the model's manifest. */
export function scaleOf({ labels, confidence, modelSummaries }: Endpoint, model: string): Scale {
  const summary = modelSummaries.find(({ name }) => name === model) ?? modelSummaries[0];
  if (!summary) return { ...USUAL, start: confidence ?? USUAL.start };
  const { thresholds } = summary;
  const { min, max } = thresholds.bounds.confidence;
  if (confidence !== undefined)
    return { min, max, start: confidence, words: `The endpoint’s own: ${hundredths(confidence)}` };
  const own = (labels ?? summary.labels).map((label) => thresholds.perLabel[label] ?? thresholds.confidence);
  const start = Math.min(...own);
  const differing = Object.entries(thresholds.perLabel).filter(([label]) => !labels || labels.includes(label));
  const uniform = own.every((threshold) => threshold === start);
  const others = uniform ? '' : differing.map(([label, threshold]) => `, ${label} ${hundredths(threshold)}`).join('');
  return { min, max, start, words: `The model’s own: ${hundredths(uniform ? start : thresholds.confidence)}${others}` };
}

/**
 * What an answer for `threshold` holds, taken from one for a lower threshold. They are the same because suppression
 * goes by confidence, descending: what is weaker never suppresses what is stronger.
 */
export function atLeast(detections: readonly Detection[], threshold: number): Detection[] {
  return detections.filter(({ confidence }) => confidence >= threshold);
}

/** Number of detections by label, the most frequent first, then by name. */
export function countByLabel(detections: readonly Detection[]): readonly (readonly [string, number])[] {
  const groups = Map.groupBy(detections, ({ label }) => label);
  return [...groups]
    .map(([label, group]) => [label, group.length] as const)
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}

export function hundredths(confidence: number): string {
  return confidence.toFixed(2);
}

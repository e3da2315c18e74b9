import type { PredictionAnswer } from '../../api/schemas.ts';
import { thresholdOf } from '../../detection/threshold.ts';
import type { Endpoint } from '../common/page-settings.ts';

type Detection = PredictionAnswer['detections'][number];

/** The range of the confidence slider, and its position for a request without a threshold. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly start: number;
  /** The default threshold as text; empty where it is not known. */
  readonly hint: string;
}

/** For an endpoint whose model is not known, so that the page still opens. */
const FALLBACK: Scale = { min: 0.05, max: 0.95, start: 0.5, hint: '' };

/** The scale of an endpoint with one of its models, from its settings and the model's manifest. */
export function scaleOf({ labels, confidence, modelSummaries }: Endpoint, model: string): Scale {
  const summary = modelSummaries.find(({ name }) => name === model) ?? modelSummaries[0];
  if (!summary) return { ...FALLBACK, start: confidence ?? FALLBACK.start };
  const { thresholds } = summary;
  const { min, max } = thresholds.bounds.confidence;
  if (confidence !== undefined)
    return { min, max, start: confidence, hint: `Default of the endpoint: ${hundredths(confidence)}` };
  const own = (labels ?? summary.labels).map((label) => thresholdOf(thresholds, label));
  const start = Math.min(...own);
  const differing = Object.entries(thresholds.perLabel).filter(([label]) => !labels || labels.includes(label));
  const uniform = own.every((threshold) => threshold === start);
  const others = uniform ? '' : differing.map(([label, threshold]) => `, ${label} ${hundredths(threshold)}`).join('');
  return {
    min,
    max,
    start,
    hint: `Default of the model: ${hundredths(uniform ? start : thresholds.confidence)}${others}`,
  };
}

/**
 * The detections of an answer for `threshold`, from an answer for a lower one. Both are the same because non-maximum
 * suppression runs by descending confidence: a weaker detection never suppresses a stronger one.
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

/** A confidence with two digits: `0.50`. */
export function hundredths(confidence: number): string {
  return confidence.toFixed(2);
}

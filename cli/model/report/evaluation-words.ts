import { thresholdOf } from '../../../functions/detection/threshold.ts';
import { decimal, milliseconds, percent, signed } from '../../../functions/report/format.ts';
import { LEAST_PHOTOS } from '../../../functions/truth/photos.ts';
import { type Difference, MEASURES, type Measure } from '../evaluation/compare.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import type { Protocol } from '../run/protocol.ts';

/** What a protocol changes. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  coco:
    'AP and recall by the protocol of published COCO numbers: suppression per class at IoU 0.65, confidence from ' +
    '0.001 on. This is not what is served. Precision, recall, F1 and counts of the tables are as served.',
};

/** The value of a measure: precisions and shares in percent, count errors in objects. */
export function measured(measure: Measure, value: number): string {
  return measure === 'meanAbsolute' ? decimal(value) : percent(value);
}

/** A difference with its interval: `+3.2 (+0.8 to +5.9)`. */
export function differenceInWords({ measure, difference, interval: [low, high] }: Difference): string {
  const show = (value: number) => (measure === 'meanAbsolute' ? signed(value) : signed(value * 100, 1));
  return `${show(difference)} (${show(low)} to ${show(high)})`;
}

/** The verdict on the means in one sentence, or why there is none. */
export function comparisonInWords(
  differences: readonly Difference[],
  names: { model: string; baseline: string },
  photos: number,
): string {
  if (photos < LEAST_PHOTOS) {
    return `No verdict: intervals need at least ${LEAST_PHOTOS} photos, and there are ${photos}.`;
  }
  const means = differences.filter(({ label }) => label === undefined);
  const by = (verdict: Difference['verdict']) =>
    means.filter((each) => each.verdict === verdict).map(({ measure }) => MEASURES[measure].name);
  const [better, worse] = [by('better'), by('worse')];
  if (better.length + worse.length === 0) {
    return `These ${photos} photos show no difference between ${names.model} and ${names.baseline}.`;
  }
  const parts = [
    ...(better.length > 0 ? [`better than ${names.baseline} in ${better.join(', ')}`] : []),
    ...(worse.length > 0 ? [`worse than ${names.baseline} in ${worse.join(', ')}`] : []),
  ];
  return `${names.model} is ${parts.join(' and ')} on these ${photos} photos (95 % intervals).`;
}

/** Speed and memory in one line. */
export function costInWords({ speed, loadMs, memory, photos }: ModelEvaluation): string {
  const steps = Object.entries(speed.steps).map(([step, ms]) => `${step} ${milliseconds(ms)}`);
  return [
    `${steps.join(' + ')} ms, total ${milliseconds(speed.whole)} ms per photo ` +
      `(medians of ${photos.length}; 95 % under ${milliseconds(speed.p95)} ms)`,
    `loaded in ${milliseconds(loadMs)} ms; ${memory.loaded} MB with the model loaded, ${memory.peak} MB at most`,
  ].join('; ');
}

/** The threshold of a label, with the best one if it is proven better on other photos: `0.70 → 0.43`. */
export function thresholdInWords(
  { manifest, best }: Pick<ModelEvaluation, 'manifest' | 'best'>,
  label: string,
): string {
  const current = thresholdOf(manifest.thresholds, label);
  const validated = best[label];
  if (validated?.verdict !== 'better') return decimal(current);
  return `${decimal(current)} → ${decimal(validated.chosen)}`;
}

import { decimal, percent, signed } from '../../../functions/report/format.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { rankedLabels } from './rows.ts';

/** Column headings of `presentRows`. */
export const PRESENT_HEAD = [
  'in photos with it',
  'photos',
  'counted / true',
  'count error',
  'bias',
  'exact %',
  'all photos: exact %',
  'always 0: exact %',
  'always 0: error',
] as const;

/**
 * Counts in the photos that have the object, one row per label. Because most photos have none, the numbers over all
 * photos are mainly those of empty ones: counting 0 everywhere shows how much that alone gives.
 */
export function presentRows(model: ModelEvaluation): string[][] {
  return rankedLabels(model).flatMap(({ label, count, present, alwaysZero }) => {
    if (!present) return [];
    const { photos, counted, truth, meanAbsolute, bias, exact } = present;
    return [
      [
        label,
        String(photos),
        `${counted} / ${truth}`,
        decimal(meanAbsolute),
        signed(bias),
        percent(exact),
        percent(count?.exact),
        percent(alwaysZero?.exact),
        decimal(alwaysZero?.meanAbsolute),
      ],
    ];
  });
}

/** The bias at the served thresholds in one line: `1 object −0.52 (40 photos), 2–3 objects −1.30 (12 photos)`. */
export function biasInWords({ evaluation }: ModelEvaluation): string {
  const parts = evaluation.biasByNumber.map(({ from, to, photos, bias }) => {
    const number = from === to ? String(from) : to === undefined ? `${from} or more` : `${from}–${to}`;
    return `${number} ${signed(bias)} (${photos} ${photos === 1 ? 'photo' : 'photos'})`;
  });
  return `bias as served by the number of objects in a photo: ${parts.join(', ')}`;
}

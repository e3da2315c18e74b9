import { decimal, percent, signed } from '../../../functions/report/format.ts';
import type { LabelEvaluation } from '../evaluation/evaluate.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { thresholdInWords } from './evaluation-words.ts';

/** Column headings of `evaluationRows`. */
export const HEAD = [
  '%',
  'objects',
  'AP50',
  'AP50-95',
  'precision',
  'recall',
  'F1',
  'count error',
  'bias',
  'exact',
  'threshold',
] as const;

/** The labels, those with the most objects first. */
export function rankedLabels({ evaluation }: ModelEvaluation): LabelEvaluation[] {
  return evaluation.labels.toSorted((a, b) => b.objects - a.objects);
}

/** One row per label, then the means, for the terminal and the page. */
export function evaluationRows(model: ModelEvaluation): string[][] {
  return [...rankedLabels(model).map((label) => labelRow(model, label)), meanRow(model)];
}

function labelRow(model: ModelEvaluation, { label, objects, precisions, served, count }: LabelEvaluation): string[] {
  return [
    label,
    String(objects),
    ...[precisions.ap50, precisions.ap, served.precision, served.recall, served.f1].map(percent),
    ...countCells(count),
    thresholdInWords(model, label),
  ];
}

function meanRow({ evaluation: { labels, mean, count } }: ModelEvaluation): string[] {
  const objects = String(labels.reduce((sum, each) => sum + each.objects, 0));
  return ['mean', objects, percent(mean.ap50), percent(mean.ap), '', '', '', ...countCells(count), ''];
}

function countCells(count: ModelEvaluation['evaluation']['count']): string[] {
  return [decimal(count?.meanAbsolute), signed(count?.bias), percent(count?.exact)];
}

import { thresholdOf } from '../../../functions/detection/threshold.ts';
import { decimal, percent } from '../../../functions/report/format.ts';
import type { LabelEvaluation } from '../evaluation/evaluate.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { plainTable } from './table.ts';

/** Results as served before and after new thresholds, by label. */
export function thresholdsTable(before: ModelEvaluation, after: ModelEvaluation): string {
  const rows = before.evaluation.labels.flatMap((old) => {
    const now = after.evaluation.labels.find(({ label }) => label === old.label);
    return now && before.best[old.label]?.verdict === 'better' ? [row([before, old], [after, now])] : [];
  });
  return plainTable(['', 'threshold', 'F1 %', 'count error', 'exact %'], rows);
}

type Side = readonly [ModelEvaluation, LabelEvaluation];

function row(before: Side, after: Side): string[] {
  const both = (show: (side: Side) => string) => `${show(before)} → ${show(after)}`;
  return [
    before[1].label,
    both(([{ manifest }, { label }]) => decimal(thresholdOf(manifest.thresholds, label))),
    both(([, { served }]) => percent(served.f1)),
    both(([, { count }]) => decimal(count?.meanAbsolute)),
    both(([, { count }]) => percent(count?.exact)),
  ];
}

import { decimal, percent, signed } from '../../../functions/report/format.ts';
import type { Criterion } from '../evaluation/best-threshold.ts';
import { LEAST_OBJECTS, LEAST_PHOTOS_WITH, type ValidatedThreshold } from '../evaluation/cross-validate.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';

/** Thresholds judged on photos that did not choose them: a table, and a sentence on labels with too few objects. */
export interface ValidatedTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly few?: string;
}

/** @returns undefined where no label has enough objects, or by the protocol of published numbers: it is not served */
export function validatedTable({ labels, best, criterion, protocol }: ModelEvaluation): ValidatedTable | undefined {
  const rows = labels.flatMap((label) => (best[label] ? [validatedRow(label, best[label], criterion)] : []));
  if (protocol || rows.length === 0) return undefined;
  const few = labels.length - rows.length;
  return { head: validatedHead(criterion), rows, ...(few > 0 && { few: fewInWords(few) }) };
}

/** Column headings of `validatedRow`. */
function validatedHead(criterion: Criterion): string[] {
  const measure = criterion === 'f1' ? 'F1 %' : 'count error';
  return [
    'threshold',
    'now → best',
    'in 5 parts',
    `${measure} on other photos`,
    'difference (95 %)',
    'bias',
    'verdict',
  ];
}

/** The best threshold of a label with its results on photos that did not choose it. */
function validatedRow(label: string, validated: ValidatedThreshold, criterion: Criterion): string[] {
  const { current, chosen, range, before, after, difference, interval, verdict } = validated;
  const value = (point: ValidatedThreshold['after']) =>
    criterion === 'f1' ? percent(point.f1) : decimal(point.count?.meanAbsolute);
  const gain = (number: number) => (criterion === 'f1' ? signed(number * 100, 1) : signed(number));
  return [
    label,
    `${decimal(current)} → ${decimal(chosen)}`,
    `${decimal(range[0])} to ${decimal(range[1])}`,
    `${value(before)} → ${value(after)}`,
    `${gain(difference)} (${gain(interval[0])} to ${gain(interval[1])})`,
    `${signed(before.count?.bias)} → ${signed(after.count?.bias)}`,
    verdict,
  ];
}

/** Why some labels have no threshold of their own. */
function fewInWords(labels: number): string {
  const which = labels === 1 ? '1 label has' : `${labels} labels have`;
  return (
    `${which} fewer than ${LEAST_OBJECTS} objects in ${LEAST_PHOTOS_WITH} photos, or no detection: too few to ` +
    'choose a threshold.'
  );
}

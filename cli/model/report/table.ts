import Table from 'cli-table3';
import { type Difference, MEASURES } from '../evaluation/compare.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { comparisonInWords, costInWords, differenceInWords, measured, PROTOCOL_WORDS } from './evaluation-words.ts';
import { biasInWords, PRESENT_HEAD, presentRows } from './present.ts';
import { evaluationRows, HEAD } from './rows.ts';
import { validatedTable } from './validated.ts';

/** No colours, so that a log shows the same. */
const STYLE = { head: [], border: [], compact: true };

/** A table without colours. @param aligns default: the first column left, the others right */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[] = head.map((_, index) => (index === 0 ? 'left' : 'right')),
): string {
  const table = new Table({
    head: [...head],
    style: STYLE,
    colAligns: [...aligns],
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** The evaluation of one model for the terminal. */
export function evaluationTable(model: ModelEvaluation): string {
  const { manifest, evaluation } = model;
  return [
    `${manifest.name} ${manifest.version} (${manifest.family}) on ${evaluation.photos} photos`,
    plainTable(HEAD, evaluationRows(model)),
    ...presentPart(model),
    ...thresholdsPart(model),
    ...(model.protocol ? [PROTOCOL_WORDS[model.protocol]] : []),
    costInWords(model),
  ].join('\n');
}

function thresholdsPart(model: ModelEvaluation): string[] {
  const table = validatedTable(model);
  return table ? [plainTable(table.head, table.rows), ...(table.few ? [table.few] : [])] : [];
}

/** Counts in the photos that have the object, where there are such photos. */
function presentPart(model: ModelEvaluation): string[] {
  const rows = presentRows(model);
  return rows.length === 0 ? [] : [plainTable(PRESENT_HEAD, rows), biasInWords(model)];
}

/** The comparison of two models for the terminal: the means, then the labels with a verdict. */
export function comparisonTable(
  differences: readonly Difference[],
  names: { model: string; baseline: string },
  photos: number,
): string {
  const shown = differences.filter(({ label, verdict }) => label === undefined || verdict !== 'unclear');
  const rows = shown.map((each) => [
    each.label === undefined ? MEASURES[each.measure].name : `${each.label}: ${MEASURES[each.measure].name}`,
    measured(each.measure, each.model),
    measured(each.measure, each.baseline),
    differenceInWords(each),
    each.verdict,
  ]);
  const head = ['', names.model, names.baseline, 'difference (95 % interval)', 'verdict'];
  return [plainTable(head, rows), comparisonInWords(differences, names, photos)].join('\n');
}

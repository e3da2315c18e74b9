/** The report of a look for people. */

import { hourOf } from '../../functions/drift/calendar.ts';
import { hourInWords } from '../../functions/drift/explain-drift.ts';
import type { DriftReport } from '../../functions/drift-contract.ts';

export function reportInWords(report: DriftReport): string {
  const { endpoint, state, reference, compared, drifts } = report;
  const { accepted } = reference;
  return [
    `${endpoint}: ${verdictOf(report)}`,
    ...drifts.map(
      ({ summary, found }) => `  ${state === 'drift' ? '' : 'earlier: '}${summary} (found ${timeInWords(found)})`,
    ),
    `  reference: ${periodInWords(reference)}`,
    ...(accepted ? [`             accepted by ${accepted.by}, ${timeInWords(accepted.at)}`] : []),
    `  compared:  ${compared.pictures === 0 ? 'nothing yet' : periodInWords(compared)}`,
    ...remarksOf(report.answers).map((remark) => `  ${remark}`),
  ].join('\n');
}

function verdictOf({ state, evidence, alarm_at }: DriftReport): string {
  if (state === 'collecting') return 'the reference period is not complete';
  if (state === 'drift') return 'the pictures or the answers have changed';
  const reached = Math.max(0, evidence ?? 0).toFixed(1);
  return `no drift (evidence ${reached} of ${alarm_at.toFixed(1)}, natural logarithms)`;
}

function periodInWords({ from, to, pictures, scenes }: DriftReport['compared']): string {
  return `${timeInWords(from)} to ${timeInWords(to)}, ${pictures} pictures of ${Math.round(scenes)} scenes`;
}

function timeInWords(time: string): string {
  return hourInWords(hourOf(Date.parse(time)));
}

function remarksOf(answers: DriftReport['answers']): string[] {
  const { with_measures: measured, without_measures: unmeasured, unreadable } = answers;
  const setting = 'set drift: true for the endpoint (docs/drift.md)';
  return [
    ...(unmeasured > 0 ? [`${unmeasured} of ${measured + unmeasured} answers have no measures: ${setting}`] : []),
    ...(unreadable > 0 ? [`${unreadable} objects are no results: left out`] : []),
  ];
}

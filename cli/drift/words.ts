/** A comparison in words, and as JSON. */

import { ALARM_AT } from '../../functions/drift/detector.ts';
import { explainChange, explainDrift, hourInWords } from '../../functions/drift/explain-drift.ts';
import { changesThatStay } from '../../functions/drift/watch.ts';
import type { Comparison, ShownPeriod } from './compare.ts';
import type { Hours } from './read-hours.ts';

/** The comparison of an endpoint for people. */
export function comparisonInWords(endpoint: string, comparison: Comparison, hours: Hours): string {
  const { reference, watched } = comparison;
  const drifts = changesThatStay(comparison.drifts);
  const lines = drifts.map((drift) => `  ${explainDrift(drift)} (found ${hourInWords(drift.until + 1)})`);
  return [
    `${endpoint}: ${verdictOf(comparison)}`,
    ...lines,
    `  reference: ${periodInWords(reference)}`,
    `  compared:  ${watched.pictures === 0 ? 'nothing yet' : periodInWords(watched)}`,
    ...remarksOf(hours).map((remark) => `  ${remark}`),
  ].join('\n');
}

function verdictOf({ drifts, evidence }: Comparison): string {
  if (drifts.length > 0) return 'the pictures or the answers have changed';
  const reached = Math.max(0, evidence).toFixed(1);
  return `no drift (evidence ${reached} of ${ALARM_AT.toFixed(1)}, natural logarithms)`;
}

function periodInWords({ from, to, pictures, scenes }: ShownPeriod): string {
  return `${hourInWords(from)} to ${hourInWords(to)}, ${pictures} pictures of ${Math.round(scenes)} scenes`;
}

function remarksOf({ measured, unmeasured, unreadable }: Hours): string[] {
  const setting = 'set drift: true for the endpoint (docs/drift.md)';
  return [
    ...(unmeasured > 0 ? [`${unmeasured} of ${measured + unmeasured} answers have no measures: ${setting}`] : []),
    ...(unreadable > 0 ? [`${unreadable} objects are no results: left out`] : []),
  ];
}

/** The comparison for programs. Times are ISO 8601. */
export function comparisonAsJson(endpoint: string, comparison: Comparison, hours: Hours): object {
  const { reference, watched, drifts, evidence } = comparison;
  const time = (hour: number) => new Date(hour * 3_600_000).toISOString();
  const period = ({ from, to, pictures, scenes }: ShownPeriod) => {
    return { from: time(from), to: time(to), pictures, scenes: Number(scenes.toFixed(1)) };
  };
  return {
    endpoint,
    reference: period(reference),
    compared: period(watched),
    evidence: drifts.length > 0 ? null : finite(evidence),
    alarm_at: ALARM_AT,
    drifts: changesThatStay(drifts).map((drift) => ({
      since: time(drift.since),
      found: time(drift.until + 1),
      evidence: drift.evidence,
      summary: explainDrift(drift),
      changes: drift.changes.map((change) => ({ ...change, summary: explainChange(change) })),
    })),
    answers: { with_measures: hours.measured, without_measures: hours.unmeasured, unreadable: hours.unreadable },
  };
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

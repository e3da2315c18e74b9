/** The report of a look at an endpoint: what the job stores, and what `npm run drift` prints as JSON. */

import type { Hour } from '../drift/calendar.ts';
import { ALARM_AT } from '../drift/detector.ts';
import { explainChange, explainDrift } from '../drift/explain-drift.ts';
import type { Drift } from '../drift/monitor.ts';
import { changesThatStay } from '../drift/watch.ts';
import { type AcceptedReference, DRIFT_DAYS, type DriftReport, type ReportedDrift } from '../drift-contract.ts';
import type { Comparison, ShownPeriod } from './comparison.ts';
import { timeOfHour } from './sketch-days.ts';

/** What a report is made from. */
export interface Look {
  readonly endpoint: string;
  readonly functionName: string;
  /** The live version. */
  readonly version: string;
  readonly comparison: Comparison;
  /** Absent: the reference is the first week, or a period of the command line. */
  readonly accepted?: Pick<AcceptedReference, 'by' | 'at'> | undefined;
  /** Counts of answers with the measures of the setting `drift` and without, and of objects that are no results. */
  readonly answers: { readonly measured: number; readonly unmeasured: number; readonly unreadable: number };
}

/** @param at when the report is made */
export function reportOf(look: Look, at: Date): DriftReport {
  const { endpoint, functionName, version, comparison, accepted, answers } = look;
  const drifts = changesThatStay(comparison.drifts);
  return {
    endpoint,
    function_name: functionName,
    version,
    at: at.toISOString(),
    state: stateOf(comparison),
    reference: {
      ...periodOf(comparison.reference),
      ...(accepted && { accepted: { by: accepted.by, at: accepted.at } }),
    },
    compared: periodOf(comparison.watched),
    evidence: finite(comparison.evidence),
    alarm_at: ALARM_AT,
    drifts: drifts.map(reportedDrift),
    answers: {
      with_measures: answers.measured,
      without_measures: answers.unmeasured,
      unreadable: answers.unreadable,
    },
  };
}

/** By all alarms, because those that repeat the one before say that its change stays. */
function stateOf({ isComplete, drifts, watched }: Comparison): DriftReport['state'] {
  if (!isComplete) return 'collecting';
  const last = drifts.at(-1);
  return last && isRecent(last.until + 1, watched.to) ? 'drift' : 'quiet';
}

/** Whether an alarm is so near to the last hour that was looked at that a report says `drift`. */
export function isRecent(found: Hour, until: Hour): boolean {
  return found > until - DRIFT_DAYS * 24;
}

/** A drift for programs. */
export function reportedDrift(drift: Drift): ReportedDrift {
  return {
    since: timeOfHour(drift.since),
    found: timeOfHour(drift.until + 1),
    evidence: drift.evidence,
    summary: explainDrift(drift),
    changes: drift.changes.map((change) => ({ ...change, summary: explainChange(change) })),
  };
}

/** A period for programs. */
export function periodOf({ from, to, pictures, scenes }: ShownPeriod): DriftReport['compared'] {
  return { from: timeOfHour(from), to: timeOfHour(to), pictures, scenes: Number(scenes.toFixed(1)) };
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

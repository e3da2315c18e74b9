/** The whole monitor over hours that are known: what changed since a reference, and how near an alarm is. */

import type { Hour } from './calendar.ts';
import { Detector, type Evidence } from './detector.ts';
import { type Drift, driftOf, isDrift } from './monitor.ts';
import { type HourSketch, referenceOf } from './reference.ts';

/** Hours before an alarm in which its start is sought. */
const SOUGHT = 14 * 24;

/** What came of watching. */
export interface Watched {
  /** Each alarm in order. After an alarm, evidence starts anew, so that a change that stays raises more of them. */
  readonly drifts: readonly Drift[];
  /** ln of the evidence since the last alarm. */
  readonly evidence: number;
}

/**
 * @param reference hours of the reference period, at least one with a picture
 * @param hours later ones, in order
 */
export function watch(reference: readonly HourSketch[], hours: readonly HourSketch[]): Watched {
  const normal = referenceOf(reference);
  const detector = new Detector(normal);
  const drifts: Drift[] = [];
  let evidence: Evidence = detector.start;
  let from: Hour = Number.NEGATIVE_INFINITY;
  hours.forEach((each, index) => {
    evidence = detector.next(evidence, each);
    if (!isDrift(detector, evidence)) return;
    const sought = hours.slice(0, index + 1).filter(({ hour }) => hour > from && hour > each.hour - SOUGHT);
    drifts.push(driftOf(detector, normal, evidence, sought));
    from = each.hour;
    evidence = detector.start;
  });
  return { drifts, evidence: detector.total(evidence) };
}

/** Without the alarms that lead with the same change as the one before: those of a change that stays. */
export function changesThatStay(drifts: readonly Drift[]): Drift[] {
  return drifts.filter((drift, index) => {
    const before = drifts[index - 1];
    return before === undefined || leadingOf(drift) !== leadingOf(before);
  });
}

function leadingOf({ changes: [leading] }: Drift): string {
  return leading ? `${leading.feature} ${leading.now < leading.before ? 'less' : 'more'}` : '';
}

/** Makes the time since a drift the reference period of an endpoint's monitor. */

import { type AcceptedReference, DRIFT_KEYS, type WatchedVersion } from '../../functions/drift-contract.ts';
import { type Period, WEEK } from '../../functions/drift-records/comparison.ts';
import { timeOfHour } from '../../functions/drift-records/sketch-days.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { storedReport } from './compare.ts';
import { NoComparisonError } from './errors.ts';

/** Who accepts, and what. */
export interface Acceptance {
  readonly of: WatchedVersion;
  /** Default: the week that begins with the last drift. */
  readonly period?: Period | undefined;
  readonly by: string;
  readonly at: Date;
}

/**
 * Writes the reference period, by which the next look compares. An earlier one is overwritten.
 * @throws NoComparisonError where the endpoint has no monitor, or no drift that could be accepted
 */
export async function acceptReference(objects: Objects, acceptance: Acceptance): Promise<AcceptedReference> {
  const { of, period, by, at } = acceptance;
  const report = await storedReport(objects, of);
  if (!report) {
    throw new NoComparisonError(
      `Expected a report of the monitor about version ${of.version} of ${of.endpoint}, received none: ` +
        'set drift: true for the endpoint, or wait an hour',
    );
  }
  const last = report.drifts.at(-1);
  if (!period && !last) {
    throw new NoComparisonError(
      'Expected a drift to accept, received none: choose a period with --reference <first day>..<last day>',
    );
  }
  const from = period ? timeOfHour(period.from) : (last?.since ?? '');
  const to = period ? timeOfHour(period.to) : timeOfHour(Date.parse(from) / 3_600_000 + WEEK);
  const accepted = { function_name: of.functionName, version: of.version, from, to, by, at: at.toISOString() };
  await objects.putJson(DRIFT_KEYS.reference(of.endpoint), accepted);
  return accepted;
}

/** What follows, for people. */
export function acceptedInWords({ from, to, by }: AcceptedReference, { endpoint }: WatchedVersion, now: Date): string {
  const collected = Date.parse(to) <= now.getTime() ? '' : ' Until its end nothing is compared.';
  return `${endpoint}: the reference is ${from} to ${to}, accepted by ${by}. The next look uses it.${collected}`;
}

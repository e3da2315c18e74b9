/** What the drift monitor says of an endpoint, in the form of the status API. */

import type { DriftStanding } from '../api/drift-schemas.ts';
import { ALIAS } from '../contract.ts';
import { DRIFT_KEYS, type DriftReport, driftReportSchema } from '../drift-contract.ts';
import { counted } from '../plan/counted.ts';
import type { EndpointClients } from './clients.ts';
import { settingsOf } from './models.ts';

/**
 * Whether there are reports to read, by the settings of the newest version: with them come the rights to read reports.
 */
export async function hasDriftSetting({ watchesDrift, lambda, functionName }: EndpointClients): Promise<boolean> {
  return watchesDrift ?? (await settingsOf(lambda, functionName, ALIAS.candidate)).drift ?? false;
}

/**
 * The last report, if it is of this function and of one of these versions.
 * @returns undefined where there is none, or one in a form that this version does not know
 * @throws StoreUnavailableError
 */
export async function readDriftReport(
  { objects, endpoint, functionName }: Pick<EndpointClients, 'objects' | 'endpoint' | 'functionName'>,
  ...versions: readonly string[]
): Promise<DriftReport | undefined> {
  const { data } = driftReportSchema.safeParse(await objects.findJson(DRIFT_KEYS.report(endpoint)));
  return data?.function_name === functionName && versions.includes(data.version) ? data : undefined;
}

/** What the monitor says of the live version; nothing without the setting `drift`. @throws StoreUnavailableError */
export async function readDrift(clients: EndpointClients, live: string): Promise<{ drift?: DriftStanding }> {
  return (await hasDriftSetting(clients)) ? { drift: driftStanding(await readDriftReport(clients, live), live) } : {};
}

/** @param live the version that has the traffic, or most of it */
export function driftStanding(report: DriftReport | undefined, live: string): DriftStanding {
  if (!report) return { state: 'pending', words: `the drift monitor has not looked at version ${live} yet` };
  const { state, version, at, reference, compared, drifts } = report;
  return {
    state,
    words: wordsOf(report),
    version,
    at,
    reference: periodOf(reference),
    compared: periodOf(compared),
    drifts: drifts.map(({ since, found, summary: words }) => ({ since, found, words })),
  };
}

function wordsOf({ state, version, reference, compared, drifts }: DriftReport): string {
  const last = drifts.at(-1);
  switch (state) {
    case 'collecting':
      return (
        `collects the reference period of version ${version}: ${countsOf(reference)} so far; compares with it from ` +
        `${timeOf(reference.to)} on`
      );
    case 'quiet':
      return `no drift in ${countsOf(compared)}, against ${countsOf(reference)} of the reference period`;
    case 'drift':
      return last ? `${last.summary} (found ${timeOf(last.found)})` : 'the pictures or the answers have changed';
  }
}

type Period = DriftReport['compared'];

function periodOf({ from, to, pictures, scenes }: Period): Period {
  return { from, to, pictures, scenes };
}

/** `7012 pictures of 4633 scenes` */
function countsOf({ pictures, scenes }: Period): string {
  return `${counted(pictures, 'pictures')} of ${counted(Math.round(scenes), 'scenes')}`;
}

/** `2026-11-24 14:00 UTC` */
function timeOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

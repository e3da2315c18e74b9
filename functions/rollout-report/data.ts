/** What the report of one version's rollout is made from. */

import { KEYS } from '../contract.ts';
import type { ShadowTally } from '../judge/shadow-tally.ts';
import { add, NO_PICTURES } from '../judge/shadow-tally.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { readAll, readAudits } from '../standing/reading.ts';

/** Records of one version. */
export interface ReportData {
  readonly endpoint: string;
  readonly version: string;
  readonly audits: readonly TickRecord[];
  /** In the order in which they were compared; at most `MOST_COMPARISONS`, the first. */
  readonly comparisons: readonly ComparisonRecord[];
  readonly tally: ShadowTally;
}

/** Most comparisons that are read. */
const MOST_COMPARISONS = 5000;

/** What is recorded of a version's rollout. @returns undefined where nothing is */
export async function readData(place: EndpointClients, version: string): Promise<ReportData | undefined> {
  const { endpoint } = place;
  const [audits, comparisons, tally] = await Promise.all([
    readAudits(place, version),
    readComparisons(place, version),
    readTally(place, version),
  ]);
  if (audits.length === 0 && comparisons.length === 0) return undefined;
  return { endpoint, version, audits, comparisons, tally: tally ?? tallyOfAll(comparisons) };
}

async function readComparisons(place: EndpointClients, version: string): Promise<ComparisonRecord[]> {
  const keys = await place.objects.list(KEYS.comparisons(place.endpoint, version), { most: MOST_COMPARISONS });
  const records = (await readAll(place, keys)) as ComparisonRecord[];
  // A stable sort: those of one tick stay in the order of their ids, which is that of time.
  return records.toSorted((a, b) => a.compared_at.localeCompare(b.compared_at));
}

async function readTally({ objects, endpoint }: EndpointClients, version: string): Promise<ShadowTally | undefined> {
  try {
    return ((await objects.getJson(KEYS.shadow(endpoint, version))) as { tally: ShadowTally }).tally;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

function tallyOfAll(comparisons: readonly ComparisonRecord[]): ShadowTally {
  return comparisons.reduce((tally, { score }) => add(tally, score), NO_PICTURES);
}

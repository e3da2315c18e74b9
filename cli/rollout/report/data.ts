/** What the report of one version's rollout is made from. */

import { KEYS } from '../../../functions/contract.ts';
import { ObjectNotFound } from '../../../functions/platform/objects.ts';
import type { TickRecord } from '../../../functions/rollout/records.ts';
import type { ComparisonRecord } from '../../../functions/rollout/shadow.ts';
import type { ShadowTally } from '../../../functions/rollout/shadow-tally.ts';
import { add, NO_PICTURES } from '../../../functions/rollout/shadow-tally.ts';
import { Refused } from '../faults.ts';
import type { Place } from '../place.ts';
import { readAll, readAudits } from '../reading.ts';

/** Records of one version. */
export interface ReportData {
  readonly endpoint: string;
  readonly version: string;
  /** Address of the HTTP API. */
  readonly api: string;
  readonly audits: readonly TickRecord[];
  /** In the order in which they were compared; at most `MOST_COMPARISONS`, the first. */
  readonly comparisons: readonly ComparisonRecord[];
  readonly tally: ShadowTally;
}

/** Most comparisons that are read. */
const MOST_COMPARISONS = 5000;

/** @throws Refused where nothing is recorded */
export async function readData(place: Place, version: string): Promise<ReportData> {
  const { endpoint, api } = place;
  const [audits, comparisons, tally] = await Promise.all([
    readAudits(place, version),
    readComparisons(place, version),
    readTally(place, version),
  ]);
  if (audits.length === 0 && comparisons.length === 0) {
    throw new Refused(`Expected records of a rollout of version ${version} of ${endpoint}, there are none`);
  }
  return { endpoint, version, api, audits, comparisons, tally: tally ?? tallyOfAll(comparisons) };
}

async function readComparisons(place: Place, version: string): Promise<ComparisonRecord[]> {
  const keys = await place.objects.list(KEYS.comparisons(place.endpoint, version), { most: MOST_COMPARISONS });
  const records = (await readAll(place, keys)) as ComparisonRecord[];
  // A stable sort: those of one tick stay in the order of their ids, which is that of time.
  return records.toSorted((a, b) => a.compared_at.localeCompare(b.compared_at));
}

async function readTally({ objects, endpoint }: Place, version: string): Promise<ShadowTally | undefined> {
  try {
    return ((await objects.getJson(KEYS.shadow(endpoint, version))) as { tally: ShadowTally }).tally;
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

function tallyOfAll(comparisons: readonly ComparisonRecord[]): ShadowTally {
  return comparisons.reduce((tally, { score }) => add(tally, score), NO_PICTURES);
}

/** Reads the records of a rollout for its report. */

import { readDecisions } from '../api/preference-schemas.ts';
import { KEYS } from '../contract.ts';
import type { DriftReport } from '../drift-contract.ts';
import type { ShadowTally } from '../judge/shadow-tally.ts';
import { add, NO_PICTURES, restoreTally } from '../judge/shadow-tally.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import type { JudgedByPeople } from '../records/judged-by-people.ts';
import type { LabelledRecord } from '../records/labelled-record.ts';
import { decisionsOn, pairOf } from '../records/pairs.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { hasDriftSetting, readDriftReport } from '../standing/drift.ts';
import { readLastRollout } from '../standing/last-rollout.ts';
import { readAll } from '../standing/reading.ts';
import { isEnd, presentStep } from '../standing/standing.ts';

/** The records of the rollout of one version. */
export interface ReportData {
  readonly endpoint: string;
  readonly version: string;
  readonly audits: readonly TickRecord[];
  /** In order of time; the first `MOST_COMPARISONS` at most. */
  readonly comparisons: readonly ComparisonRecord[];
  readonly tally: ShadowTally;
  /** The pictures that wait for a decision of people. Absent: they judge no shadow now. */
  readonly toJudge?: readonly ComparisonRecord[];
  /** Ids of the pictures that people counted when they judged. Absent: they judge no shadow of this rollout. */
  readonly counted?: ReadonlySet<string>;
  /** What the drift monitor says of one of the two versions. Absent: nothing. */
  readonly driftReport?: DriftReport;
  /** The results of a labelled set. Absent: none judges a shadow of this rollout. */
  readonly labelled?: LabelledRecord;
}

/** Most comparisons that are read, so that memory and time stay bounded. */
const MOST_COMPARISONS = 5000;

/** The records of a version's rollout; undefined without any. @throws StoreUnavailableError */
export async function readData(clients: EndpointClients, version: string): Promise<ReportData | undefined> {
  const { endpoint } = clients;
  const { folder, audits, since = '' } = await readLastRollout(clients, version);
  const [all, tally, people, labelled] = await Promise.all([
    readComparisons(clients, folder),
    readTally(clients, folder),
    clients.objects.findJson(KEYS.people(folder)) as Promise<JudgedByPeople | undefined>,
    clients.objects.findJson(KEYS.labelled(folder)) as Promise<LabelledRecord | undefined>,
  ]);
  const comparisons = all.filter(({ compared_at }) => compared_at >= since);
  if (audits.length === 0 && comparisons.length === 0) return undefined;
  const decided = people && (await readDecided(clients, folder, people));
  const isOpen = ({ id }: ComparisonRecord) => decided?.open.has(id);
  const ofPeople = decided && {
    counted: decided.counted,
    ...(canJudge(audits.at(-1)) && { toJudge: comparisons.filter(isOpen) }),
  };
  const driftReport = await readDriftOf(clients, [version, audits.at(-1)?.stable_version ?? version]);
  const others = { ...ofPeople, ...(labelled && { labelled }), ...(driftReport && { driftReport }) };
  return { endpoint, version, audits, comparisons, tally: tally ?? tallyOfAll(comparisons), ...others };
}

async function readDriftOf(clients: EndpointClients, versions: readonly string[]): Promise<DriftReport | undefined> {
  return (await hasDriftSetting(clients)) ? readDriftReport(clients, ...versions) : undefined;
}

/** Reads decisions anew: the last tick can be a minute old. */
async function readDecided({ objects, endpoint }: EndpointClients, folder: string, { pictures }: JudgedByPeople) {
  const [open, counted] = [new Set<string>(), new Set<string>()];
  const read = async ({ id }: { readonly id: string }) => {
    const json = await objects.findJson(KEYS.decision(endpoint, id));
    const decisions = json === undefined ? undefined : readDecisions(json);
    if (decisions?.decision) counted.add(id);
    if (!decisions || decisionsOn(decisions, pairOf(folder, id)).length === 0) open.add(id);
  };
  await Promise.all(pictures.map(read));
  return { open, counted };
}

/** Whether the rollout is in a shadow that people judge. */
function canJudge(last: TickRecord | undefined): boolean {
  return last !== undefined && !isEnd(last.status) && presentStep(last).judge === 'people';
}

async function readComparisons(clients: EndpointClients, folder: string): Promise<ComparisonRecord[]> {
  const keys = await clients.objects.list(KEYS.comparisons(folder), { most: MOST_COMPARISONS });
  const records = (await readAll(clients, keys)) as ComparisonRecord[];
  // A stable sort, so that comparisons of one tick stay in the order of their ids, which is the order of time.
  return records.toSorted((a, b) => a.compared_at.localeCompare(b.compared_at));
}

async function readTally({ objects }: EndpointClients, folder: string): Promise<ShadowTally | undefined> {
  try {
    return restoreTally(((await objects.getJson(KEYS.shadow(folder))) as { tally: ShadowTally }).tally);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

function tallyOfAll(comparisons: readonly ComparisonRecord[]): ShadowTally {
  return comparisons.reduce((tally, { score }) => add(tally, score), NO_PICTURES);
}

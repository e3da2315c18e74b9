/** The last rollout of a version, found by its records: Step Functions forgets executions after 90 days. */

import { KEYS } from '../contract.ts';
import { sameRollout } from '../records/execution.ts';
import { parseTickRecord } from '../records/stored-record.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from './clients.ts';
import { readAudits } from './reading.ts';

/** Folder and ticks of a rollout. */
export interface LastRollout {
  readonly folder: string;
  /** The folder has records from before this time that are of other rollouts. ISO 8601; absent: it has none. */
  readonly since?: string;
  /** In order; empty without a rollout. */
  readonly audits: readonly TickRecord[];
}

/**
 * Reads the last rollout of a version of this function. Without one, reads the last one that an earlier release
 * recorded under this version's number.
 * @throws StoreUnavailableError
 */
export async function readLastRollout(clients: EndpointClients, version: string): Promise<LastRollout> {
  const own = await lastRolloutFolder(clients, version);
  if (own !== undefined) return { folder: own, audits: await readAudits(clients, own) };
  const folder = KEYS.formerRollouts(clients.endpoint, version);
  const audits = lastOf(await readAudits(clients, folder));
  return { folder, audits, ...(audits[0] && { since: audits[0].at }) };
}

/** Earlier releases kept all rollouts of a version number in one folder; an operator's record may name none. */
function lastOf(audits: readonly TickRecord[]): TickRecord[] {
  const [last] = audits.filter(({ execution }) => execution !== '').toSorted((a, b) => b.at.localeCompare(a.at));
  return audits.filter(({ execution }) => execution === '' || sameRollout(execution, last?.execution ?? ''));
}

/** Folder of the version's rollout that began last. @returns undefined without a record of one */
export async function lastRolloutFolder(clients: EndpointClients, version: string): Promise<string | undefined> {
  const folders = await foldersOf(clients, KEYS.rolloutsOfVersion(clients, version));
  if (folders.length < 2) return folders[0];
  const begun = await Promise.all(folders.map(async (folder) => ({ folder, at: await beginOf(clients, folder) })));
  return begun.toSorted((a, b) => b.at.localeCompare(a.at))[0]?.folder;
}

/** Skips from each folder's first key behind its last one, because a shadow can have thousands of records. */
async function foldersOf({ objects }: EndpointClients, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  let after = prefix;
  for (;;) {
    const [key] = await objects.list(prefix, { after, most: 1 });
    if (key === undefined) return folders;
    const [name = ''] = key.slice(prefix.length).split('/');
    folders.push(`${prefix}${name}/`);
    // `0` follows `/` in the order of keys.
    after = `${prefix}${name}0`;
  }
}

async function beginOf({ objects }: EndpointClients, folder: string): Promise<string> {
  const [key] = await objects.list(KEYS.audits(folder), { most: 1 });
  return (key !== undefined && parseTickRecord(await objects.getJson(key))?.at) || '';
}

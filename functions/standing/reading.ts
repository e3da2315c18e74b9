import { KEYS } from '../contract.ts';
import { sameRollout } from '../records/execution.ts';
import { parseTickRecord } from '../records/stored-record.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from './clients.ts';
import { lastExecution } from './executions.ts';
import type { KnownModels } from './models.ts';
import type { Reading } from './standing.ts';

/**
 * Reads an endpoint's aliases, last execution and last record.
 * @param models model-name cache; omit to skip reading recent results
 */
export async function read(clients: EndpointClients, models?: KnownModels): Promise<Reading> {
  const [live, newest, execution, own] = await Promise.all([
    clients.live.read(),
    clients.newest.read(),
    lastExecution(clients),
    lastRecord(clients),
  ]);
  const record = own ?? (execution && (await formerRecord(clients, execution.name)));
  const versions = [live.routing.version, live.routing.candidate?.version, execution?.version];
  const named = [...new Set(versions.filter((version) => version !== undefined))];
  return {
    endpoint: clients.endpoint,
    live,
    newest: newest.routing.version,
    ...(execution && { execution }),
    ...(record && { record }),
    models: models ? await models.of(clients, named) : {},
  };
}

/** The last tick's record. @throws StoreUnavailableError */
export async function lastRecord(clients: EndpointClients): Promise<TickRecord | undefined> {
  return parseTickRecord(await clients.objects.findJson(KEYS.status(clients)));
}

/** The record of an earlier release, if it is of this execution's rollout: it can be of another function. */
async function formerRecord(clients: EndpointClients, execution: string): Promise<TickRecord | undefined> {
  const record = parseTickRecord(await clients.objects.findJson(KEYS.formerStatus(clients.endpoint)));
  return record && sameRollout(record.execution, execution) ? record : undefined;
}

/** Most records of one rollout that are read: a tick per minute for a week. */
export const MOST_RECORDS = 10_000;

/**
 * Records of a rollout's ticks in order.
 * @param folder of its records
 * @param after only records whose key is behind this one; default: all
 */
export async function readAudits(clients: EndpointClients, folder: string, after?: string): Promise<TickRecord[]> {
  const prefix = KEYS.audits(folder);
  const keys = await clients.objects.list(prefix, { ...(after !== undefined && { after }), most: MOST_RECORDS });
  return (await readAll(clients, keys)).flatMap((json) => parseTickRecord(json) ?? []);
}

/** How many objects are read at the same time. */
const AT_A_TIME = 32;

/** JSON of many objects, in their order. */
export async function readAll(
  { objects }: Pick<EndpointClients, 'objects'>,
  keys: readonly string[],
): Promise<unknown[]> {
  const read: unknown[] = [];
  for (let start = 0; start < keys.length; start += AT_A_TIME) {
    const some = keys.slice(start, start + AT_A_TIME);
    read.push(...(await Promise.all(some.map((key) => objects.getJson(key)))));
  }
  return read;
}

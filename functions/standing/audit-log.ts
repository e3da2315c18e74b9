import { KEYS } from '../contract.ts';
import { parseTickRecord } from '../records/stored-record.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from './clients.ts';
import { MOST_RECORDS, readAll } from './reading.ts';

/** Most records that are kept: of a long rollout the last ones. */
const KEPT = 1000;

/** The records of one rollout's ticks, read again and again: what was read is kept, and only what is new is fetched. */
export class AuditLog {
  private prefix = '';
  private readonly records = new Map<string, TickRecord>();

  /** Records of a version's ticks in order. @throws StoreUnavailableError */
  async of(clients: EndpointClients, version: string): Promise<TickRecord[]> {
    const prefix = KEYS.audits(clients.endpoint, version);
    if (prefix !== this.prefix) this.records.clear();
    this.prefix = prefix;
    // The last one once more: a tick that was killed is repeated, and writes its record again.
    const after = [...this.records.keys()].at(-2);
    const keys = await clients.objects.list(prefix, { ...(after !== undefined && { after }), most: MOST_RECORDS });
    const fresh = keys.slice(-KEPT);
    const read = await readAll(clients, fresh);
    for (const [index, key] of fresh.entries()) {
      const record = parseTickRecord(read[index]);
      if (record) this.records.set(key, record);
    }
    for (const key of [...this.records.keys()].slice(0, -KEPT)) this.records.delete(key);
    return [...this.records.values()];
  }
}

import { KEYS } from '../contract.ts';
import { parseTickRecord } from '../records/stored-record.ts';
import type { TickRecord } from '../records/tick-record.ts';
import type { EndpointClients } from './clients.ts';
import { MOST_RECORDS, readAll } from './reading.ts';

/** Most records that are kept: the last ones. */
const KEPT = 1000;

/** The records of one rollout's ticks. Keeps the records that it has read, and fetches only new ones. */
export class AuditLog {
  private prefix = '';
  private readonly records = new Map<string, TickRecord>();

  /** Records of a rollout's ticks in order. @param folder of its records. @throws StoreUnavailableError */
  async of(clients: EndpointClients, folder: string): Promise<TickRecord[]> {
    const prefix = KEYS.audits(folder);
    if (prefix !== this.prefix) this.records.clear();
    this.prefix = prefix;
    // Reads the last one again, because a repeated tick overwrites its record.
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

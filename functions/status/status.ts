import type { EndpointStatus, Phase } from '../api/status-schemas.ts';
import { AuditLog } from '../standing/audit-log.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { gatesOf } from '../standing/gates.ts';
import { historyOf } from '../standing/history.ts';
import { KnownModels } from '../standing/models.ts';
import { read } from '../standing/reading.ts';
import { ownRecord, standingOf } from '../standing/standing.ts';

/** Looks that come sooner than this after another get what that one saw, milliseconds: many may watch one rollout. */
const FRESH_MS = 1500;

/** Nothing goes on by itself. */
const WAITS: readonly Phase[] = ['waiting', 'stopped', 'failed'];

/** The status of one endpoint, for those who look again and again. */
export class StatusWatch {
  private readonly place: EndpointClients;
  private readonly models = new KnownModels();
  private readonly log = new AuditLog();
  private seen: { readonly at: number; readonly status: EndpointStatus } | undefined;

  constructor(place: EndpointClients) {
    this.place = place;
  }

  /** Where the endpoint stands. @throws StoreUnavailableError, UnknownRoutingError */
  async look(): Promise<EndpointStatus> {
    const at = performance.now();
    if (this.seen && at - this.seen.at < FRESH_MS) return this.seen.status;
    const status = await this.read();
    this.seen = { at, status };
    return status;
  }

  private async read(): Promise<EndpointStatus> {
    const reading = await read(this.place, this.models);
    const standing = standingOf(reading);
    const { rollout, phase } = standing;
    const records = rollout ? await this.log.of(this.place, rollout.version) : [];
    return {
      ...standing,
      needs_a_person: WAITS.includes(phase),
      gates: gatesOf(ownRecord(reading)?.findings ?? []),
      history: historyOf(records),
    };
  }
}

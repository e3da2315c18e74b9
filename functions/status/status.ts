import type { ShownDrift } from '../api/drift-schemas.ts';
import type { EndpointStatus, Phase } from '../api/status-schemas.ts';
import { recordsFolder } from '../records/execution.ts';
import { AuditLog } from '../standing/audit-log.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { driftStanding, readDriftReport } from '../standing/drift.ts';
import { gatesOf } from '../standing/gates.ts';
import { historyOf } from '../standing/history.ts';
import { KnownModels } from '../standing/models.ts';
import { read } from '../standing/reading.ts';
import { ownRecord, standingOf } from '../standing/standing.ts';
import { DriftPictures } from './drift-pictures.ts';

/** Age up to which a status is reused, because many users can watch one rollout. */
const FRESH_MS = 1500;

/** Phases that need an operator to continue. */
const NEEDS_OPERATOR: readonly Phase[] = ['waiting', 'stopped', 'failed'];

/** Reads the status of one endpoint for callers that poll it. */
export class StatusCache {
  private readonly clients: EndpointClients;
  private readonly models = new KnownModels();
  private readonly log = new AuditLog();
  private readonly pictures = new DriftPictures();
  private last: { readonly at: number; readonly status: EndpointStatus } | undefined;

  constructor(clients: EndpointClients) {
    this.clients = clients;
  }

  /** The status, at most `FRESH_MS` old. @throws StoreUnavailableError, UnknownRoutingError */
  async read(): Promise<EndpointStatus> {
    const at = performance.now();
    if (this.last && at - this.last.at < FRESH_MS) return this.last.status;
    const status = await this.readFresh();
    this.last = { at, status };
    return status;
  }

  private async readFresh(): Promise<EndpointStatus> {
    const reading = await read(this.clients, this.models);
    const standing = standingOf(reading);
    const { rollout, phase } = standing;
    const drift = await this.driftOf(standing.routing.version);
    const records = rollout ? await this.log.of(this.clients, recordsFolder(this.clients, rollout.execution)) : [];
    return {
      ...standing,
      needs_a_person: NEEDS_OPERATOR.includes(phase),
      gates: gatesOf(ownRecord(reading)?.findings ?? [], standing.endpoint),
      history: historyOf(records),
      ...(drift && { drift }),
    };
  }

  private async driftOf(live: string): Promise<ShownDrift | undefined> {
    if (!this.clients.watchesDrift) return undefined;
    const report = await readDriftReport(this.clients, live);
    const pictures = report && (await this.pictures.of(this.clients, report, new Date()));
    return { ...driftStanding(report, live), ...(pictures && { pictures }) };
  }
}

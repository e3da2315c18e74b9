/** Reads what a rollback can use. It needs the alias alone: every other service may fail. */

import { lastExecution } from '../../functions/standing/executions.ts';
import { isUnderWay } from '../../functions/standing/phase.ts';
import { lastRecord } from '../../functions/standing/reading.ts';
import { type Reading, standingOf } from '../../functions/standing/standing.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';
import { messageOf } from './errors.ts';
import type { RollbackCase } from './rollback-plan.ts';
import { publishedVersions } from './versions.ts';
import { within } from './within.ts';

/** Longest wait for a read that a rollback can do without. Milliseconds. */
const READ_MS = 5000;

/** A reading, in which everything but the alias `live` can be missing. */
export interface RollbackReading extends Reading {
  /** Whether Step Functions answered: without, `execution` is unknown, not absent. */
  readonly isExecutionKnown: boolean;
  /** Absent: Lambda did not list them. */
  readonly versions?: readonly string[];
}

/** Reads an endpoint. A read that fails is a warning, except for that of the alias `live`. */
export async function readForRollback(deployed: DeployedEndpoint, terminal: Terminal): Promise<RollbackReading> {
  const failed = Symbol('failed');
  const attempt = <T>(what: string, call: Promise<T>): Promise<T | typeof failed> =>
    within(READ_MS, call).catch((error) => {
      terminal.note(`Warning: ${what} could not be read, so the rollback goes without it: ${messageOf(error)}`);
      return failed;
    });
  const [live, newest, execution, record, versions] = await Promise.all([
    deployed.live.read(),
    attempt('the alias of the newest version (Lambda)', deployed.newest.read()),
    attempt('the running rollout (Step Functions)', lastExecution(deployed)),
    attempt("the last tick's record (S3)", lastRecord(deployed)),
    attempt('the list of versions (Lambda)', publishedVersions(deployed)),
  ]);
  return {
    endpoint: deployed.endpoint,
    live,
    newest: newest === failed ? live.routing.version : newest.routing.version,
    isExecutionKnown: execution !== failed,
    ...(execution && execution !== failed && { execution }),
    ...(record && record !== failed && { record }),
    ...(versions !== failed && { versions }),
    models: {},
  };
}

/**
 * The running rollout. Where Step Functions does not answer, that of the last tick's record, or else of the version
 * with a share of live traffic.
 */
export function runningRollout(reading: RollbackReading): RollbackCase['rollout'] {
  const { isExecutionKnown, record, live } = reading;
  if (isExecutionKnown) {
    const { phase, rollout } = standingOf(reading);
    return isUnderWay(phase) && rollout ? { candidate: rollout.version, stable: rollout.stable_version } : undefined;
  }
  if (record)
    return GOES_ON.includes(record.status) ? { candidate: record.version, stable: record.stable_version } : undefined;
  const { version: stable, candidate } = live.routing;
  return candidate && { candidate: candidate.version, stable };
}

const GOES_ON: readonly string[] = ['running', 'held', 'alarmed'];

/** `rollout rollback`: all traffic back, at once. */

import { KEYS } from '../../../functions/contract.ts';
import { describeRouting, sameRouting } from '../../../functions/judge/routing.ts';
import { ROLLOUT_ERRORS } from '../../../functions/judge/state.ts';
import type { AliasState } from '../../../functions/platform/alias.ts';
import { readLastRollout } from '../../../functions/standing/last-rollout.ts';
import { type Reading, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { AliasNotMovedError } from '../errors.ts';
import { orderAtOnce } from '../give-order.ts';
import { moveBack } from '../move-back.ts';
import { moveInWords, planRollback, type RollbackCase, type RollbackPlan } from '../rollback-plan.ts';
import { type RollbackReading, readForRollback, runningRollout } from '../rollback-reading.ts';
import { type OperatorRollback, operatorRecord, writeOperatorRecord } from '../rollback-record.ts';
import { within } from '../within.ts';

export interface RollbackOptions {
  readonly by: string;
  /** The version to go to; default: the stable one of the running rollout, else the one before the live one. */
  readonly to?: string;
  readonly json?: boolean;
}

/** The result of a rollback. JSON. */
export interface RollbackResult {
  readonly endpoint: string;
  readonly from: string;
  readonly before: string;
  readonly after: string;
  readonly seconds: number;
  readonly by: string;
  /** The version whose rollout ends with its next tick. */
  readonly ends_rollout_of?: string;
}

/**
 * Orders a running rollout to roll back, moves all traffic back, checks the alias, and writes a record.
 * @throws OrderRefusedError, AliasContendedError, AliasNotMovedError
 */
export async function rollbackCommand(
  deployed: DeployedEndpoint,
  options: RollbackOptions,
  terminal: Terminal,
): Promise<void> {
  const start = performance.now();
  const reading = await readForRollback(deployed, terminal);
  const given = caseOf(reading, options);
  const plan = planRollback(given);
  if (options.to !== undefined) await warnOfFailed(deployed, options.to, terminal);
  const ended = given.rollout?.candidate ?? unknownCandidate(reading);
  if (ended !== undefined)
    await orderRollback(deployed, { rollout: rolloutOf(reading, ended), by: options.by }, terminal);
  await moveBack(deployed.live, given, options.by);
  const after = await readBack(deployed, plan);
  const rollback: OperatorRollback = {
    by: options.by,
    from: plan.from,
    before: reading.live.routing,
    after: after.routing,
    seconds: Math.round((performance.now() - start) / 10) / 100,
  };
  await record(deployed, rollback, { reading, endsRollout: given.rollout !== undefined }, terminal);
  const result = resultOf(deployed.endpoint, rollback, given.rollout?.candidate);
  const move = moveInWords(rollback.before, rollback.after);
  terminal.print(options.json ? JSON.stringify(result, null, 2) : inWords(result, move));
}

function resultOf(
  endpoint: string,
  { by, from, before, after, seconds }: OperatorRollback,
  running: string | undefined,
): RollbackResult {
  return {
    endpoint,
    from,
    before: describeRouting(before),
    after: describeRouting(after),
    seconds,
    by,
    ...(running !== undefined && { ends_rollout_of: running }),
  };
}

function caseOf(reading: RollbackReading, { to }: RollbackOptions): RollbackCase {
  const { endpoint, live, versions } = reading;
  const rollout = runningRollout(reading);
  return {
    endpoint,
    live,
    ...(rollout && { rollout }),
    ...(versions && { versions }),
    ...(to !== undefined && { to }),
  };
}

/** The version whose rollout moved the alias last, where Step Functions does not say whether it is running. */
function unknownCandidate({ isExecutionKnown, live }: RollbackReading): string | undefined {
  return isExecutionKnown ? undefined : live.note?.rollout;
}

type OrderedRollout = Parameters<typeof orderAtOnce>[1];

/** Names the execution where it is known, so that a later rollout of the same version does not execute the order. */
function rolloutOf(reading: Reading, version: string): OrderedRollout {
  const { rollout } = standingOf(reading);
  return rollout?.version === version ? { version, execution: rollout.execution } : { version };
}

/** Warns when the target version was itself rolled back, if the records can be read. */
async function warnOfFailed(deployed: DeployedEndpoint, version: string, terminal: Terminal): Promise<void> {
  const records = await within(RECORDS_MS, readLastRollout(deployed, version)).catch(() => undefined);
  const last = records?.audits.at(-1);
  if (last?.status === 'rolled back')
    terminal.note(`Warning: version ${version} was rolled back before: ${last.words}`);
}

/** Longest time to wait for the records of the target version. */
const RECORDS_MS = 5000;

/** Longest time to wait for the order before the alias is moved without it. */
const ORDER_MS = 3000;

/**
 * Orders the rollback before the alias moves, because a tick in between would take the move for someone else's. A
 * failed order does not stop the rollback.
 */
async function orderRollback(
  deployed: DeployedEndpoint,
  { rollout, by }: { readonly rollout: OrderedRollout; readonly by: string },
  terminal: Terminal,
): Promise<void> {
  try {
    await within(ORDER_MS, orderAtOnce(deployed, rollout, { kind: 'rollback', by }));
  } catch (error) {
    terminal.note(
      `Warning: the rollback order was not stored (${error}); the rollout will stop with ${ROLLOUT_ERRORS.stopped}`,
    );
  }
}

async function readBack(deployed: DeployedEndpoint, { to }: RollbackPlan): Promise<AliasState> {
  const after = await deployed.live.read();
  if (sameRouting(after.routing, to)) return after;
  const received = describeRouting(after.routing);
  throw new AliasNotMovedError(
    `Expected ${describeRouting(to)} for the live alias of ${deployed.endpoint}, received ${received}`,
  );
}

/** A failure is only a warning, because traffic is back already. */
async function record(
  deployed: DeployedEndpoint,
  rollback: OperatorRollback,
  { reading, endsRollout }: { readonly reading: Reading; readonly endsRollout: boolean },
  terminal: Terminal,
): Promise<void> {
  try {
    const made = operatorRecord(rollback, reading);
    await within(RECORDS_MS, writeOperatorRecord(deployed, made));
    // A running rollout writes its status itself, with its next tick.
    if (!endsRollout && standingOf(reading).rollout?.version === made.version) {
      await deployed.objects.putJson(KEYS.status(deployed), made);
    }
  } catch (error) {
    terminal.note(`Warning: the record of this rollback could not be written: ${error}`);
  }
}

function inWords({ endpoint, seconds, ends_rollout_of: candidate }: RollbackResult, move: string): string {
  const ends = candidate === undefined ? '' : `\nthe rollout of version ${candidate} ends with its next tick`;
  return `${endpoint}: ${move}, in ${seconds} s${ends}`;
}

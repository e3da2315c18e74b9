/** `rollout hold | resume | promote`: orders that the next tick executes. */

import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../../../functions/contract.ts';
import type { Finding } from '../../../functions/judge/finding.ts';
import type { ControlRecord } from '../../../functions/records/control.ts';
import { recordsFolder, sameRollout } from '../../../functions/records/execution.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read, readAudits } from '../../../functions/standing/reading.ts';
import { ownRecord, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { commandLine } from '../command-line.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { OrderNotExecutedError, OrderRefusedError } from '../errors.ts';
import { giveOrder, type Wanted } from '../give-order.ts';
import { isExecuted } from '../orders.ts';

export interface ControlOptions {
  /** How long to wait until a tick has executed the order, seconds; 0: not at all. */
  readonly wait: number;
  readonly json?: boolean;
}

/** Milliseconds between two reads. */
const LOOK_MS = 500;

/**
 * Gives the order and waits until a tick has executed it.
 * @throws OrderRefusedError where the rollout cannot execute it, or another order waits; OrderNotExecutedError when no
 * tick executes it in time, or the rollout ends
 */
export async function controlCommand(
  deployed: DeployedEndpoint,
  wanted: Wanted,
  { wait, json = false }: ControlOptions,
  terminal: Terminal,
): Promise<void> {
  const { order, rollout } = await giveOrder(deployed, wanted);
  const { kind } = order;
  if (wait === 0) return terminal.print(json ? JSON.stringify(order) : `${kind} is ordered: the next tick executes it`);
  terminal.note(`${kind} is ordered; waiting for the next tick of version ${order.version}`);
  const { execution, ticks } = rollout;
  const record = await executed(deployed, order, { execution, ticks, wait });
  terminal.print(json ? JSON.stringify(record, null, 2) : inWords(record));
}

interface Wait {
  /** The execution when the order was given. */
  readonly execution: string;
  /** Ticks before the order. */
  readonly ticks: number;
  /** Seconds. */
  readonly wait: number;
}

/** Reads every record since the order: the emulator’s ticks can be more frequent than these reads. */
async function executed(
  deployed: DeployedEndpoint,
  order: ControlRecord,
  { execution, ticks, wait }: Wait,
): Promise<TickRecord> {
  const deadline = performance.now() + wait * 1000;
  const folder = recordsFolder(deployed, execution);
  const keyOf = (tick: number) => KEYS.audit(folder, tick);
  let after = keyOf(ticks);
  for (;;) {
    // First, so that the records that are read afterwards are all of a rollout that has ended.
    const reading = await read(deployed);
    const last = ownRecord(reading);
    for (const record of await readAudits(deployed, folder, after)) {
      if (isExecuted(order, record)) return checkObeyed(order, record);
      after = keyOf(record.tick);
    }
    const hasEnded = !isUnderWay(standingOf(reading).phase);
    // The last tick writes status and record at the same time.
    if (hasEnded && last && isExecuted(order, last)) return checkObeyed(order, last);
    if (hasEnded || performance.now() >= deadline) break;
    await sleep(LOOK_MS);
  }
  throw new OrderNotExecutedError(await whyNot(deployed, order, { execution, wait }));
}

/**
 * A proven fault rolls back even in the tick that executes a hold, and a promotion can be refused.
 * @throws OrderNotExecutedError, OrderRefusedError
 */
function checkObeyed({ id, kind, version }: ControlRecord, record: TickRecord): TickRecord {
  const isRefusal = (finding: Finding) =>
    finding.kind === 'event' && finding.event === 'promote-refused' && finding.order === id;
  if (record.findings.some(isRefusal)) throw new OrderRefusedError(record.words);
  if (kind !== 'hold' || record.status === 'held') return record;
  throw new OrderNotExecutedError(
    `Expected the rollout of version ${version} to be held, but it ended: ${record.status}, ${record.words}`,
  );
}

async function whyNot(
  deployed: DeployedEndpoint,
  { kind, version }: ControlRecord,
  { execution, wait }: Pick<Wait, 'execution' | 'wait'>,
): Promise<string> {
  const { phase, rollout } = standingOf(await read(deployed));
  if (isUnderWay(phase) && rollout && sameRollout(rollout.execution, execution)) {
    const next = `The next one will; see ${commandLine('rollout', `status ${deployed.endpoint}`, deployed.given)}`;
    return `No tick executed ${kind} within ${wait} s. ${next}`;
  }
  const end = `${phase}${rollout ? `, ${rollout.words}` : ''}`;
  return `No tick executed ${kind}: the rollout of version ${version} ended first: ${end}`;
}

function inWords({ version, words, status, step, steps, step_number, tick, traffic }: TickRecord): string {
  const now = status === 'running' ? `now: ${(steps[step_number] ?? step).words}` : `status: ${status}`;
  return `version ${version}, tick ${tick}: ${words}\n${now}; ${traffic}`;
}

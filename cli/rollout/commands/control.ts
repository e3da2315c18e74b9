/** `rollout hold | resume | promote`: orders that the next tick executes. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../../../functions/contract.ts';
import { recordsFolder, sameRollout } from '../../../functions/records/execution.ts';
import type { ControlRecord, TickRecord } from '../../../functions/records/tick-record.ts';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read, readAudits } from '../../../functions/standing/reading.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { refusalOf } from '../control-refusal.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { OrderNotExecutedError, OrderRefusedError } from '../errors.ts';
import { isExecuted, type Order } from '../orders.ts';

export interface ControlOptions {
  /** The operator's name, for the record. */
  readonly by: string;
  /** How long to wait until a tick has executed the order, seconds; 0: not at all. */
  readonly wait: number;
  readonly json?: boolean;
}

/** Milliseconds between two reads. */
const LOOK_MS = 500;

/**
 * Writes the order and waits until a tick has executed it.
 * @throws OrderRefusedError where the rollout cannot execute it; OrderNotExecutedError when no tick executes it in
 * time, or the rollout ends
 */
export async function controlCommand(
  deployed: DeployedEndpoint,
  kind: Order,
  { by, wait, json = false }: ControlOptions,
  terminal: Terminal,
): Promise<void> {
  const standing = standingOf(await read(deployed));
  const refusal = refusalOf(kind, standing);
  if (refusal !== undefined || !standing.rollout) throw new OrderRefusedError(refusal ?? 'There is no rollout');
  const { version, execution, ticks } = standing.rollout;
  const order = await writeControl(deployed, { version, execution, kind, by });
  if (wait === 0) return terminal.print(json ? JSON.stringify(order) : `${kind} is ordered: the next tick executes it`);
  terminal.note(`${kind} is ordered; waiting for the next tick of version ${version}`);
  const record = await executed(deployed, order, { execution, ticks, wait });
  terminal.print(json ? JSON.stringify(record, null, 2) : inWords(record));
}

/** Puts an order where the running rollout's next tick reads it. */
export async function writeControl(
  deployed: DeployedEndpoint,
  order: Pick<ControlRecord, 'version' | 'execution' | 'kind' | 'by'>,
): Promise<ControlRecord> {
  const control: ControlRecord = { id: randomUUID(), ...order, at: new Date().toISOString() };
  await deployed.objects.putJson(KEYS.control(deployed), control);
  return control;
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
  while (performance.now() < deadline) {
    for (const record of await readAudits(deployed, folder, after)) {
      if (isExecuted(order, record)) return checkHeld(order, record);
      after = keyOf(record.tick);
    }
    await sleep(LOOK_MS);
  }
  throw new OrderNotExecutedError(await whyNot(deployed, order, { execution, wait }));
}

/** A proven fault rolls back even in the tick that executes a hold. @throws OrderNotExecutedError */
function checkHeld({ kind, version }: ControlRecord, record: TickRecord): TickRecord {
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
    const next = `The next one will; see npm run rollout -- status ${deployed.endpoint}`;
    return `No tick executed ${kind} within ${wait} s. ${next}`;
  }
  const end = `${phase}${rollout ? `, ${rollout.words}` : ''}`;
  return `No tick executed ${kind}: the rollout of version ${version} ended first: ${end}`;
}

function inWords({ version, words, status, step, steps, step_number, tick, traffic }: TickRecord): string {
  const now = status === 'running' ? `now: ${(steps[step_number] ?? step).words}` : `status: ${status}`;
  return `version ${version}, tick ${tick}: ${words}\n${now}; ${traffic}`;
}

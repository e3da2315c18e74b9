/** Gives orders, so that none replaces another one that no tick has executed yet. */

import { randomUUID } from 'node:crypto';
import { KEYS } from '../../functions/contract.ts';
import { ObjectChangedError, type TaggedJson } from '../../functions/platform/objects.ts';
import { type ControlRecord, controlSchema } from '../../functions/records/control.ts';
import { read } from '../../functions/standing/reading.ts';
import { type Reading, type RolloutStanding, standingOf } from '../../functions/standing/standing.ts';
import { refusalOf } from './control-refusal.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';
import { OrderRefusedError } from './errors.ts';
import { type Order, waitingOrder } from './orders.ts';

/** An order to give. */
export interface Wanted {
  readonly kind: Order;
  /** The operator's name. */
  readonly by: string;
  /** Only of a promotion: whether it ends a hold. */
  readonly resume?: boolean;
}

/** An order that was stored, and the rollout as it was read before. */
export interface Given {
  readonly order: ControlRecord;
  readonly rollout: RolloutStanding;
}

/** How often an order is tried again when another one is stored at the same time. */
const ATTEMPTS = 3;

/**
 * Stores an order for the running rollout, unless another one waits for its tick.
 * @throws OrderRefusedError where the rollout cannot execute it, or another order waits
 */
export async function giveOrder(deployed: DeployedEndpoint, wanted: Wanted): Promise<Given> {
  const key = KEYS.control(deployed);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    // First, so that the records that are read afterwards show whether it was executed.
    const present = await deployed.objects.findTagged(key);
    const reading = await read(deployed);
    const standing = standingOf(reading);
    const { rollout } = standing;
    const refusal = refusalOf(wanted, standing) ?? waitingRefusal(wanted, present, reading);
    if (refusal !== undefined || !rollout) throw new OrderRefusedError(refusal ?? 'There is no rollout');
    const { version, execution } = rollout;
    const order = orderOf({ version, execution }, wanted);
    try {
      await deployed.objects.replaceJson(key, order, present?.tag);
      return { order, rollout };
    } catch (error) {
      if (!(error instanceof ObjectChangedError)) throw error;
    }
  }
  throw new OrderRefusedError(
    `Cannot ${wanted.kind} ${deployed.endpoint}: other orders were given at the same time. Run it again`,
  );
}

/** Stores an order whatever waits: a rollback ends the rollout, and with it every other order. */
export async function orderAtOnce(
  deployed: DeployedEndpoint,
  rollout: Pick<ControlRecord, 'version' | 'execution'>,
  wanted: Pick<ControlRecord, 'kind' | 'by'>,
): Promise<void> {
  await deployed.objects.putJson(KEYS.control(deployed), orderOf(rollout, wanted));
}

function orderOf(
  rollout: Pick<ControlRecord, 'version' | 'execution'>,
  { kind, by, resume }: Pick<ControlRecord, 'kind' | 'by' | 'resume'>,
): ControlRecord {
  const about = { ...rollout, kind, by, ...(resume !== undefined && { resume }) };
  return { id: randomUUID(), ...about, at: new Date().toISOString() };
}

function waitingRefusal({ kind }: Wanted, present: TaggedJson | undefined, reading: Reading): string | undefined {
  const order = present && waitingOrder(controlSchema.parse(present.value), reading);
  if (!order) return undefined;
  const waits = `${order.by} ordered ${order.kind} at ${order.at}, and no tick has executed it yet`;
  return `Cannot ${kind} ${reading.endpoint}: ${waits}. The next one will; then run this again`;
}

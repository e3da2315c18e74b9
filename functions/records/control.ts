import * as z from 'zod';
import { type EndpointFunction, KEYS } from '../contract.ts';
import type { Control } from '../judge/observations.ts';
import type { Objects } from '../platform/objects.ts';
import { sameRollout } from './execution.ts';

/** An operator's order, which the next tick reads: `rollouts/{endpoint}/{function}/control.json`. */
export const controlSchema = z.object({
  id: z.string(),
  /** The version whose rollout is meant: an order for an earlier one must not reach a later one. */
  version: z.string(),
  /** The execution that ran when the order was given: a later rollout of the same version does not execute it. */
  execution: z.string().exactOptional(),
  kind: z.enum(['hold', 'resume', 'promote', 'promote-all', 'rollback']),
  /** Only of a promotion: whether it ends a hold. */
  resume: z.boolean().exactOptional(),
  by: z.string(),
  at: z.iso.datetime(),
});

/** @see controlSchema */
export type ControlRecord = z.infer<typeof controlSchema>;

/** A rollout, by its version and the name of one of its executions. */
export interface RolloutName {
  readonly version: string;
  readonly execution: string;
}

/** Whether the order is for this rollout. */
export function isMeantFor(order: ControlRecord, { version, execution }: RolloutName): boolean {
  return order.version === version && sameRollout(order.execution ?? execution, execution);
}

/** The order for this rollout, if there is one. @throws StoreUnavailableError */
export async function readControl(
  objects: Pick<Objects, 'findJson'>,
  of: EndpointFunction,
  rollout: RolloutName,
): Promise<Control | undefined> {
  const json = await objects.findJson(KEYS.control(of));
  if (json === undefined) return undefined;
  const order = controlSchema.parse(json);
  if (!isMeantFor(order, rollout)) return undefined;
  const { id, kind, by, resume } = order;
  return { id, kind, by, ...(resume !== undefined && { resume }) };
}

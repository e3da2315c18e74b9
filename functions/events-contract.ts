/** Names of events, which stacks, functions and commands share. Imports nothing. */

/** Kinds of events: the attribute `type` of CloudEvents, and the detail type on the event bus. */
export const EVENT_TYPES = [
  'result.stored',
  'picture.rejected',
  'batch.started',
  'batch.ended',
  'rollout.started',
  'rollout.step_moved',
  'rollout.waits',
  'rollout.held',
  'rollout.resumed',
  'rollout.promoted',
  'rollout.rolled_back',
  'rollout.superseded',
  'rollout.stopped',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Source of all events on the bus. Their attribute `source` is the address of the endpoint. */
export const BUS_SOURCE = 'ml-deployment';

/** Environment variables of the function that makes events. */
export const EVENTS_ENV = {
  /** Name of the event bus. */
  bus: 'EVENT_BUS',
  /** Address of the HTTP API. */
  api: 'API_URL',
} as const;

/** Outputs of the platform's stack. */
export const EVENT_OUTPUTS = { bus: 'EventBus' } as const;

/** A tick's record in the bucket, with the number of the tick. See `KEYS.audit` and `KEYS.rollbackAudit`. */
export const AUDIT_KEY =
  /^rollouts\/(?<endpoint>[^/]+)\/[^/]+\/(?<rollout>[^/]+)\/audit\/(?<tick>\d{6})(?<by>\..+)?\.json$/;

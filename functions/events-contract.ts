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
  'drift.found',
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

/** A receiver of events, as the delivering function reads it. */
export interface Destination {
  readonly name: string;
  /** How an event is sent: signed as a webhook, or as a text to people. */
  readonly kind: 'webhook' | 'slack' | 'teams' | 'topic';
  /** Address of a webhook; ARN of a topic. Those of Slack and Teams are secret: they are in the parameter. */
  readonly address?: string;
  /** Name of the SecureString with the secrets of a webhook, or the address of Slack or Teams. */
  readonly parameter?: string;
  /** URLs of its queue, and of the queue for what is given up. */
  readonly queue: string;
  readonly deadLetters: string;
}

/**
 * A destination in the environment, which has 4 KB for all of them: names of its queue and of its dead letters, kind,
 * name, address.
 */
export type DestinationEntry = readonly [
  queue: string,
  deadLetters: string,
  kind: Destination['kind'],
  name: string,
  address?: string,
];

/** Environment variables of the function that delivers events. */
export const DELIVERY_ENV = {
  /** List of `DestinationEntry` as JSON. */
  destinations: 'DESTINATIONS',
  /** URL of any of the queues. */
  queue: 'QUEUE_URL',
  /** Name of the deployment. */
  deployment: 'DEPLOYMENT',
  /** `true` on a laptop: receivers may have private addresses, and no TLS. */
  allowPrivate: 'ALLOW_PRIVATE_ADDRESSES',
} as const;

/** Parameter of Systems Manager with the secret of a destination. */
export function secretParameter(deployment: string, destination: string): string {
  return `/${deployment}/events/${destination}`;
}

/** The note that a receiver wants no more events: it answered 410. Deliveries end until the note is deleted. */
export function disabledKey(destination: string): string {
  return `events/disabled/${destination}.json`;
}

/**
 * Pauses after each failed attempt, seconds: eleven attempts in 23.7 hours. Each pause varies by a tenth, so that
 * receivers that come back are not overrun.
 */
export const PAUSES = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800] as const;

/** Outputs of the platform's stack. `queues`: JSON of `EventQueues`. */
export const EVENT_OUTPUTS = { bus: 'EventBus', queues: 'EventQueues' } as const;

/** URLs of queues: of each receiver by its name, and `bus` for events that are not on the bus yet. */
export type EventQueues = Readonly<Record<string, { readonly queue: string; readonly deadLetters: string }>>;

/** A tick's record in the bucket, with the number of the tick. See `KEYS.audit` and `KEYS.rollbackAudit`. */
export const AUDIT_KEY =
  /^rollouts\/(?<endpoint>[^/]+)\/[^/]+\/(?<rollout>[^/]+)\/audit\/(?<tick>\d{6})(?<by>\..+)?\.json$/;

/** The setting `events`: schema, faults, defaults. */

import * as z from 'zod';
import { EVENT_TYPES } from '../functions/events-contract.ts';
import type { Fault } from '../functions/plan/fault.ts';
import { addressFault, isThisMachine } from '../functions/platform/public-address.ts';
import { listOf, repetitions } from './config-errors.ts';

/** Receivers of notices. */
export const NOTICE_RECEIVERS = ['alarms', 'slack', 'teams'] as const;
export type NoticeReceiver = (typeof NOTICE_RECEIVERS)[number];

const NAME = 'Expected lower-case letters, digits and single hyphens, beginning with a letter, 2–40 characters';
const TYPES = 'Expected a list of at least one type of event';
const TYPE = `Expected a type of event (${EVENT_TYPES.join(', ')})`;
const MAX_WEBHOOKS = 5;
const WEBHOOKS = 'Expected a list of one to five webhooks';
const NOTICES = 'Expected a list of at least one of alarms, slack and teams';

const webhookSchema = z.strictObject({
  name: z
    .string(NAME)
    .regex(/^[a-z](?:-?[a-z0-9])+$/, NAME)
    .max(40, NAME),
  url: z.string('Expected an https address').max(200, 'Expected at most 200 characters'),
  types: z.array(z.enum(EVENT_TYPES, TYPE), TYPES).min(1, TYPES).exactOptional(),
});

/** The setting as it is declared. */
export const eventsSchema = z.strictObject({
  batchPictures: z.boolean('Expected true or false').default(false),
  webhooks: z.array(webhookSchema, WEBHOOKS).min(1, WEBHOOKS).max(MAX_WEBHOOKS, WEBHOOKS).default([]),
  notices: z.array(z.enum(NOTICE_RECEIVERS, NOTICES), NOTICES).min(1, NOTICES).default([]),
});

/** The setting with its defaults filled in. */
export type ResolvedEvents = z.output<typeof eventsSchema>;

/** What the faults depend on. */
interface Surroundings {
  readonly hasBatch: boolean;
  readonly hasDrift: boolean;
  readonly alarmEmail?: unknown;
  /** Whether no receiver may be on this machine. */
  readonly isPublic: boolean;
}

/** The setting as declared, each value still unchecked. */
interface DeclaredEvents {
  readonly batchPictures: unknown;
  readonly webhooks: readonly DeclaredWebhook[];
  readonly notices: readonly unknown[];
}
type DeclaredWebhook = Readonly<Partial<Record<'name' | 'url' | 'types', unknown>>>;

/**
 * Faults that the schema does not find: settings without effect, addresses that nobody may use, equal names.
 * @param events as declared, because a wrong value must not hide the faults of others
 */
export function eventsFaults(events: unknown, surroundings: Surroundings): Fault[] {
  const { hasBatch, hasDrift, alarmEmail, isPublic } = surroundings;
  const declared = declaredOf(events);
  const { batchPictures, webhooks, notices } = declared;
  const noBatch = 'Expected no value because no endpoint has batch jobs';
  const noMail = 'Expected alarmEmail beside it, to which the notices go';
  return [
    ...(batchPictures === true && !hasBatch ? [{ path: 'events.batchPictures', expected: noBatch, value: true }] : []),
    ...(hasBatch ? [] : idleTypeFaults(webhooks, (type) => BATCH_TYPES.includes(type), 'no endpoint has batch jobs')),
    ...(hasDrift ? [] : idleTypeFaults(webhooks, (type) => type === 'drift.found', 'no endpoint has drift: true')),
    ...sizeFault(declared),
    ...webhooks.flatMap((webhook, index) => webhookFaults(webhook, webhooks, `events.webhooks[${index}]`, isPublic)),
    ...repetitions(notices, 'events.notices'),
    ...(notices.includes('alarms') && alarmEmail === undefined
      ? [{ path: 'events.notices', expected: noMail, value: 'alarms' }]
      : []),
  ];
}

const BATCH_TYPES: readonly string[] = EVENT_TYPES.filter((type) => type.startsWith('batch.'));

function declaredOf(events: unknown): DeclaredEvents {
  const { batchPictures, webhooks, notices } = (events ?? {}) as Partial<Record<keyof DeclaredEvents, unknown>>;
  return {
    batchPictures,
    webhooks: listOf(webhooks).map((webhook) => (webhook ?? {}) as DeclaredWebhook),
    notices: listOf(notices),
  };
}

/** Of the function's environment, which may have 4,096 bytes with its other variables. */
const MAX_DESTINATIONS_BYTES = 3500;

/** Most bytes of an entry but for name and address: two names of queues, the kind, quotes and commas. */
const ENTRY_BYTES = 190;
/** Most bytes of the ARN of the topic. */
const TOPIC_BYTES = 160;

/** The function that delivers has all destinations in its environment. Only right values count. */
function sizeFault({ webhooks, notices }: DeclaredEvents): Fault[] {
  const own = (name: string) => ENTRY_BYTES + name.length + (name === 'alarms' ? TOPIC_BYTES : 0);
  const right = webhooks.flatMap((webhook) => webhookSchema.safeParse(webhook).data ?? []);
  const value = [
    ...right.map(({ name, url }) => own(name) + Buffer.byteLength(JSON.stringify(url))),
    ...NOTICE_RECEIVERS.filter((name) => notices.includes(name)).map(own),
  ].reduce((sum, bytes) => sum + bytes, 0);
  if (value <= MAX_DESTINATIONS_BYTES || webhooks.length > MAX_WEBHOOKS) return [];
  const what = 'webhooks and notices (fewer, or shorter names and addresses)';
  return [{ path: 'events', expected: `Expected at most ${MAX_DESTINATIONS_BYTES} bytes of ${what}`, value }];
}

/** Types of events of webhooks that no endpoint makes. @param reason in words */
function idleTypeFaults(
  webhooks: readonly DeclaredWebhook[],
  isIdle: (type: string) => boolean,
  reason: string,
): Fault[] {
  return webhooks.flatMap(({ types }, webhook) =>
    listOf(types).flatMap((value, index) => {
      const path = `events.webhooks[${webhook}].types[${index}]`;
      const expected = `Expected a type that occurs: ${reason}`;
      return typeof value === 'string' && isIdle(value) ? [{ path, expected, value }] : [];
    }),
  );
}

/** Names that destinations of other kinds have, and the queue of the bus. */
const RESERVED: readonly string[] = [...NOTICE_RECEIVERS, 'bus'];

function webhookFaults(
  { name, url, types }: DeclaredWebhook,
  all: readonly DeclaredWebhook[],
  path: string,
  isPublic: boolean,
): Fault[] {
  const isNamed = webhookSchema.shape.name.safeParse(name).success;
  const isRepeated = isNamed && all.filter((other) => other.name === name).length > 1;
  const expected = `Expected none of the reserved names ${RESERVED.join(', ')}`;
  return [
    ...(typeof url === 'string' ? urlFaults(url, `${path}.url`, isPublic) : []),
    ...(isRepeated
      ? [{ path: `${path}.name`, expected: 'Expected a name that no other webhook has', value: name }]
      : []),
    ...(typeof name === 'string' && RESERVED.includes(name) ? [{ path: `${path}.name`, expected, value: name }] : []),
    ...repetitions(listOf(types), `${path}.types`),
  ];
}

function urlFaults(url: string, path: string, isPublic: boolean): Fault[] {
  const fault = isThisMachine(url) ? undefined : addressFault(url);
  if (fault) return [{ path, expected: `Expected ${fault}`, value: url }];
  const expected = 'Expected a public https address: only the laptop delivers to this machine';
  return isPublic && isThisMachine(url) ? [{ path, expected, value: url }] : [];
}

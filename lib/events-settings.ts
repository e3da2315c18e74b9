/** The setting `events`: schema, faults, defaults. */

import * as z from 'zod';
import { EVENT_TYPES, secretParameter } from '../functions/events-contract.ts';
import type { Fault } from '../functions/plan/fault.ts';
import { addressFault, isThisMachine } from '../functions/platform/public-address.ts';
import { repetitions } from './config-errors.ts';

/** Receivers of notices. */
export const NOTICE_RECEIVERS = ['alarms', 'slack', 'teams'] as const;
export type NoticeReceiver = (typeof NOTICE_RECEIVERS)[number];

const NAME = 'Expected lower-case letters, digits and single hyphens, beginning with a letter, 2–40 characters';
const TYPES = 'Expected a list of at least one type of event';
const TYPE = `Expected a type of event (${EVENT_TYPES.join(', ')})`;
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
  webhooks: z.array(webhookSchema, WEBHOOKS).min(1, WEBHOOKS).max(5, WEBHOOKS).default([]),
  notices: z.array(z.enum(NOTICE_RECEIVERS, NOTICES), NOTICES).min(1, NOTICES).default([]),
});

/** The setting with its defaults filled in. */
export type ResolvedEvents = z.output<typeof eventsSchema>;
export type ResolvedWebhook = ResolvedEvents['webhooks'][number];

/** What the faults depend on. */
interface Surroundings {
  /** Of the deployment. */
  readonly name?: string;
  readonly hasBatch: boolean;
  readonly alarmEmail?: string | undefined;
}

/** Faults that the schema does not find: settings without effect, addresses that nobody may use, equal names. */
export function eventsFaults(
  events: ResolvedEvents | undefined,
  { hasBatch, alarmEmail, name = '' }: Surroundings,
): Fault[] {
  if (!events) return [];
  const { batchPictures, webhooks, notices } = events;
  const noBatch = 'Expected no value because no endpoint has batch jobs';
  const noMail = 'Expected alarmEmail beside it, to which the notices go';
  return [
    ...(batchPictures && !hasBatch ? [{ path: 'events.batchPictures', expected: noBatch, value: true }] : []),
    ...(hasBatch ? [] : idleTypeFaults(webhooks, (type) => type.startsWith('batch.'), 'no endpoint has batch jobs')),
    ...sizeFault(events, name),
    ...webhooks.flatMap((webhook, index) => webhookFaults(webhook, webhooks, `events.webhooks[${index}]`)),
    ...repetitions(notices, 'events.notices'),
    ...(notices.includes('alarms') && alarmEmail === undefined
      ? [{ path: 'events.notices', expected: noMail, value: 'alarms' }]
      : []),
  ];
}

/** Of the function's environment, which may have 4,096 bytes with its other variables. */
const MAX_DESTINATIONS_BYTES = 3500;

/** Most bytes of a destination but for its name, address and parameter: three names and addresses of queues, keys. */
const DESTINATION_BYTES = 485;

/** The function that delivers has all destinations in its environment. */
function sizeFault({ webhooks, notices }: ResolvedEvents, deployment: string): Fault[] {
  const own = (name: string) => DESTINATION_BYTES + name.length + secretParameter(deployment, name).length;
  const value = [
    ...webhooks.map(({ name, url }) => own(name) + Buffer.byteLength(JSON.stringify(url))),
    ...notices.map((name) => own(name)),
  ].reduce((sum, bytes) => sum + bytes, 0);
  const what = 'webhooks and notices (fewer, or shorter names and addresses)';
  const expected = `Expected at most ${MAX_DESTINATIONS_BYTES} bytes of ${what}`;
  return value > MAX_DESTINATIONS_BYTES ? [{ path: 'events', expected, value }] : [];
}

/**
 * Types of events of webhooks that no endpoint makes.
 * @param isIdle whether a type is one of them
 * @param reason in words
 */
export function idleTypeFaults(
  webhooks: readonly { readonly types?: readonly string[] }[],
  isIdle: (type: string) => boolean,
  reason: string,
): Fault[] {
  return webhooks.flatMap(({ types = [] }, webhook) =>
    types.flatMap((value, index) => {
      const path = `events.webhooks[${webhook}].types[${index}]`;
      return isIdle(value) ? [{ path, expected: `Expected a type that occurs: ${reason}`, value }] : [];
    }),
  );
}

/** Names that destinations of other kinds have, and the queue of the bus. */
const RESERVED: readonly string[] = [...NOTICE_RECEIVERS, 'bus'];

function webhookFaults({ name, url, types }: ResolvedWebhook, all: readonly ResolvedWebhook[], path: string): Fault[] {
  const fault = isThisMachine(url) ? undefined : addressFault(url);
  const isRepeated = all.filter((other) => other.name === name).length > 1;
  return [
    ...(fault ? [{ path: `${path}.url`, expected: `Expected ${fault}`, value: url }] : []),
    ...(isRepeated
      ? [{ path: `${path}.name`, expected: 'Expected a name that no other webhook has', value: name }]
      : []),
    ...(RESERVED.includes(name)
      ? [{ path: `${path}.name`, expected: `Expected none of the reserved names ${RESERVED.join(', ')}`, value: name }]
      : []),
    ...repetitions(types ?? [], `${path}.types`),
  ];
}

/** Faults of a deployment to AWS, where no receiver is on this machine. */
export function laptopFaults(events: ResolvedEvents | undefined): Fault[] {
  return (events?.webhooks ?? []).flatMap(({ url }, index) => {
    const expected = 'Expected a public https address: only the laptop delivers to this machine';
    return isThisMachine(url) ? [{ path: `events.webhooks[${index}].url`, expected, value: url }] : [];
  });
}

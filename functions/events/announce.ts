/** Puts the events of a batch of messages on the bus. A message whose events are not all there returns to its queue. */

import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { CloudEvent } from '../api/event-schemas.ts';
import { BUS_SOURCE } from '../events-contract.ts';
import { eventsOf, type Sources } from './sources.ts';

/** What the function needs. */
export interface AnnounceContext extends Sources {
  readonly client: Pick<EventBridgeClient, 'send'>;
  /** Name of the bus. */
  readonly bus: string;
  readonly onError: (message: string, about: Readonly<Record<string, unknown>>) => void;
}

interface Outgoing {
  readonly message: string;
  readonly entry: PutEventsRequestEntry;
}

/** Answers a batch of messages: at least once, because a message that was announced in part comes again. */
export async function announce({ Records }: SQSEvent, context: AnnounceContext): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const read = Records.map(async ({ messageId: message, body }): Promise<Outgoing[]> => {
    try {
      return (await eventsOf(body, context)).map((event) => ({ message, entry: entryOf(event, context.bus) }));
    } catch (error) {
      failed.add(message);
      context.onError('no event can be made of a message, will be retried', { message_id: message, error });
      return [];
    }
  });
  const outgoing = (await Promise.all(read)).flat();
  for (const pack of packs(outgoing)) {
    for (const message of await put(pack, context)) failed.add(message);
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

function entryOf(event: CloudEvent, bus: string): PutEventsRequestEntry {
  const time = new Date(event.time);
  return { EventBusName: bus, Source: BUS_SOURCE, DetailType: event.type, Time: time, Detail: JSON.stringify(event) };
}

/** Messages whose events were refused. */
async function put(pack: readonly Outgoing[], { client, onError }: AnnounceContext): Promise<string[]> {
  try {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: pack.map(({ entry }) => entry) }));
    return pack.flatMap(({ message, entry }, index) => {
      const { EventId, ErrorCode, ErrorMessage }: PutEventsResultEntry = Entries[index] ?? {};
      if (EventId !== undefined) return [];
      onError('the bus refused an event, will be retried', {
        message_id: message,
        type: entry.DetailType,
        ErrorCode,
        ErrorMessage,
      });
      return [message];
    });
  } catch (error) {
    onError('the bus refused events, will be retried', { events: pack.length, error });
    return pack.map(({ message }) => message);
  }
}

/** Limits of a request. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_ENTRIES = 10;
const MOST_BYTES = 250 * 1024;

/** Events as few requests as the limits allow. */
export function packs<T extends { readonly entry: PutEventsRequestEntry }>(all: readonly T[]): T[][] {
  const made: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const size = bytesOf(one.entry);
    const last = made.at(-1);
    if (last && last.length < MOST_ENTRIES && bytes + size <= MOST_BYTES) {
      last.push(one);
      bytes += size;
    } else {
      made.push([one]);
      bytes = size;
    }
  }
  return made;
}

/** AWS counts 14 bytes for the time. */
function bytesOf({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}

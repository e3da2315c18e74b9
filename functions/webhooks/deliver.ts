/** Delivers a batch of events to their destinations, each at least once. */

import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { type Destination, PAUSES } from '../events-contract.ts';
import type { Disabled } from './disabled.ts';
import type { Answer } from './post.ts';

/** What is read of an event. */
const eventSchema = z.looseObject({ id: z.string(), type: z.string(), data: z.looseObject({}) });
export type DeliveredEvent = z.output<typeof eventSchema>;

/** An event on its way. */
export interface Delivery {
  readonly destination: Destination;
  readonly event: DeliveredEvent;
  /** The event as it came: these bytes are signed. */
  readonly body: string;
}

/** What the function needs. */
export interface DeliveryContext {
  /** By the name of their queue. */
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly queues: Pick<SQSClient, 'send'>;
  readonly disabled: Pick<Disabled, 'has' | 'note'>;
  readonly send: (delivery: Delivery) => Promise<Answer>;
  readonly log: (level: 'info' | 'error', message: string, about: Readonly<Record<string, unknown>>) => void;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

/** Messages that were not delivered return to their queue, each after its own pause. */
export async function deliver({ Records }: SQSEvent, context: DeliveryContext): Promise<SQSBatchResponse> {
  const outcomes = await Promise.all(Records.map((record) => attempt(record, context)));
  const failed = Records.filter((_, index) => outcomes[index] === 'later');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function attempt(record: SQSRecord, context: DeliveryContext): Promise<'done' | 'later'> {
  const { log, destinations } = context;
  const number = Number(record.attributes.ApproximateReceiveCount);
  const destination = destinations.get(record.eventSourceARN.split(':').at(-1) ?? '');
  const about: Record<string, unknown> = {
    destination: destination?.name,
    attempt: number,
    message_id: record.messageId,
  };
  let answer: Answer | undefined;
  try {
    if (!destination) throw new Error(`Expected a destination for the queue, received ${record.eventSourceARN}`);
    if (await context.disabled.has(destination.name)) return await giveUp(record, destination, context);
    const event = eventSchema.parse(JSON.parse(record.body));
    Object.assign(about, { event: event.id, type: event.type });
    answer = await context.send({ destination, event, body: record.body });
    about.status = answer.status;
    if (answer.status >= 200 && answer.status < 300) {
      log('info', 'delivered', about);
      return 'done';
    }
    if (answer.status === GONE && destination.kind === 'webhook') {
      await context.disabled.note(destination.name, { status: answer.status, event: event.id });
      log('error', 'the receiver wants no more events: deliveries to it end', about);
      return await giveUp(record, destination, context);
    }
  } catch (error) {
    about.error = error;
  }
  const pause = pauseAfter(number, context.random(), answer?.retryAfter);
  log('error', 'not delivered, will be retried', { ...about, pause });
  if (destination) await postpone(record, { destination, pause }, context);
  return 'later';
}

const GONE = 410;
/** SQS's longest invisibility, seconds, less some for the time since the message was received. */
const MOST_PAUSE = 43_000;

/** Seconds until the next attempt: those of the schedule, or more where the receiver says so. */
export function pauseAfter(attempt: number, random: number, retryAfter = 0): number {
  const planned = PAUSES[Math.min(attempt, PAUSES.length) - 1] ?? PAUSES[0];
  const varied = planned * (0.9 + 0.2 * random);
  return Math.min(MOST_PAUSE, Math.round(Math.max(varied, retryAfter)));
}

/** Where it fails, the message comes again after the visibility timeout of its queue. */
async function postpone(
  record: SQSRecord,
  { destination, pause }: { readonly destination: Destination; readonly pause: number },
  { queues, log }: DeliveryContext,
): Promise<void> {
  const input = { QueueUrl: destination.queue, ReceiptHandle: record.receiptHandle, VisibilityTimeout: pause };
  try {
    await queues.send(new ChangeMessageVisibilityCommand(input));
  } catch (error) {
    log('error', 'the pause of a message could not be set', { message_id: record.messageId, error });
  }
}

/** To the dead letters at once: an alarm rings, and after `npm run events -- enable` they can be sent again. */
async function giveUp({ body }: SQSRecord, { deadLetters }: Destination, { queues }: DeliveryContext): Promise<'done'> {
  await queues.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: body }));
  return 'done';
}

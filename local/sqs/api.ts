/**
 * SQS's API: all operations, by fauxqs, besides those that depend on the clock, and one that fauxqs lacks.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { UnsupportedError } from '../errors.ts';
import { jsonOperationOf, jsonService, ServiceError } from '../protocol/json-service.ts';
import type { Service, ServiceRequest } from '../protocol/service.ts';
import type { Store } from '../storage/store.ts';
import type { Message } from './event.ts';

/** What the API needs. */
export interface SqsServices {
  readonly store: Store;
  readonly clock: Clock;
  /** Messages whose visibility a client has set: pollers leave it. */
  readonly postponed: Set<string>;
}

/** Answers SQS's operations. */
export function sqsApi({ store, clock, postponed }: SqsServices): Service {
  const moves = jsonService('sqs', {
    StartMessageMoveTask: async (input) => {
      await move(String(input.SourceArn), input.DestinationArn, store);
      return { TaskHandle: Buffer.from(randomUUID()).toString('base64') };
    },
  });
  return (request) => {
    const operation = jsonOperationOf(request);
    if (operation === 'StartMessageMoveTask') return moves(request);
    if (operation !== 'ChangeMessageVisibility') return store.forward(request);
    return store.forward(atSpeed(request, clock, postponed));
  };
}

const MOST_SECONDS = 43_200;

/** With a faster clock the message is visible sooner. An invalid timeout is left for the store to refuse. */
function atSpeed(request: ServiceRequest, clock: Clock, postponed: Set<string>): ServiceRequest {
  const input = JSON.parse(request.body.toString()) as { VisibilityTimeout?: number; ReceiptHandle?: string };
  const { VisibilityTimeout: seconds = Number.NaN, ReceiptHandle: receipt = '' } = input;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MOST_SECONDS) return request;
  postponed.add(receipt);
  const body = JSON.stringify({ ...input, VisibilityTimeout: clock.wallMs(seconds) / 1000 });
  return {
    ...request,
    body: Buffer.from(body),
    headers: { ...request.headers, 'content-length': String(body.length) },
  };
}

interface QueueAttributes {
  readonly Attributes?: { readonly QueueArn?: string; readonly RedrivePolicy?: string };
}

/**
 * Moves the messages of a dead-letter queue back to the queue from which they came. Unlike AWS it has ended when it is
 * answered.
 */
async function move(sourceArn: string, destinationArn: unknown, store: Store): Promise<void> {
  if (destinationArn !== undefined) throw new UnsupportedError('DestinationArn of StartMessageMoveTask', 'sqs API');
  const { QueueUrls = [] } = await store.sqs<{ QueueUrls?: string[] }>('ListQueues', {});
  const all = await Promise.all(QueueUrls.map((QueueUrl) => attributesOf(QueueUrl, store)));
  const targets = all.flatMap(({ Attributes: { QueueArn = '', RedrivePolicy = '{}' } = {} }) =>
    JSON.parse(RedrivePolicy).deadLetterTargetArn === sourceArn ? [QueueArn] : [],
  );
  const [target, ...others] = targets;
  if (target === undefined) {
    throw new ServiceError(
      'AWS.SimpleQueueService.UnsupportedOperation',
      'Source queue must be configured as a Dead Letter Queue.',
    );
  }
  if (others.length > 0) throw new UnsupportedError('A dead-letter queue of several queues', 'sqs API');
  const QueueUrl = store.queueUrl(sourceArn);
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await store.sqs<{ Messages?: Message[] }>('ReceiveMessage', input);
    if (Messages.length === 0) return;
    for (const { Body, ReceiptHandle } of Messages) {
      await store.sendMessage(target, Body);
      await store.sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
    }
  }
}

function attributesOf(QueueUrl: string, store: Store): Promise<QueueAttributes> {
  return store.sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
}

/**
 * Event source mappings: poll a queue and invoke a function with batches of its messages.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */

import type { Clock } from '../clock.ts';
import type { Lambda } from '../lambda/invoker.ts';
import { Semaphore } from '../lambda/semaphore.ts';
import type { Store } from '../storage/store.ts';
import { failedItems, type Message, sqsEvent } from './event.ts';

/** A mapping of a template. */
export interface Mapping {
  readonly queueArn: string;
  /** ARN or name of the function with its alias. */
  readonly target: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Concurrent batches. */
  readonly concurrency: number;
}

/** Lambda's initial number of concurrent batches. Lambda increases it, the emulator does not. */
export const DEFAULT_CONCURRENCY = 5;

/** Longest wait of a poll, seconds. */
const POLL_SECONDS = 20;
const MAX_RECEIVE = 10;

export interface MappingServices {
  readonly store: Store;
  readonly lambda: Lambda;
  readonly clock: Clock;
  readonly onError: (message: string) => void;
  /** Receipts of messages whose visibility the function has set. */
  readonly postponed?: Set<string>;
}

/** Polls one queue until it is stopped. */
export class QueuePoller {
  private readonly mapping: Mapping;
  private readonly services: MappingServices;
  private readonly queueUrl: string;
  private readonly slots: Semaphore;
  private stopped = false;

  constructor(mapping: Mapping, services: MappingServices) {
    this.mapping = mapping;
    this.services = services;
    this.queueUrl = services.store.queueUrl(mapping.queueArn);
    this.slots = new Semaphore(mapping.concurrency);
    this.run().catch((error) => services.onError(`polling ${mapping.queueArn} ended: ${error}`));
  }

  /** Stops polling. Batches in progress continue. */
  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.slots.acquire();
      const { batch, receivedAt } = await this.collect();
      const handled = batch.length === 0 ? Promise.resolve() : this.handle(batch, receivedAt);
      handled.catch(this.report).finally(() => this.slots.release());
    }
  }

  private readonly report = (error: unknown) => this.services.onError(`${this.mapping.target}: ${error}`);

  /** Collects messages until the batch is full or its window has passed. */
  private async collect(): Promise<{ batch: Message[]; receivedAt: number }> {
    const batch = await this.receive(POLL_SECONDS, this.mapping.batchSize);
    const receivedAt = performance.now();
    const windowMs = this.services.clock.wallMs(this.mapping.windowSeconds);
    while (batch.length > 0 && batch.length < this.mapping.batchSize && !this.stopped) {
      const leftMs = receivedAt + windowMs - performance.now();
      if (leftMs <= 0) break;
      batch.push(...(await this.receive(Math.min(POLL_SECONDS, leftMs / 1000), this.mapping.batchSize - batch.length)));
    }
    return { batch, receivedAt };
  }

  private async receive(waitSeconds: number, most: number): Promise<Message[]> {
    if (this.stopped) return [];
    const { Messages = [] } = await this.services.store.sqs<{ Messages?: Message[] }>('ReceiveMessage', {
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: Math.min(MAX_RECEIVE, most),
      WaitTimeSeconds: waitSeconds,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages;
  }

  private async handle(batch: readonly Message[], receivedAt: number): Promise<void> {
    const failed = await this.invoke(batch);
    for (const message of batch) {
      if (failed.has(message.MessageId)) await this.retryLater(message, receivedAt);
      else
        await this.services.store.sqs('DeleteMessage', {
          QueueUrl: this.queueUrl,
          ReceiptHandle: message.ReceiptHandle,
        });
    }
  }

  /** Ids of the messages that failed. */
  private async invoke(batch: readonly Message[]): Promise<ReadonlySet<string>> {
    const all = new Set(batch.map(({ MessageId }) => MessageId));
    try {
      const event = JSON.stringify(sqsEvent(batch, this.mapping.queueArn));
      const report = await this.services.lambda.invoke(this.mapping.target, event);
      if (report.failed) return all;
      return this.mapping.reportsItemFailures ? failedItems(report.payload, all) : new Set();
    } catch (error) {
      this.report(error);
      return all;
    }
  }

  /**
   * A failed message returns to the queue after its visibility timeout. With a faster clock that is sooner, but never
   * before its batch has ended.
   */
  private async retryLater(message: Message, receivedAt: number): Promise<void> {
    const { clock, store, postponed } = this.services;
    if (postponed?.delete(message.ReceiptHandle) || clock.speed === 1) return;
    const { Attributes } = await store.sqs<{ Attributes: { VisibilityTimeout: string } }>('GetQueueAttributes', {
      QueueUrl: this.queueUrl,
      AttributeNames: ['VisibilityTimeout'],
    });
    const leftMs = clock.wallMs(Number(Attributes.VisibilityTimeout)) - (performance.now() - receivedAt);
    await store.sqs('ChangeMessageVisibility', {
      QueueUrl: this.queueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: Math.max(0, leftMs / 1000),
    });
  }
}

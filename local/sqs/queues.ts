/** Queues as other services use them: the policy of a queue decides which service may send to it. */

import { allows, checkResourcePolicy, type ResourcePolicy, type ServiceCall } from '../protocol/resource-policy.ts';
import type { Store } from '../storage/store.ts';

/** The service that sends, and the ARN of the topic or rule for which it does. */
export type Sender = Pick<ServiceCall, 'service' | 'sourceArn'>;

/** A queue that subscribes to a topic or is the target of a rule. */
export interface QueueTarget {
  readonly queueArn: string;
  /** Receives the messages that cannot be sent to the queue. */
  readonly deadLetterArn?: string;
}

/** The policy of a queue does not let a service send. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

export class Queues {
  /** Receipts of messages whose visibility a client has set: pollers leave it. */
  readonly postponed = new Set<string>();
  private readonly store: Pick<Store, 'sendMessage'>;
  private readonly policies = new Map<string, ResourcePolicy>();

  constructor(store: Pick<Store, 'sendMessage'>) {
    this.store = store;
  }

  /** Gives a queue its policy. @throws UnsupportedError */
  setPolicy(queueArn: string, policy: ResourcePolicy): void {
    checkResourcePolicy(policy, queueArn);
    this.policies.set(queueArn, policy);
  }

  removePolicy(queueArn: string): void {
    this.policies.delete(queueArn);
  }

  /**
   * Sends a message to a queue, or where that fails, to the dead-letter queue.
   * @throws DeliveryError, QueueError where both fail
   */
  async deliver({ queueArn, deadLetterArn }: QueueTarget, message: string, sender: Sender): Promise<void> {
    try {
      await this.send(queueArn, message, sender);
    } catch (error) {
      if (deadLetterArn === undefined) throw error;
      await this.send(deadLetterArn, message, sender);
    }
  }

  /** Whether the policy of the queue lets the service send. */
  accepts(queueArn: string, sender: Sender): boolean {
    return allows(this.policies.get(queueArn), { ...sender, action: 'sqs:SendMessage', resource: queueArn });
  }

  private async send(queueArn: string, message: string, sender: Sender): Promise<void> {
    if (!this.accepts(queueArn, sender)) {
      throw new DeliveryError(`The policy of ${queueArn} does not let ${sender.service} send for ${sender.sourceArn}.`);
    }
    await this.store.sendMessage(queueArn, message);
  }
}

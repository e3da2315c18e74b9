/** EventBridge's default bus: sends the events of the buckets to the targets of the rules that match. */

import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import type { ObjectCreated } from '../s3/objects.ts';
import { checkPattern, matches, type Pattern } from './pattern.ts';

/** A pattern and the ARNs of the queues that receive matching events. */
export interface Rule {
  readonly pattern: Pattern;
  readonly targets: readonly string[];
}

/** Sends an event, as JSON, to a target. */
export type Deliver = (targetArn: string, event: string) => Promise<void>;

export class EventBus {
  private readonly rules = new Map<string, Rule>();
  private readonly deliver: Deliver;

  constructor(deliver: Deliver) {
    this.deliver = deliver;
  }

  /** Adds a rule, or replaces it. @throws UnsupportedError for an operator of the pattern */
  define(id: string, rule: Rule): void {
    checkPattern(rule.pattern);
    this.rules.set(id, rule);
  }

  remove(id: string): void {
    this.rules.delete(id);
  }

  /** Sends an event to all targets whose rules match it. */
  async put(event: object): Promise<void> {
    const text = JSON.stringify(event);
    const targets = [...this.rules.values()]
      .filter(({ pattern }) => matches(pattern, event))
      .flatMap((rule) => rule.targets);
    await Promise.all(targets.map((target) => this.deliver(target, text)));
  }
}

let sequence = 0n;

/**
 * The event that S3 sends to EventBridge for a new object.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreatedEvent({ bucket, key, size, etag, versionId, reason }: ObjectCreated, now: Date): object {
  sequence += 1n;
  const sequencer = (BigInt(now.getTime()) * 1_000_000n + sequence).toString(16).toUpperCase().padStart(16, '0');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: now.toISOString().replace(/\.\d{3}/, ''),
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId ? { 'version-id': versionId } : {}), sequencer },
      'request-id': randomUUID(),
      requester: ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason,
    },
  };
}

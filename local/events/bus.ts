/** EventBridge's default bus: sends the events of the buckets to the targets of the rules that match. */

import type { Queues, QueueTarget } from '../sqs/queues.ts';
import { checkPattern, matches, type Pattern } from './pattern.ts';

/** A pattern and the queues that receive matching events. */
export interface Rule {
  readonly arn: string;
  readonly pattern: Pattern;
  readonly targets: readonly QueueTarget[];
}

export class EventBus {
  private readonly rules = new Map<string, Rule>();
  private readonly queues: Queues;

  constructor(queues: Queues) {
    this.queues = queues;
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
    // In ASCII, because queues of the store refuse characters beyond U+FFFF, which keys may have.
    const text = JSON.stringify(event).replace(/[^\x20-\x7e]/g, escaped);
    const deliveries = [...this.rules.values()]
      .filter(({ pattern }) => matches(pattern, event))
      .flatMap(({ arn, targets }) =>
        targets.map((target) => this.queues.deliver(target, text, { service: 'events.amazonaws.com', sourceArn: arn })),
      );
    await Promise.all(deliveries);
  }
}

/** A UTF-16 code unit as JSON may have it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

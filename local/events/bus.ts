/** EventBridge's buses: send events to the targets of the rules that match. */

import type { Queues, QueueTarget } from '../sqs/queues.ts';
import { checkPattern, matches, type Pattern } from './pattern.ts';

/** The bus that receives the events of AWS services. */
export const DEFAULT_BUS = 'default';

/** A queue that receives an event, or the part of it that `path` names. */
export interface RuleTarget extends QueueTarget {
  /** Names of fields from the event down. Default: the whole event. */
  readonly path?: readonly string[];
}

/** A pattern and the queues that receive matching events. */
export interface Rule {
  readonly arn: string;
  /** Default: `DEFAULT_BUS`. */
  readonly bus?: string;
  readonly pattern: Pattern;
  readonly targets: readonly RuleTarget[];
}

export class EventBuses {
  private readonly rules = new Map<string, Rule>();
  private readonly names = new Set([DEFAULT_BUS]);
  private readonly queues: Queues;

  constructor(queues: Queues) {
    this.queues = queues;
  }

  /** Adds a bus. */
  create(name: string): void {
    this.names.add(name);
  }

  delete(name: string): void {
    this.names.delete(name);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** Adds a rule, or replaces it. @throws UnsupportedError for an operator of the pattern, Error: no such bus */
  define(id: string, rule: Rule): void {
    checkPattern(rule.pattern);
    const { bus = DEFAULT_BUS } = rule;
    if (!this.has(bus)) throw new Error(`Expected an existing event bus for EventBusName, received ${bus}`);
    this.rules.set(id, rule);
  }

  remove(id: string): void {
    this.rules.delete(id);
  }

  /** Sends an event to all targets whose rules match it. */
  async put(event: object, bus = DEFAULT_BUS): Promise<void> {
    const deliveries = [...this.rules.values()]
      .filter((rule) => (rule.bus ?? DEFAULT_BUS) === bus && matches(rule.pattern, event))
      .flatMap(({ arn, targets }) =>
        targets.map((target) =>
          this.queues.deliver(target, asciiJson(valueAt(event, target.path)), {
            service: 'events.amazonaws.com',
            sourceArn: arn,
          }),
        ),
      );
    await Promise.all(deliveries);
  }
}

function valueAt(event: object, path: readonly string[] = []): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
}

/** In ASCII, because queues of the store refuse characters beyond U+FFFF, which keys may have. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value ?? null).replace(/[^\x20-\x7e]/g, escaped);
}

/** A UTF-16 code unit as JSON may have it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

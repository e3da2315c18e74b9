/**
 * Patterns of EventBridge's rules, and filter policies of SNS's subscriptions for message bodies. Supported as far as
 * the stacks use them: exact values and prefixes.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @see https://aws.amazon.com/blogs/compute/introducing-payload-based-message-filtering-for-amazon-sns/
 */

import { UnsupportedError } from '../errors.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Pattern = { readonly [key: string]: Json };

/**
 * Whether an event has one of the listed values in every field of the pattern. Other fields may have any value. Of a
 * list of objects, one must match.
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((one) => matches(pattern, one));
  return Object.entries(pattern).every(([key, expected]) => {
    const value = isObject(event) ? event[key] : undefined;
    if (!Array.isArray(expected)) return matches(expected as Pattern, value);
    const values = Array.isArray(value) ? value : [value];
    return expected.some((matcher) => values.some((one) => matchesOne(matcher, one)));
  });
}

function matchesOne(matcher: Json, value: unknown): boolean {
  if (!isObject(matcher)) return matcher === value;
  return typeof value === 'string' && value.startsWith(String(matcher.prefix));
}

/** @param service for the message. @throws UnsupportedError for an operator other than `prefix` */
export function checkPattern(pattern: Pattern, service = 'EventBridge'): void {
  const unsupported = (operator: string, where: string) =>
    new UnsupportedError(`The ${service} operator ${operator}`, where);
  for (const [key, expected] of Object.entries(pattern)) {
    if (key.startsWith('$')) throw unsupported(key, 'pattern');
    if (!Array.isArray(expected)) {
      checkPattern(expected as Pattern, service);
      continue;
    }
    const operators = expected.filter(isObject).flatMap((matcher) => Object.entries(matcher));
    for (const [name, operand] of operators) {
      if (name !== 'prefix' || typeof operand !== 'string') throw unsupported(name, `pattern of ${key}`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

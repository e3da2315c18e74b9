/**
 * EventBridge's patterns, as far as the stacks use them: exact values and prefixes.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

import { UnsupportedError } from '../errors.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Pattern = { readonly [key: string]: Json };

/** Whether an event has one of the listed values in every field of the pattern. Other fields may have any value. */
export function matches(pattern: Pattern, event: unknown): boolean {
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

/** @throws UnsupportedError for an operator other than `prefix` */
export function checkPattern(pattern: Pattern): void {
  for (const [key, expected] of Object.entries(pattern)) {
    if (key.startsWith('$')) throw unsupported(key, 'event pattern');
    if (!Array.isArray(expected)) {
      checkPattern(expected as Pattern);
      continue;
    }
    const operators = expected.filter(isObject).flatMap((matcher) => Object.entries(matcher));
    for (const [name, operand] of operators) {
      if (name !== 'prefix' || typeof operand !== 'string') throw unsupported(name, `event pattern of ${key}`);
    }
  }
}

function unsupported(operator: string, where: string): UnsupportedError {
  return new UnsupportedError(`The EventBridge operator ${operator}`, where);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

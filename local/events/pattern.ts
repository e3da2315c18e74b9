/**
 * EventBridge patterns: which events a rule wants.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

import { UnsupportedError } from '../errors.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Pattern = { readonly [key: string]: Json };

/** Whether all fields that the pattern names match; what it does not name may be anything. */
export function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return (wanted as Pattern[]).some((alternative) => matches(alternative, event));
    const value = isObject(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((one) => matchesOne(matcher, one)));
  });
}

function matchesOne(matcher: Json, value: unknown): boolean {
  if (!isObject(matcher)) return matcher === value;
  return Object.entries(matcher).every(([operator, operand]) => operate(operator, operand, value));
}

function operate(operator: string, operand: unknown, value: unknown): boolean {
  switch (operator) {
    case 'exists':
      return (value !== undefined) === operand;
    case 'prefix':
    case 'suffix':
      return typeof value === 'string' && edge(operator, operand, value);
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && wildcard(String(operand)).test(value);
    case 'anything-but':
      return value !== undefined && !alternatives(operand).some((other) => matchesOne(other, value));
    case 'numeric':
      return typeof value === 'number' && numeric(operand as (string | number)[], value);
    default:
      throw new UnsupportedError(`EventBridge operator ${operator}`, 'event pattern');
  }
}

function edge(side: 'prefix' | 'suffix', operand: unknown, value: string): boolean {
  const ignoresCase = isObject(operand);
  const wanted = ignoresCase ? String(operand['equals-ignore-case']).toLowerCase() : String(operand);
  const given = ignoresCase ? value.toLowerCase() : value;
  return side === 'prefix' ? given.startsWith(wanted) : given.endsWith(wanted);
}

function wildcard(text: string): RegExp {
  const parts = text.split(/(?<!\\)\*/).map((part) => escapeRegExp(part.replaceAll('\\*', '*')));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** `{"anything-but": {"prefix": ["a", "b"]}}` stands for several matchers. */
function alternatives(operand: unknown): Json[] {
  if (Array.isArray(operand)) return operand;
  if (!isObject(operand)) return [operand as Json];
  return Object.entries(operand).flatMap(([operator, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => ({ [operator]: value as Json })),
  );
}

function numeric(conditions: readonly (string | number)[], value: number): boolean {
  const compare: Record<string, (a: number, b: number) => boolean> = {
    '=': (a, b) => a === b,
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  for (let i = 0; i < conditions.length; i += 2) {
    if (!compare[String(conditions[i])]?.(value, Number(conditions[i + 1]))) return false;
  }
  return true;
}

/** Walks a pattern once, so that an operator that is not played is told at the start. @throws UnsupportedError */
export function checkPattern(pattern: Pattern): void {
  for (const [key, wanted] of Object.entries(pattern)) {
    const inner = key === '$or' ? (wanted as Pattern[]) : Array.isArray(wanted) ? [] : [wanted as Pattern];
    inner.forEach(checkPattern);
    if (key === '$or' || !Array.isArray(wanted)) continue;
    const unknown = wanted
      .filter(isObject)
      .flatMap((matcher) => Object.keys(matcher))
      .find((name) => !OPERATORS.has(name));
    if (unknown) throw new UnsupportedError(`EventBridge operator ${unknown}`, `pattern of ${key}`);
  }
}

const OPERATORS = new Set(['exists', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric']);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

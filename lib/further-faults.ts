/** Faults of an endpoint beside its wrong values: those that occur whatever is meant by the wrong ones. */

import type * as z from 'zod';
import type { Fault } from '../functions/plan/fault.ts';
import { endpointSchema, type ParsedEndpoint } from './config-schema.ts';

/** An endpoint as declared. */
export type Declared = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

/** Instead of a wrong text: a source of batch jobs as well, and short, so that it exceeds no limit of size. */
export const STAND_IN = 's3://000';

/** Instead of wrong values without a default. */
const REQUIRED = {
  count: { name: 'aa', model: STAND_IN, labels: [STAND_IN] },
  predict: { name: 'aa', models: [STAND_IN] },
} as const;

/** Instead of a wrong value with a default: what else may be meant, as far as other settings depend on it. */
const MEANT: readonly Declared[] = [{ answeredBy: 'human' }, { capture: 0 }, { maxPixels: 1 }];

/** Where one value is wrong, faults of the other may be false: [wrong, other]. */
const DEPENDENT: readonly (readonly [RegExp, RegExp])[] = [
  [/^labelled\.truth$/, /^labelled/],
  [/^name$/, /^rollout\[\d+\]\.labels\.prefix$/],
];

/** Settings that only one kind of endpoint has. */
const OF_KIND = /^(?:model|models|labels|answeredBy)(?![a-z])/i;

/**
 * @param issues of `declared`
 * @param path of the endpoint
 * @param check finds the faults of an endpoint that the schema accepts
 */
export function furtherFaults(
  declared: unknown,
  issues: readonly z.core.$ZodIssue[],
  path: string,
  check: (parsed: ParsedEndpoint, right: Declared) => readonly Fault[],
): readonly Fault[] {
  if (typeof declared !== 'object' || declared === null) return [];
  const wrong = issues.flatMap(pathsOf);
  const right = wrong.reduce<unknown>(without, declared) as Declared;
  const meant = MEANT.filter((other) => wrong.some(([key]) => key !== undefined && Object.hasOwn(other, key)));
  const [faults = [], ...others] = [{}, ...meant].map((values) => {
    const parsed = parse({ ...right, ...values });
    // The name as it is, because faults of photos quote it.
    const { name } = declared as { name?: unknown };
    return parsed ? check({ ...parsed, ...(typeof name === 'string' && { name }) }, right) : [];
  });
  const isFalse = (fault: Fault) => wrong.some((at) => follows(fault.path.slice(path.length + 1), textOf(at)));
  const isIn =
    ({ path: at, expected }: Fault) =>
    (other: Fault) =>
      other.path === at && other.expected === expected;
  return faults.filter((fault) => !isFalse(fault) && others.every((list) => list.some(isIn(fault))));
}

/** The kind that an endpoint with a wrong one seems to have. Absent: its kind is right, or it seems to have none. */
export function seemingKind(declared: unknown, issues: readonly z.core.$ZodIssue[]): 'count' | 'predict' | undefined {
  if (typeof declared !== 'object' || declared === null || !issues.some(({ path: [key] }) => key === 'kind')) return;
  if ('models' in declared) return 'predict';
  return 'model' in declared ? 'count' : undefined;
}

/** Whether a fault does not depend on the kind of an endpoint. @param path of the endpoint */
export function isOfAnyKind(fault: Fault, path: string): boolean {
  return !OF_KIND.test(fault.path.slice(path.length + 1));
}

function pathsOf(issue: z.core.$ZodIssue): Path[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

/** A copy without the value at a path. An item of a list is replaced, so that the others keep their places. */
function without(value: unknown, [key, ...below]: Path): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isLast = below.length === 0;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? (isLast ? STAND_IN : without(item, below)) : item));
  }
  const entries = Object.entries(value).filter(([name]) => name !== key || !isLast);
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? without(item, below) : item]));
}

function parse(right: Declared): ParsedEndpoint | undefined {
  const required = right.kind === 'predict' ? REQUIRED.predict : REQUIRED.count;
  const parsed = endpointSchema.safeParse({ ...required, ...right });
  if (parsed.success) return parsed.data;
  // Settings that lack a value of theirs now.
  const lacking = parsed.error.issues.map(({ path: [key = ''] }) => [key]);
  return endpointSchema.safeParse({ ...required, ...(lacking.reduce<unknown>(without, right) as Declared) }).data;
}

function follows(at: string, wrong: string): boolean {
  const isBelow = at.startsWith(wrong) && /^(?:$|[.[])/.test(at.slice(wrong.length));
  return isBelow || DEPENDENT.some(([one, other]) => one.test(wrong) && other.test(at));
}

function textOf(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

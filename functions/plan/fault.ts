/** Faults in settings: path, expectation, received value. */

import type * as z from 'zod';

/** One fault in the settings or in a rollout plan. */
export interface Fault {
  /** Where: `endpoints[2].rollout[1].percent`. */
  readonly path: string;
  /** What was expected there: `Expected …`. */
  readonly expected: string;
  /** What was found there; undefined where nothing was. */
  readonly value: unknown;
}

/**
 * Converts zod's issues to faults.
 * @param root the checked value
 * @param prefix the path of `root` within the settings; empty for the whole
 */
export function schemaFaults({ issues }: Pick<z.core.$ZodError, 'issues'>, root: unknown, prefix: string): Fault[] {
  return issues.flatMap((issue) => issueFaults(issue, { root, prefix, above: [] }));
}

interface IssueContext {
  readonly root: unknown;
  readonly prefix: string;
  /** Path from `root` to the value that the issue's own path starts from. */
  readonly above: readonly PropertyKey[];
}

function issueFaults(issue: z.core.$ZodIssue, { root, prefix, above }: IssueContext): Fault[] {
  const path = [...above, ...issue.path];
  // A gate is `false` or an object: of the two, the object is meant, so its faults are reported.
  const asObject = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined;
  if (asObject) return asObject.flatMap((inner) => issueFaults(inner, { root, prefix, above: path }));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => faultAt(root, prefix, [...path, key], 'Expected no value: the key is unknown'));
  }
  return [faultAt(root, prefix, path, issue.message)];
}

function faultAt(root: unknown, prefix: string, path: readonly PropertyKey[], expected: string): Fault {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  return { path: joinPath(prefix, path), expected, value };
}

function joinPath(prefix: string, path: readonly PropertyKey[]): string {
  const below = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return prefix === '' ? below.replace(/^\./, '') : `${prefix}${below}`;
}

/** Faults in the settings: path, expectation, received value. */

import type { z } from 'zod';

/** One thing wrong with the settings. */
export interface Fault {
  /** Where: `endpoints[2].labels[0]`. */
  readonly path: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found there; undefined where nothing was. */
  readonly value: unknown;
}

/** The settings are invalid. The message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ path, expected, value }) => `  ${path}: ${expected}, received ${show(value)}`);
    super(`lib/endpoints.ts has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/**
 * Converts zod's issues to faults.
 *
 * @param root the checked value.
 * @param prefix the path of `root` within the settings; empty for the whole.
 */
export function schemaFaults(error: z.ZodError, root: unknown, prefix: string): Fault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [faultAt(root, issue.path, issue.message, prefix)];
    return issue.keys.map((key) => faultAt(root, [...issue.path, key], 'Expected no such key', prefix));
  });
}

function faultAt(root: unknown, path: readonly PropertyKey[], expected: string, prefix: string): Fault {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const below = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return { path: `${prefix}${below}`.replace(/^\./, ''), expected, value };
}

/** A fault for each value that repeats an earlier one. */
export function repetitions(values: readonly string[], path: string): Fault[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index
      ? []
      : [{ path: `${path}[${index}]`, expected: `Expected a value other than that of ${path}[${first}]`, value }];
  });
}

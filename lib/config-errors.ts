/** The error for invalid settings. */

import type { Fault } from '../functions/plan/fault.ts';
import { shown } from './shown.ts';

/** The settings are invalid. The message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly Fault[];

  /** @param file of the settings, for the message */
  constructor(faults: readonly Fault[], file: string) {
    const lines = faults.map(({ path, expected, value }) => `  ${path}: ${expected}, received ${shown(value)}`);
    super(`${file} has ${faults.length} error${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** The items of a list as declared; none where it is no list, which is a fault of the schema. */
export function listOf(declared: unknown): readonly unknown[] {
  return Array.isArray(declared) ? declared : [];
}

/** A fault for each text that repeats an earlier one. */
export function repetitions(values: readonly unknown[], path: string): Fault[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index || typeof value !== 'string'
      ? []
      : [{ path: `${path}[${index}]`, expected: `Expected a value that differs from ${path}[${first}]`, value }];
  });
}

/** The error for a file that does not export the settings. */
export function notExported(value: unknown, file: string): ConfigError {
  const example = 'export const deployment: Deployment = { … }';
  const expected = `Expected settings that ${file} exports under this name (${example})`;
  return new ConfigError([{ path: 'deployment', expected, value }], file);
}

/** Paths of the States Language, as far as they are supported: names with dots between them. */

import { UnsupportedError } from '../errors.ts';
import { StateFailedError } from './task-error.ts';

const PLAIN_PATH = /^\$((?:\.\w+)*)$/;

/** @throws UnsupportedError for a path with filters, indexes or functions */
export function checkPath(field: string, path: string, where: string): void {
  if (!PLAIN_PATH.test(path)) throw new UnsupportedError(`The ${field} ${path}`, where);
}

/** The value at a plain path; undefined where there is none. */
export function valueAt(path: string, input: unknown): unknown {
  const names = PLAIN_PATH.exec(path)?.[1]?.split('.').slice(1) ?? [];
  return names.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], input);
}

/** An integer of at least `least` at a path. @throws StateFailedError `States.Runtime` */
export function integerAt(path: string, input: unknown, least: number, where: string): number {
  const value = valueAt(path, input);
  if (Number.isInteger(value) && Number(value) >= least) return Number(value);
  const message = `Expected an integer of at least ${least} for ${path} of ${where}, received ${value}`;
  throw new StateFailedError('States.Runtime', message);
}

type Template = Readonly<Record<string, unknown>>;

/** Checks the paths of a payload template. @throws UnsupportedError */
export function checkTemplate(template: Template, where: string): void {
  for (const [name, value] of Object.entries(template)) {
    if (name.endsWith('.$')) checkPath(name, String(value), where);
    else if (isTemplate(value)) checkTemplate(value, where);
  }
}

/** Fills in a payload template: fields that end with `.$` are paths. @throws StateFailedError `States.Runtime` */
export function fillTemplate(template: Template, input: unknown, where: string): Record<string, unknown> {
  const filled = Object.entries(template).map(([name, value]) => {
    if (!name.endsWith('.$')) return [name, isTemplate(value) ? fillTemplate(value, input, where) : value];
    const found = valueAt(String(value), input);
    if (found !== undefined) return [name.slice(0, -2), found];
    throw new StateFailedError('States.Runtime', `Expected a value at ${value} for ${name} of ${where}, received none`);
  });
  return Object.fromEntries(filled);
}

function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { posix } from 'node:path';
import * as z from 'zod';
import { type EndpointFunction, KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';

/** A comparison of challengers with live, as far as sentences are made of it. */
const comparisonSchema = z.looseObject({ at: z.iso.datetime(), words: z.string() });

/** @see comparisonSchema */
export type Comparison = Pick<z.infer<typeof comparisonSchema>, 'at' | 'words'>;

/** More comparisons than an endpoint has in the lifetime of its records. */
const MOST_COMPARISONS = 1000;

/**
 * Reads the last comparison of challengers with an endpoint's live version.
 * @returns undefined without one, or where this version cannot read it
 * @throws StoreUnavailableError
 */
export async function readLastComparison(
  objects: Pick<Objects, 'list' | 'findJson'>,
  of: EndpointFunction,
): Promise<Comparison | undefined> {
  const prefix = `${posix.dirname(KEYS.challengers(of, 'any'))}/`;
  // In order of their times.
  const last = (await objects.list(prefix, { most: MOST_COMPARISONS })).at(-1);
  return last === undefined ? undefined : comparisonSchema.safeParse(await objects.findJson(last)).data;
}

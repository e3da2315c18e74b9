/** The setting `events`: schema, faults, defaults. */

import * as z from 'zod';
import type { Fault } from '../functions/plan/fault.ts';

/** The setting as it is declared. */
export const eventsSchema = z.strictObject({
  batchPictures: z.boolean('Expected true or false').default(false),
});

/** The setting with its defaults filled in. */
export type ResolvedEvents = z.output<typeof eventsSchema>;

/** Faults that the schema does not find: settings without effect. */
export function eventsFaults(events: ResolvedEvents | undefined, { hasBatch }: { hasBatch: boolean }): Fault[] {
  if (!events?.batchPictures || hasBatch) return [];
  const expected = 'Expected no value because no endpoint has batch jobs';
  return [{ path: 'events.batchPictures', expected, value: true }];
}

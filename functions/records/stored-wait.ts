import * as z from 'zod';
import { MEASURES } from '../judge/needs.ts';
import { OBSTACLES, type Wait } from '../judge/wait.ts';

const count = z.number().exactOptional();
const expected = z.enum(['promote', 'roll back']).exactOptional();

/** Only as far as sentences are made of it. */
const waitSchema = z.looseObject({
  needs: z.array(
    z.looseObject({
      of: z.enum(MEASURES),
      unit: z.enum(['requests', 'pictures', 'photos', 'decisions', 'minutes']),
      more: count,
      minutes: count,
      expected,
      shares: z.object({ candidate: z.number(), live: z.number() }).exactOptional(),
      have: count,
      left: count,
    }),
  ),
  expected,
  etaMinutes: count,
  obstacle: z.enum(OBSTACLES).exactOptional(),
  came: z.object({ count: z.number(), minutes: z.number() }).exactOptional(),
  after: z.object({ steps: z.number(), minutes: count }).exactOptional(),
});

/** What a stored record says that a step waits for. @returns undefined where this version does not know a code of it */
export function parseWait(json: unknown): Wait | undefined {
  return waitSchema.safeParse(json).data;
}

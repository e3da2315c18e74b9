import * as z from 'zod';
import { InvalidOptionsError, shown } from './errors.ts';

/** The query of `GET /{endpoint}/report`. */
export const reportQuerySchema = z.object({
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .optional()
    .meta({ description: 'published version; default: the version of the last rollout' }),
});

/** The requested version; undefined without one. @throws InvalidOptionsError */
export function requestedVersion(query: Readonly<Record<string, string | undefined>> = {}): string | undefined {
  const parsed = reportQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data.version;
  const expected = 'the number of a published version';
  throw new InvalidOptionsError([{ field: 'version', expected, received: shown(query.version) }], {
    cause: parsed.error,
  });
}

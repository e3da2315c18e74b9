import * as z from 'zod';
import { detectionSchema } from './schemas.ts';

/**
 * Schemas of the drift in `GET /{endpoint}/status`. The OpenAPI document is generated from them, so their descriptions
 * are for the API's users.
 */

const time = z.iso.datetime();

const periodSchema = z
  .object({
    from: time,
    to: time.meta({ description: 'the first time behind the period' }),
    pictures: z.int().nonnegative(),
    scenes: z.number().nonnegative().meta({ description: 'different ones; near neighbours share a scene' }),
  })
  .meta({ id: 'DriftPeriod' });

/** What the drift monitor says, without pictures. */
export const driftStandingSchema = z.object({
  state: z.enum(['pending', 'collecting', 'quiet', 'drift']).meta({
    description:
      'pending: the monitor has not looked at the live version yet. collecting: the reference period is not ' +
      'complete. quiet: no drift. drift: the pictures or the answers have changed.',
  }),
  words: z.string().meta({ description: 'what has changed, by how much and since when, as text' }),
  version: z.string().exactOptional().meta({ description: 'the version whose pictures are compared' }),
  at: time.exactOptional().meta({ description: 'when the monitor looked last' }),
  reference: periodSchema.exactOptional(),
  compared: periodSchema.exactOptional(),
  drifts: z
    .array(
      z.object({
        since: time.meta({ description: 'first hour of the change, as far as the pictures tell' }),
        found: time.meta({ description: 'end of the hour by whose pictures it was found' }),
        words: z.string(),
      }),
    )
    .exactOptional()
    .meta({ description: 'all since the reference period, in order' }),
});

const shownPictureSchema = z
  .object({
    id: z.string().meta({ description: 'id of the prediction' }),
    url: z.url().meta({ description: 'presigned, for an hour at most' }),
    width: z.int(),
    height: z.int(),
    detections: z.array(detectionSchema),
  })
  .meta({ id: 'DriftPicture', description: 'a picture with the objects that the live version found in it' });

/** What the drift monitor says, with pictures. */
export const driftSchema = driftStandingSchema
  .extend({
    pictures: z
      .object({ before: z.array(shownPictureSchema), after: z.array(shownPictureSchema) })
      .exactOptional()
      .meta({ description: 'up to twelve from before the last drift and after its start, while they are stored' }),
  })
  .meta({ id: 'Drift', description: 'only where the endpoint has the setting `drift`' });

export type DriftStanding = z.infer<typeof driftStandingSchema>;
export type ShownDrift = z.infer<typeof driftSchema>;
export type DriftPicture = z.infer<typeof shownPictureSchema>;

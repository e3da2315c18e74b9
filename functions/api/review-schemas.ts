import * as z from 'zod';
import { judgeQuerySchema } from './judge-schemas.ts';
import { decisionSchema, detectionSchema } from './schemas.ts';

/**
 * Schemas of `GET /{endpoint}/review`: pictures whose count people confirm or correct. The OpenAPI document is
 * generated from them, so their descriptions are for the API's users.
 */

/** The query of `GET /{endpoint}/review`. */
export const reviewQuerySchema = z.object({
  by: judgeQuerySchema.shape.by.meta({
    description: 'name of the person who reviews: pictures that this person has counted or skipped are left out',
  }),
});

const pictureSchema = z
  .object({
    id: z.string().meta({ description: 'id of the prediction' }),
    skip: z.string().meta({
      description:
        'name of the picture in reviews: a preference "cannot tell" on this pair, by ' +
        'PUT /{endpoint}/predictions/{id}/preference, leaves it to others',
    }),
    picture: z.object({
      url: z.url().meta({ description: 'presigned, for an hour' }),
      width: z.int(),
      height: z.int(),
    }),
    boxes: z
      .array(detectionSchema.pick({ label: true, box: true }))
      .meta({ description: 'the objects of the answer, without their confidence' }),
  })
  .meta({ id: 'PictureToReview' });

const differingSchema = pictureSchema
  .extend({
    counts: z
      .array(z.object({ by: z.string(), count: decisionSchema.shape.count }))
      .min(2)
      .meta({ description: 'the latest count of each person' }),
  })
  .meta({ id: 'DifferingPicture', description: 'a picture that people count differently' });

const number = z.int().nonnegative();

/** `GET /{endpoint}/review` */
export const reviewAnswerSchema = z
  .object({
    endpoint: z.string(),
    listed_at: z.iso.datetime().meta({ description: 'when the pictures were chosen' }),
    pictures: number.meta({ description: 'pictures that were chosen, without deleted ones' }),
    reviewed: number.meta({ description: 'pictures that at least one person has counted' }),
    compared: number.meta({ description: 'pictures that at least two people have counted' }),
    same: number.meta({ description: 'of the compared ones, those with the same count of all people' }),
    open: number.meta({ description: 'pictures that wait for this person' }),
    next: z.array(pictureSchema).meta({ description: 'the next pictures for this person' }),
    differing: z.array(differingSchema).meta({ description: 'pictures that people count differently' }),
  })
  .meta({ id: 'Review' });

export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;
export type PictureToReview = z.infer<typeof pictureSchema>;
export type DifferingPicture = z.infer<typeof differingSchema>;

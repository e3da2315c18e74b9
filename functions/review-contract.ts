/** Key and schema of the pictures that people review, which commands write and the status function reads. */

import * as z from 'zod';

/** Keys of reviews. Below those of rollouts, which operators may write and the status function may read. */
export const REVIEW_KEYS = {
  list: (endpoint: string) => `rollouts/${endpoint}/review.json`,
} as const;

/** Most pictures of a review: the decisions on all are read for each answer. */
export const MOST_REVIEWED = 200;

/** The pictures of a review. */
export const reviewListSchema = z.object({
  endpoint: z.string(),
  listed_at: z.iso.datetime(),
  /** Ids of predictions, those to review first at the beginning. */
  pictures: z.array(z.string()).max(MOST_REVIEWED),
});

export type ReviewList = z.infer<typeof reviewListSchema>;

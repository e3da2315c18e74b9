/** The pictures that people review, as the API serves them. */

import { NothingToReviewError } from '../api/errors.ts';
import { type Decisions, readDecisions } from '../api/preference-schemas.ts';
import type { PictureToReview, ReviewAnswer } from '../api/review-schemas.ts';
import { type StoredPrediction, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { pictureOf } from '../records/recorded-picture.ts';
import { REVIEW_KEYS, reviewListSchema } from '../review-contract.ts';
import { type PersonsCount, reviewState, skipName } from './review-queue.ts';

/** Pictures in one answer. */
const MOST_NEXT = 12;
const MOST_DIFFERING = 24;
/** Lifetime of the presigned URLs. */
const URL_SECONDS = 3600;

/** What a review needs. */
export interface ReviewContext {
  readonly endpoint: string;
  readonly objects: Pick<Objects, 'findJson' | 'exists' | 'presignGet'>;
  readonly now: Date;
}

/**
 * The next pictures for one person, and those on which people differ.
 * @param by the person's name; undefined: unknown
 * @throws NothingToReviewError, StoreUnavailableError
 */
export async function reviewAnswer(context: ReviewContext, by: string | undefined): Promise<ReviewAnswer> {
  const { endpoint, objects } = context;
  const { data: list } = reviewListSchema.safeParse(await objects.findJson(REVIEW_KEYS.list(endpoint)));
  if (!list) {
    const expected = `chosen pictures (npm run labels -- review ${endpoint})`;
    throw new NothingToReviewError([{ field: 'review', expected, received: 'none' }]);
  }
  const decisions = await decisionsOn(list.pictures, context);
  const { queue, differing, ...numbers } = reviewState(endpoint, by, decisions);
  const next = await picturesOf(queue.slice(0, MOST_NEXT), context);
  const shown = await picturesOf([...differing.keys()].slice(0, MOST_DIFFERING), context);
  return {
    endpoint,
    listed_at: list.listed_at,
    pictures: decisions.size,
    ...numbers,
    open: queue.length,
    next,
    differing: shown.map((picture) => ({ ...picture, counts: [...(differing.get(picture.id) as PersonsCount[])] })),
  };
}

/** Of the pictures whose result is stored; those of erased ones are left out. */
async function decisionsOn(
  ids: readonly string[],
  { endpoint, objects }: ReviewContext,
): Promise<ReadonlyMap<string, Decisions>> {
  const found = await Promise.all(
    ids.map(async (id) => {
      if (!(await objects.exists(KEYS.result(endpoint, id)))) return [];
      const json = await objects.findJson(KEYS.decision(endpoint, id));
      return [[id, json === undefined ? { preferences: [] } : readDecisions(json)] as const];
    }),
  );
  return new Map(found.flat());
}

/** Without the pictures that were deleted. */
async function picturesOf(ids: readonly string[], context: ReviewContext): Promise<PictureToReview[]> {
  const found = await Promise.all(ids.map((id) => pictureToReview(id, context)));
  return found.filter((picture) => picture !== undefined);
}

async function pictureToReview(
  id: string,
  { endpoint, objects, now }: ReviewContext,
): Promise<PictureToReview | undefined> {
  const { data: result } = storedResultSchema.safeParse(await objects.findJson(KEYS.result(endpoint, id)));
  if (result?.status !== 'done') return undefined;
  const { key, version } = pictureOf(result);
  if (!(await objects.exists(key, version))) return undefined;
  const { url } = await objects.presignGet(key, URL_SECONDS, now, version);
  const { width, height } = result.image;
  return { id, skip: skipName(endpoint, id), picture: { url, width, height }, boxes: boxesOf(result) };
}

/** In order of place: confidences would tell a person which ones to doubt. */
function boxesOf({ detections }: StoredPrediction): PictureToReview['boxes'] {
  return detections.map(({ label, box }) => ({ label, box })).toSorted((a, b) => a.box.x - b.box.x);
}

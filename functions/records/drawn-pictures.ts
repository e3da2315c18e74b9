/** The pictures of a shadow that people judge: drawn at random among those on which the two versions differ. */

import { createHash } from 'node:crypto';
import type { PictureScore } from '../judge/shadow-score.ts';
import type { ShadowProgress } from './shadow-progress.ts';

/** A picture on which live and candidate differ, with the count of each. */
export interface DifferingPicture {
  readonly id: string;
  readonly live: number;
  readonly candidate: number;
  /** Whether people's counts of it are evidence. Absent: not yet. */
  readonly drawn?: true;
}

/** Drawn pictures that wait for a decision at the same time. */
export const MOST_OPEN = 25;

/** The progress with a compared picture, if the versions differ on it. A failed replay has no answer to judge. */
export function withDifference(progress: ShadowProgress, id: string, score: PictureScore | undefined): ShadowProgress {
  if (score?.status !== 'done' || score.comparison?.agreement === 1) return progress;
  const { baseline: live, candidate } = score.objects;
  return { ...progress, differing: [...(progress.differing ?? []), { id, live, candidate }] };
}

/**
 * Draws until 25 pictures wait for a decision. The order is by a hash of rollout and picture: random, but the same in a
 * repeated tick. A picture whose count came with its request is drawn, too, because its sender knew neither answer. One
 * that someone has decided after seeing live's answer is not drawn for that: mistakes of live would be preferred.
 * @param seed the rollout's folder
 * @param of `decided`: ids with a decision; `sent`: those whose decision came with the request
 */
export function draw(
  differing: readonly DifferingPicture[],
  seed: string,
  { decided, sent }: { readonly decided: ReadonlySet<string>; readonly sent: ReadonlySet<string> },
): readonly DifferingPicture[] {
  const isDrawn = ({ id, drawn }: DifferingPicture) => drawn === true || sent.has(id);
  const open = differing.filter((picture) => isDrawn(picture) && !decided.has(picture.id)).length;
  const order = differing
    .filter((picture) => !isDrawn(picture))
    .map(({ id }) => ({ id, rank: createHash('sha256').update(`${seed} ${id}`).digest('hex') }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  const next = new Set<string>();
  let missing = MOST_OPEN - open;
  for (const { id } of order) {
    if (missing <= 0) break;
    next.add(id);
    if (!decided.has(id)) missing -= 1;
  }
  return differing.map((picture) =>
    isDrawn(picture) || next.has(picture.id) ? { ...picture, drawn: true as const } : picture,
  );
}

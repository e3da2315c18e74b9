/** The decisions that a shadow of a human has counted: so that a correction replaces the score of the earlier one. */

import { countError } from '../judge/agreement.ts';
import type { PictureScore } from '../judge/shadow-score.ts';
import { add, subtract } from '../judge/shadow-tally.ts';
import type { Decided } from './recorded-requests.ts';
import type { ShadowProgress } from './shadow-progress.ts';

/** Last digits of an id that are kept to recognise it. */
const ID_DIGITS = 12;
/** First digits of a tag that are kept to recognise a correction. */
const TAG_DIGITS = 8;

/** Decisions that are new or corrected since they were counted, the corrected ones first. */
export function uncounted(progress: ShadowProgress, decided: readonly Decided[]) {
  const tags = new Map((progress.seen ?? []).map((text) => [idIn(text), tagIn(text)]));
  const fresh = decided.filter(({ id }) => !tags.has(tail(id)));
  const corrected = decided.filter(({ id, tag }) => {
    const counted = tags.get(tail(id));
    // An earlier release kept no tag.
    return counted !== undefined && counted !== '' && counted !== head(tag);
  });
  return { corrected, fresh };
}

/**
 * The progress with the score of a decision. Where the decision is a correction, its score replaces the earlier one.
 * @param score absent: the picture was deleted, so an earlier score stays
 */
export function countDecision(
  progress: ShadowProgress,
  { id, tag }: Decided,
  score: PictureScore | undefined,
): ShadowProgress {
  const seen = progress.seen ?? [];
  const own = tail(id);
  const before = seen.find((text) => text.startsWith(own));
  const earlier = before === undefined ? undefined : scoreIn(before);
  const counted = score ?? earlier;
  const without = earlier ? subtract(progress.tally, earlier) : progress.tally;
  const entry = [own, head(tag), ...numbersOf(counted)].join(':');
  return {
    ...progress,
    tally: counted ? add(without, counted) : without,
    seen: [...seen.filter((text) => text !== before), entry],
  };
}

/** Whether a decision on this request has been counted, or passed over. */
export function isSeen({ seen = [] }: ShadowProgress, id: string): boolean {
  return seen.some((text) => text.startsWith(tail(id)));
}

/** The numbers of a score that a human's decision makes; none where nothing was counted. */
function numbersOf(score: PictureScore | undefined): (string | number)[] {
  if (!score) return [];
  return score.status === 'failed' ? ['failed'] : [score.objects.baseline, score.objects.candidate];
}

function scoreIn(text: string): PictureScore | undefined {
  const [, , baseline, candidate] = text.split(':');
  if (baseline === 'failed') return { status: 'failed' };
  if (baseline === undefined || candidate === undefined) return undefined;
  const objects = { baseline: Number(baseline), candidate: Number(candidate) };
  return { status: 'done', objects, countError: countError(objects.baseline, objects.candidate) };
}

function idIn(text: string): string {
  return text.split(':')[0] ?? '';
}

function tagIn(text: string): string {
  return text.split(':')[1] ?? '';
}

function tail(id: string): string {
  return id.slice(-ID_DIGITS);
}

function head(tag: string): string {
  return tag.replaceAll('"', '').slice(0, TAG_DIGITS);
}

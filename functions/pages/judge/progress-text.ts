import type { JudgeProgress } from './session.ts';

/** Progress in words and as a share. */
export interface Progress {
  readonly words: string;
  /** 0–1. */
  readonly share: number;
}

/** An estimate of more decisions than this changes with each decision, while there are few: it is not shown. */
const FAR = 50;
/** After so many decisions without an end in sight, both versions are about equal. */
const MANY = 30;

/**
 * How far the decisions are.
 * @param progress undefined: not known yet
 * @param since decisions of this person since the answer
 * @param counting those of them that bring the end nearer: all but "cannot tell"
 */
export function progressOf(progress: JudgeProgress | undefined, since: number, counting = since): Progress {
  if (!progress) return { words: 'Loading …', share: 0 };
  const { judged, open, likely, at_least } = progress;
  const done = judged + since;
  if (done + open === 0) return { words: 'No pair to judge yet', share: 0 };
  const isFar = likely !== undefined && likely > FAR && done < MANY;
  const known = isFar ? undefined : likely;
  const left = Math.max(1, (known ?? at_least) - counting);
  const more = `${moreInWords(left, known, done)}${isFar ? ', likely many more' : ''}`;
  const words = `${done} judged, ${more}${alsoInWords(progress.also_needs)}`;
  return { words, share: done / (done + left) };
}

/** Minimums of the shadow that no decision of a person changes. */
const ALSO = { pictures: 'pictures', scenes: 'different scenes', minutes: 'minutes' } as const;

/** `; the rollout also waits for pictures (114 of 200)`. */
function alsoInWords(needs: JudgeProgress['also_needs']): string {
  if (!needs || needs.length === 0) return '';
  const each = needs.map(({ of, have, need }) => `${ALSO[of]} (${have} of ${need})`);
  return `; the rollout also waits for ${each.join(' and ')}`;
}

function moreInWords(left: number, likely: number | undefined, done: number): string {
  const decisions = left === 1 ? 'decision' : 'decisions';
  if (likely !== undefined) return `about ${left} more ${decisions} likely needed`;
  if (done < MANY) return `at least ${left} more ${decisions} needed`;
  return 'both about equal so far: many more needed';
}

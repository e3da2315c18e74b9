/** The sentences of the review page. */

import type { DifferingPicture, ReviewAnswer } from '../../api/review-schemas.ts';
import type { Decision } from './session.ts';

/** Progress in words and as a share. */
export interface Progress {
  readonly words: string;
  /** 0–1. */
  readonly share: number;
}

/** @param answer undefined: not known yet. @param since decisions of this person since the answer */
export function progressOf(answer: ReviewAnswer | undefined, since: number): Progress {
  if (!answer) return { words: 'Loading …', share: 0 };
  const { pictures, reviewed, compared, same, open } = answer;
  const left = Math.max(0, open - since);
  const both = compared === 0 ? '' : `, ${compared} by two people: ${same} alike`;
  const words = `${reviewed} of ${pictures} pictures counted${both}; ${left} wait for you`;
  return { words, share: pictures === 0 ? 1 : (pictures - left) / pictures };
}

/** What is shown where no picture waits. */
export function waitInWords({ pictures, compared }: ReviewAnswer): string {
  if (compared === pictures) return 'All pictures are counted by two people.';
  return 'No picture waits for you. Those that you have counted wait for another person, unless one is skipped.';
}

/** `3 objects are right`, `the count is 4`, `skipped` */
export function decisionInWords(decision: Decision, found: number): string {
  if (decision === 'skip') return 'skipped';
  return decision === found ? `${objects(found)} confirmed` : `the count is ${decision}`;
}

/** `1 object`, `3 objects` */
export function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`;
}

/** `Ada 4, Bo 5; found 4` */
export function differenceInWords({ counts, boxes }: DifferingPicture): string {
  return `${counts.map(({ by, count }) => `${by} ${count}`).join(', ')}; found ${boxes.length}`;
}

/** Which picture a person reviews now, which come next, and which were reviewed. Without a page, for tests. */

import type { PictureToReview, ReviewAnswer } from '../../api/review-schemas.ts';

/** A count, or a skipped picture. */
export type Decision = number | 'skip';

/** A picture with this person's decision. */
export interface ReviewedPicture {
  readonly picture: PictureToReview;
  readonly decision: Decision;
}

/** Fewer pictures than this left: more are to be fetched. */
const FEW = 4;
/** After so many decisions the progress is to be fetched. */
const STALE = 5;

/** The pictures of one person. */
export class ReviewSession {
  private next: readonly PictureToReview[] = [];
  private reviewed: readonly PictureToReview[] = [];
  /** The latest decision on each picture, by its id. */
  private readonly decisions = new Map<string, Decision>();
  private decided = 0;
  private decidedBefore = 0;
  answer: ReviewAnswer | undefined;
  /** The picture that is shown. Absent: none waits. */
  present: PictureToReview | undefined;

  /** The former decision on the present picture. Absent: this person has made none since the page was loaded. */
  get former(): Decision | undefined {
    return this.present && this.decisions.get(this.present.id);
  }

  /** Notes that a fetch begins: decisions after it may be missing in its answer. */
  fetching(): void {
    this.decidedBefore = this.decided;
  }

  /**
   * Takes the pictures of an answer, apart from those that were reviewed meanwhile. The present one stays, with the new
   * address of its picture; so does everything but the decisions when other pictures were chosen.
   */
  fetched(answer: ReviewAnswer): void {
    if (this.answer && this.answer.listed_at !== answer.listed_at) this.restart();
    this.answer = answer;
    const all = [...answer.next, ...answer.differing];
    this.present = all.find(({ id }) => id === this.present?.id) ?? this.present;
    this.next = answer.next.filter(({ id }) => !this.decisions.has(id) && id !== this.present?.id);
    if (!this.present) this.advance();
  }

  /** Records the decision on the present picture and shows the next one. */
  decide(decision: Decision): ReviewedPicture | undefined {
    const picture = this.present;
    if (!picture) return undefined;
    this.decided += 1;
    this.decisions.set(picture.id, decision);
    this.reviewed = [...this.reviewed.filter(({ id }) => id !== picture.id), picture];
    this.advance();
    return { picture, decision };
  }

  /** Shows the last reviewed picture again. @returns undefined where none was reviewed */
  undo(): ReviewedPicture | undefined {
    const picture = this.reviewed.at(-1);
    const decision = picture && this.decisions.get(picture.id);
    if (!picture || decision === undefined) return undefined;
    this.reviewed = this.reviewed.slice(0, -1);
    this.open(picture);
    return { picture, decision };
  }

  /** Shows this picture now, and the present one after it. */
  open(picture: PictureToReview): void {
    const waiting = this.present && this.former === undefined ? [this.present] : [];
    this.next = [...waiting, ...this.next].filter(({ id }) => id !== picture.id);
    this.present = picture;
  }

  /** Goes on without a change of the present picture. @param isDecided whether it has a decision, else it stays */
  leaveCorrection(isDecided: boolean): boolean {
    if (!this.present || !isDecided) return false;
    if (this.former !== undefined) this.reviewed = [...this.reviewed, this.present];
    this.advance();
    return true;
  }

  /** Shows the next picture without a decision on the present one, as when it was deleted. */
  drop(): void {
    this.advance();
  }

  /** Forgets which pictures wait, as for another person. */
  restart(): void {
    this.next = [];
    this.reviewed = [];
    this.present = undefined;
    this.decisions.clear();
    this.decidedBefore = this.decided;
  }

  /** The pictures after the present one. */
  upcoming(most: number): readonly PictureToReview[] {
    return this.next.slice(0, most);
  }

  /** Decisions that the last answer may lack. */
  get since(): number {
    return this.decided - this.decidedBefore;
  }

  /** Whether pictures or progress are to be fetched now. */
  needsMore(): boolean {
    return this.since > 0 && (this.next.length < FEW || this.since >= STALE);
  }

  private advance(): void {
    [this.present, ...this.next] = this.next;
  }
}

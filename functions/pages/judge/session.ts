/** Which pair a person judges now, which come next, and which were judged. Without a page, so that it can be tested. */

import type { Judging, PairToJudge } from '../../api/judge-schemas.ts';
import type { Preference } from './commands.ts';

/** A pair that this person has judged. */
export interface JudgedPair {
  readonly pair: PairToJudge;
  readonly decision: Preference | number;
}

/** Progress of all people together. */
export type JudgeProgress = Pick<Judging, 'judged' | 'likely' | 'at_least'>;

/** Fewer pairs than this left: more are to be fetched. */
const FEW = 8;
/** After so many decisions the progress is to be fetched. */
const STALE = 5;

/** The pairs of one person. */
export class Session {
  private next: readonly PairToJudge[] = [];
  private judged: readonly JudgedPair[] = [];
  private decided = 0;
  private decidedBefore = 0;
  /** The pair that is shown. Absent: none waits. */
  present: PairToJudge | undefined;
  /** The decision that is to be corrected; only after `undo`. */
  corrected: JudgedPair | undefined;
  private progress: JudgeProgress = { judged: 0, at_least: 0 };

  /** Notes that a fetch begins: decisions after it may be missing in its answer. */
  fetching(): void {
    this.decidedBefore = this.decided;
  }

  /** Takes the pairs of an answer, apart from those that were judged meanwhile; the present one stays. */
  fetched(answer: Judging): void {
    this.progress = answer;
    const done = new Set(this.judged.map(({ pair }) => pair.pair));
    const isNew = ({ pair }: PairToJudge) => !done.has(pair) && pair !== this.present?.pair;
    this.next = answer.pairs.filter(isNew);
    if (!this.present) this.advance();
  }

  /** Records the decision on the present pair and shows the next one. */
  decide(decision: Preference | number): JudgedPair | undefined {
    if (!this.present) return undefined;
    const judged = { pair: this.present, decision };
    if (!this.corrected) this.decided += 1;
    this.corrected = undefined;
    this.judged = [...this.judged, judged];
    this.advance();
    return judged;
  }

  /** Shows the last judged pair again. @returns undefined where none was judged */
  undo(): JudgedPair | undefined {
    const last = this.judged.at(-1);
    if (!last) return undefined;
    if (this.present) this.next = [this.present, ...this.next];
    this.judged = this.judged.slice(0, -1);
    this.present = last.pair;
    this.corrected = last;
    return last;
  }

  /** Forgets which pairs wait, as for another person. */
  restart(): void {
    this.next = [];
    this.judged = [];
    this.present = undefined;
    this.corrected = undefined;
  }

  /** The pairs after the present one. */
  upcoming(most: number): readonly PairToJudge[] {
    return this.next.slice(0, most);
  }

  /** The last answer, and how many decisions it may lack. */
  state(): { readonly answer: JudgeProgress; readonly since: number } {
    return { answer: this.progress, since: this.decided - this.decidedBefore };
  }

  /** Whether pairs or progress are to be fetched now. */
  needsMore(): boolean {
    return this.next.length < FEW || this.decided - this.decidedBefore >= STALE;
  }

  private advance(): void {
    [this.present, ...this.next] = this.next;
  }
}

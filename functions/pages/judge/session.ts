/** Which pair a person judges now, which come next, and which were judged. Without a page, so that it can be tested. */

import type { Judging, PairToJudge } from '../../api/judge-schemas.ts';
import type { Preference } from './commands.ts';

/** A pair that this person has judged. */
export interface JudgedPair {
  readonly pair: PairToJudge;
  readonly decision: Preference | number;
}

/** Progress of all people together. */
export type JudgeProgress = Pick<Judging, 'judged' | 'open' | 'likely' | 'at_least' | 'also_needs'>;

/** Fewer pairs than this left: more are to be fetched. */
const FEW = 8;
/** After so many decisions the progress is to be fetched. */
const STALE = 5;
/** With so few decisions left, the judging can end with each one. */
const NEAR_END = 2;

/** The pairs of one person. */
export class Session {
  private next: readonly PairToJudge[] = [];
  private judged: readonly PairToJudge[] = [];
  /** The latest decision on each pair, by its name, so that a corrected picture counts once. */
  private readonly decisions = new Map<string, JudgedPair['decision']>();
  private decided = 0;
  private decidedBefore = 0;
  private progress: JudgeProgress | undefined;
  private version: string | undefined;
  /** The pair that is shown. Absent: none waits. */
  present: PairToJudge | undefined;

  /** The former decision on the present pair. Absent: this person has not judged it. */
  get former(): JudgedPair['decision'] | undefined {
    return this.present && this.decisions.get(this.present.pair);
  }

  /** Notes that a fetch begins: decisions after it may be missing in its answer. */
  fetching(): void {
    this.decidedBefore = this.decided;
  }

  /**
   * Takes the pairs of an answer, apart from those that were judged meanwhile. The present one stays, with the new
   * address of its picture; pairs of another version are forgotten.
   */
  fetched(answer: Judging): void {
    if (this.version !== undefined && this.version !== answer.version) this.restart();
    this.version = answer.version;
    this.progress = answer;
    const fresh = answer.pairs.find(({ pair }) => pair === this.present?.pair);
    if (fresh) this.present = fresh;
    const isJudged = ({ pair }: PairToJudge) => this.decisions.has(pair);
    const isNew = (each: PairToJudge) => !isJudged(each) && each.pair !== this.present?.pair;
    this.next = [...this.next.filter(isJudged), ...answer.pairs.filter(isNew)];
    if (!this.present) this.advance();
  }

  /** Records the decision on the present pair and shows the next one. */
  decide(decision: Preference | number): JudgedPair | undefined {
    const pair = this.present;
    if (!pair) return undefined;
    if (!this.decisions.has(pair.pair)) this.decided += 1;
    this.decisions.set(pair.pair, decision);
    this.judged = [...this.judged, pair];
    this.advance();
    return { pair, decision };
  }

  /** Shows the last judged pair again. @returns undefined where none was judged */
  undo(): JudgedPair | undefined {
    const pair = this.judged.at(-1);
    const decision = pair && this.decisions.get(pair.pair);
    if (!pair || decision === undefined) return undefined;
    if (this.present) this.next = [this.present, ...this.next];
    this.judged = this.judged.slice(0, -1);
    this.present = pair;
    return { pair, decision };
  }

  /** Goes on with the first pair that is not judged. @returns whether a correction was left */
  leaveCorrection(): boolean {
    if (this.former === undefined) return false;
    while (this.present && this.former !== undefined) {
      this.judged = [...this.judged, this.present];
      this.advance();
    }
    return true;
  }

  /** Shows the next pair without a decision on the present one, as when its picture was deleted. */
  skip(): void {
    this.advance();
  }

  /** Forgets which pairs wait, as for another person. */
  restart(): void {
    this.next = [];
    this.judged = [];
    this.present = undefined;
    this.decisions.clear();
    this.decidedBefore = this.decided;
  }

  /** The pairs after the present one. */
  upcoming(most: number): readonly PairToJudge[] {
    return this.next.slice(0, most);
  }

  /** The last answer, undefined before the first, and how many decisions it may lack: all, and those that count. */
  state(): { readonly answer: JudgeProgress | undefined; readonly since: number; readonly counting: number } {
    const since = this.decided - this.decidedBefore;
    const recent = [...this.decisions.values()].slice(this.decisions.size - since);
    const counting = recent.filter((decision) => decision !== 'cannot tell').length;
    return { answer: this.progress, since, counting };
  }

  /** Whether pairs or progress are to be fetched now. */
  needsMore(): boolean {
    const since = this.decided - this.decidedBefore;
    const { likely, at_least: atLeast = 0 } = this.progress ?? {};
    const isNearEnd = since > 0 && (likely ?? atLeast) - since <= NEAR_END;
    return this.next.length < FEW || since >= STALE || isNearEnd;
  }

  private advance(): void {
    [this.present, ...this.next] = this.next;
  }
}

import type { JudgeAnswer, Judging } from '../../api/judge-schemas.ts';
import { type Api, ProblemError } from '../common/api.ts';
import { byId, show } from '../common/element.ts';
import { COMMANDS, type Command, inWords, type Preference } from './commands.ts';
import { Controls } from './controls.ts';
import { showEnd } from './end-view.ts';
import { hideHint, showHint, showProblem, showUnsaved } from './notices.ts';
import type { Outbox, OutboxState } from './outbox.ts';
import { shownPair } from './pair-view.ts';
import type { Person } from './person.ts';
import { refusalOf } from './picture-state.ts';
import { progressOf } from './progress-text.ts';
import { backoffMs, Refresh } from './refresh.ts';
import { openOutbox } from './saving.ts';
import { Session } from './session.ts';
import { Stage } from './stage.ts';

/** Pairs whose pictures are loaded before they are shown. */
const PRELOADED = 3;
/** Wait before the next fetch while no pair waits, and while one does: the judging can end without this person. */
const IDLE_MS = 3000;
const POLL_MS = 30_000;

/** What the page needs. */
export interface JudgeContext {
  readonly endpoint: string;
  readonly person: Person;
  readonly api: Api;
}

/** Shows pair after pair, and saves each decision at once. */
export class Judge {
  private readonly endpoint: string;
  private readonly api: Api;
  private person: Person;
  private readonly session = new Session();
  private readonly stage = new Stage({
    onShown: () => {
      this.failedPictures = 0;
    },
    onFailed: () => this.pictureFailed(),
    legend: 'Orange: only in this answer. White: in both.',
  });
  private readonly outbox: Outbox;
  private readonly controls: Controls<Command>;
  private readonly refresh: Refresh;
  private isOver = false;
  private failedFetches = 0;
  private failedPictures = 0;

  constructor({ endpoint, person, api }: JudgeContext) {
    this.endpoint = endpoint;
    this.person = person;
    this.api = api;
    this.outbox = openOutbox({ page: 'judge', endpoint, api, onChange: (state) => this.saved(state) });
    this.controls = new Controls(COMMANDS, {
      onCommand: (command) => this.execute(command),
      onCount: (count) => this.decide(count),
    });
    this.refresh = new Refresh({ read: () => this.fetch(), document, window });
    this.showProgress();
    show(byId('judging', HTMLElement), false);
    void this.outbox.send().then(() => this.refresh.now());
  }

  /** Judges under another name. */
  changePerson(person: Person): void {
    if (person === this.person) return;
    this.person = person;
    this.session.restart();
    this.showPresent('');
    this.refresh.now();
  }

  /** Tries again what failed without the new token. */
  credentialsChanged(): void {
    void this.outbox.send().then(() => this.refresh.now());
  }

  private execute(command: Command): void {
    switch (command.kind) {
      case 'prefer':
        this.decide(command.preference);
        break;
      case 'undo':
        this.undo();
        break;
      case 'zoom':
        this.zoom();
        break;
      case 'count':
        if (this.isAccepted('count')) this.controls.beginCount(command.digit);
        break;
      case 'leave':
        if (!this.isOver && this.session.leaveCorrection()) this.showPresent('Correction left. ');
        break;
      case 'help':
        byId('keys', HTMLDialogElement).showModal();
    }
  }

  private zoom(): void {
    const { part, parts } = this.stage.zoomOn() ?? { part: 0, parts: 0 };
    if (part > 0 && parts > 1) showHint(`Difference ${part} of ${parts}`);
  }

  /** Whether a person can have seen the present pair; says why not. */
  private isAccepted(decision: Preference | 'count'): boolean {
    if (this.isOver || !this.session.present) return false;
    const refusal = refusalOf(decision, this.stage.state(), performance.now());
    if (refusal !== undefined) showHint(refusal);
    return refusal === undefined;
  }

  /** @returns whether it was accepted */
  private decide(decision: Preference | number): boolean {
    if (!this.isAccepted(typeof decision === 'number' ? 'count' : decision)) return false;
    const judged = this.session.decide(decision);
    if (!judged) return false;
    const { id, pair } = judged.pair;
    this.outbox.add({ id, pair, by: this.person, decision });
    hideHint();
    this.showPresent(`${capitalised(inWords(decision))}. `);
    if (!this.session.present) this.refresh.now();
    return true;
  }

  /** Fetches after the last decision is saved, so that the answer has all of them. */
  private saved(state: OutboxState): void {
    showUnsaved(state);
    if (state.unsaved === 0 && this.session.needsMore()) this.refresh.now();
  }

  private undo(): void {
    if (this.isOver) return;
    const last = this.session.undo();
    if (last) this.showPresent(`Change your decision: you said ${inWords(last.decision)}. `);
    else showHint('Nothing to undo since the page was loaded.');
  }

  /** @returns milliseconds until the next fetch; undefined: never again */
  private async fetch(): Promise<number | undefined> {
    const { person } = this;
    try {
      this.session.fetching();
      const answer = await this.api.judge(this.endpoint, person);
      this.failedFetches = 0;
      show(byId('problem', HTMLElement), false);
      if (person !== this.person) return 0;
      this.take(answer);
    } catch (error) {
      return this.fetchFailed(error);
    }
    if (this.isOver) return undefined;
    return this.session.present ? POLL_MS : IDLE_MS;
  }

  private fetchFailed(error: unknown): number {
    const status = error instanceof ProblemError ? error.problem.status : undefined;
    if (status === 404) {
      // Because another rollout, or none, has taken the place of the one that was judged.
      this.session.restart();
      this.showPresent('');
    }
    showProblem(error, error instanceof ProblemError && status === undefined);
    show(byId('judging', HTMLElement), this.session.present !== undefined);
    this.failedFetches += 1;
    return backoffMs(this.failedFetches);
  }

  private take(answer: JudgeAnswer): void {
    if (answer.state === 'ended') {
      this.isOver = true;
      showEnd(answer);
      return;
    }
    const before = this.session.present?.pair;
    this.session.fetched(answer);
    const isThere = answer.pairs.some(({ pair }) => pair === before);
    const isSame = this.session.present?.pair === before;
    if (isSame && this.stage.hasFailed() && !isThere && this.session.former === undefined) {
      this.session.skip();
      showHint('The picture is no longer available, and is left out.');
    }
    if (this.session.present?.pair === before && !this.stage.hasFailed()) this.preload();
    else this.showPresent('');
    this.showWait(answer);
    this.showProgress();
  }

  /** Reads the queue again, which has a new address of the picture unless it was deleted. */
  private pictureFailed(): void {
    this.failedPictures += 1;
    this.refresh.later(backoffMs(this.failedPictures));
  }

  /** @param said what a screen reader announces before the pair */
  private showPresent(said: string): void {
    const { present, former } = this.session;
    this.preload();
    const view = this.stage.show(present && shownPair(present));
    this.controls.mark(former);
    show(byId('judging', HTMLElement), present !== undefined);
    if (present) show(byId('wait', HTMLElement), false);
    const next = view ? `Next picture: ${view.words()}.` : '';
    byId('live', HTMLElement).textContent = said + next;
    this.showProgress();
  }

  private preload(): void {
    const { present } = this.session;
    this.stage.prepare([...(present ? [present] : []), ...this.session.upcoming(PRELOADED)].map(shownPair));
  }

  private showProgress(): void {
    const { answer, since, counting } = this.session.state();
    const { words, share } = progressOf(answer, since, counting);
    byId('progress', HTMLElement).textContent = words;
    byId('done', HTMLProgressElement).value = share;
  }

  private showWait({ judged, open }: Judging): void {
    const wait = byId('wait', HTMLElement);
    const isWaiting = this.session.present === undefined;
    const first = 'The rollout compares recorded pictures. Pairs appear here as soon as the answers to one differ.';
    const others = 'No pictures to judge now. More come as soon as the versions answer another one differently.';
    const text = judged + open === 0 ? first : others;
    if (wait.textContent !== text) wait.textContent = text;
    show(wait, isWaiting);
    show(byId('judging', HTMLElement), !isWaiting);
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

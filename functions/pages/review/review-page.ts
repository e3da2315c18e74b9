import type { DifferingPicture, PictureToReview, ReviewAnswer } from '../../api/review-schemas.ts';
import { type Api, ProblemError } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { Controls } from '../judge/controls.ts';
import { hideHint, showHint, showProblem, showUnsaved } from '../judge/notices.ts';
import type { Outbox, OutboxState } from '../judge/outbox.ts';
import type { ShownPicture } from '../judge/pair-view.ts';
import type { Person } from '../judge/person.ts';
import { refusalOf } from '../judge/picture-state.ts';
import { backoffMs, Refresh } from '../judge/refresh.ts';
import { openOutbox } from '../judge/saving.ts';
import { Stage } from '../judge/stage.ts';
import { COMMANDS, type Command } from './commands.ts';
import { type Decision, ReviewSession } from './session.ts';
import { decisionInWords, differenceInWords, objects, progressOf, waitInWords } from './words.ts';

/** Pictures that are loaded before they are shown. */
const PRELOADED = 3;
/** Wait before the next fetch, so that the page shows what others have counted. */
const POLL_MS = 30_000;

/** What the page needs. */
export interface ReviewContext {
  readonly endpoint: string;
  readonly person: Person;
  readonly api: Api;
}

/** Shows picture after picture, and saves each decision at once. */
export class Review {
  private readonly endpoint: string;
  private readonly api: Api;
  private person: Person;
  private readonly session = new ReviewSession();
  private readonly stage = new Stage({
    onShown: () => {
      this.failedPictures = 0;
    },
    onFailed: () => this.pictureFailed(),
    legend: 'Orange: the objects that were found.',
  });
  private readonly outbox: Outbox;
  private readonly controls: Controls<Command>;
  private readonly refresh: Refresh;
  private failedFetches = 0;
  private failedPictures = 0;

  constructor({ endpoint, person, api }: ReviewContext) {
    this.endpoint = endpoint;
    this.person = person;
    this.api = api;
    this.outbox = openOutbox({ page: 'review', endpoint, api, onChange: (state) => this.saved(state) });
    this.controls = new Controls(COMMANDS, {
      onCommand: (command) => this.execute(command),
      onCount: (count) => this.decide(count),
    });
    this.refresh = new Refresh({ read: () => this.fetch(), document, window });
    this.showProgress();
    show(byId('judging', HTMLElement), false);
    void this.outbox.send().then(() => this.refresh.now());
  }

  /** Reviews under another name. */
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
    const { present } = this.session;
    switch (command.kind) {
      case 'confirm':
        if (present) this.decide(present.boxes.length);
        break;
      case 'skip':
        this.decide('skip');
        break;
      case 'count':
        if (this.isAccepted('count')) this.controls.beginCount(command.digit);
        break;
      case 'undo':
        this.undo();
        break;
      case 'leave':
        if (this.session.leaveCorrection(this.ownCount() !== undefined)) this.showPresent('Correction left. ');
        break;
      case 'zoom':
        this.stage.zoomOn();
        break;
      case 'help':
        byId('keys', HTMLDialogElement).showModal();
    }
  }

  /** Whether a person can have seen the present picture; says why not. */
  private isAccepted(decision: 'cannot tell' | 'count'): boolean {
    if (!this.session.present) return false;
    const refusal = refusalOf(decision, this.stage.state(), performance.now());
    if (refusal !== undefined) showHint(refusal);
    return refusal === undefined;
  }

  /**
   * A skipped picture is a preference on its name in reviews, so that it stays skipped on every device.
   * @returns whether the decision was accepted
   */
  private decide(decision: Decision): boolean {
    if (!this.isAccepted(decision === 'skip' ? 'cannot tell' : 'count')) return false;
    const reviewed = this.session.decide(decision);
    if (!reviewed) return false;
    const { id, skip: pair, boxes } = reviewed.picture;
    this.outbox.add({ id, pair, by: this.person, decision: decision === 'skip' ? 'cannot tell' : decision });
    hideHint();
    this.showPresent(`${decisionInWords(decision, boxes.length)}. `);
    return true;
  }

  /** Fetches after the last decision is saved, so that the answer has all of them. */
  private saved(state: OutboxState): void {
    showUnsaved(state);
    if (state.unsaved === 0 && (this.session.needsMore() || !this.session.present)) this.refresh.now();
  }

  private undo(): void {
    const last = this.session.undo();
    if (!last) showHint('Nothing to undo since the page was loaded.');
    else
      this.showPresent(
        `Change your decision, which was: ${decisionInWords(last.decision, last.picture.boxes.length)}. `,
      );
  }

  /** This person's count of the present picture: of this visit, or among counts that differ. */
  private ownCount(): Decision | undefined {
    const { former, present, answer } = this.session;
    const counts = answer?.differing.find(({ id }) => id === present?.id)?.counts;
    return former ?? counts?.find(({ by }) => by === this.person)?.count;
  }

  /** @returns milliseconds until the next fetch */
  private async fetch(): Promise<number> {
    const { person } = this;
    try {
      this.session.fetching();
      const answer = await this.api.review(this.endpoint, person);
      this.failedFetches = 0;
      show(byId('problem', HTMLElement), false);
      if (person !== this.person) return 0;
      this.take(answer);
      return POLL_MS;
    } catch (error) {
      showProblem(error, error instanceof ProblemError && error.problem.status === undefined);
      this.failedFetches += 1;
      return backoffMs(this.failedFetches);
    }
  }

  private take(answer: ReviewAnswer): void {
    const before = this.session.present?.id;
    this.session.fetched(answer);
    const isThere = [...answer.next, ...answer.differing].some(({ id }) => id === before);
    if (before !== undefined && this.stage.hasFailed() && !isThere && this.session.former === undefined) {
      this.session.drop();
      showHint('The picture is no longer available, and is left out.');
    }
    if (this.session.present?.id === before && !this.stage.hasFailed()) this.preload();
    else this.showPresent('');
    this.showProgress();
    this.showDiffering(answer.differing);
  }

  /** Reads the queue again, which has a new address of the picture unless it was deleted. */
  private pictureFailed(): void {
    this.failedPictures += 1;
    this.refresh.later(backoffMs(this.failedPictures));
  }

  /** @param said what a screen reader announces before the picture */
  private showPresent(said: string): void {
    const { present, answer } = this.session;
    this.preload();
    const view = this.stage.show(present && shownPicture(present));
    const own = this.ownCount();
    this.controls.mark(own === present?.boxes.length ? 'confirm' : own);
    show(byId('judging', HTMLElement), present !== undefined);
    const wait = byId('wait', HTMLElement);
    show(wait, present === undefined && answer !== undefined);
    if (answer) wait.textContent = waitInWords(answer);
    byId('found', HTMLElement).textContent = present ? objects(present.boxes.length) : '';
    byId('live', HTMLElement).textContent = said + (view ? `Next picture: ${view.words()}.` : '');
    this.showProgress();
  }

  private preload(): void {
    const { present } = this.session;
    this.stage.prepare([...(present ? [present] : []), ...this.session.upcoming(PRELOADED)].map(shownPicture));
  }

  private showProgress(): void {
    const { words, share } = progressOf(this.session.answer, this.session.since);
    byId('progress', HTMLElement).textContent = words;
    byId('done', HTMLProgressElement).value = share;
  }

  private showDiffering(pictures: readonly DifferingPicture[]): void {
    const items = pictures.map((picture) => {
      const button = element('button', { class: 'quiet', type: 'button' }, differenceInWords(picture));
      button.addEventListener('click', () => {
        this.session.open(picture);
        this.showPresent('');
        byId('title', HTMLElement).scrollIntoView();
      });
      return element('li', {}, button);
    });
    byId('differing-list', HTMLElement).replaceChildren(...items);
    show(byId('differing', HTMLElement), items.length > 0);
  }
}

/** All boxes alike, so that a zoom shows each. */
function shownPicture({ id: key, picture, boxes }: PictureToReview): ShownPicture {
  return { key, picture, sides: [{ name: '', words: 'found', boxes: boxes.map((box) => ({ ...box, alone: true })) }] };
}

import type { JudgeAnswer, Judging } from '../../api/judge-schemas.ts';
import { type Api, ProblemError } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';
import { type Command, inWords, type Preference } from './commands.ts';
import { Controls } from './controls.ts';
import { Outbox, type OutboxState, type Unsaved } from './outbox.ts';
import type { Person } from './person.ts';
import { progressOf } from './progress-text.ts';
import { Session } from './session.ts';
import { Stage } from './stage.ts';

/** Pairs whose pictures are loaded before they are shown. */
const PRELOADED = 3;
/** Wait before the next fetch while no pair waits, and after a failed one. */
const IDLE_MS = 3000;
const FAILED_MS = 10_000;

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
  private readonly stage = new Stage();
  private readonly outbox: Outbox;
  private readonly controls: Controls;
  private isFetching = false;
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ endpoint, person, api }: JudgeContext) {
    this.endpoint = endpoint;
    this.person = person;
    this.api = api;
    this.outbox = new Outbox({
      send: (unsaved) => this.save(unsaved),
      isFinal: (error) => error instanceof ProblemError && [400, 404].includes(error.problem.status ?? 0),
      storage: localStorage,
      key: `judge:${endpoint}`,
      onChange: (state) => this.saved(state),
    });
    this.controls = new Controls(
      (command) => this.execute(command),
      (count) => this.decide(count),
    );
    byId('retry', HTMLButtonElement).addEventListener('click', () => void this.outbox.send());
    void this.outbox.send().then(() => this.fetch());
  }

  /** Judges under another name. */
  changePerson(person: Person): void {
    if (person === this.person) return;
    this.person = person;
    this.session.restart();
    void this.fetch();
  }

  /** Tries again what failed without the new token. */
  credentialsChanged(): void {
    void this.outbox.send().then(() => this.fetch());
  }

  private save({ id, pair, by, decision }: Unsaved): Promise<void> {
    const of = { endpoint: this.endpoint, id };
    if (typeof decision === 'number') return this.api.decide(of, { count: decision, by });
    return this.api.prefer(of, { preference: decision, pair, by });
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
        this.stage.toggleZoom();
        break;
      case 'count':
        if (this.session.present) this.controls.beginCount(command.digit);
        break;
      case 'help':
        byId('keys', HTMLDialogElement).showModal();
    }
  }

  private decide(decision: Preference | number): void {
    if (this.isOver) return;
    const judged = this.session.decide(decision);
    if (!judged) return;
    const { id, pair } = judged.pair;
    this.outbox.add({ id, pair, by: this.person, decision });
    this.showPresent(`${capitalised(inWords(decision))}. `);
    if (!this.session.present) void this.fetch();
  }

  /** Fetches after the last decision is saved, so that the answer has all of them. */
  private saved(state: OutboxState): void {
    showUnsaved(state);
    if (state.unsaved === 0 && this.session.needsMore()) void this.fetch();
  }

  private undo(): void {
    const last = this.isOver ? undefined : this.session.undo();
    if (last) this.showPresent(`Correct: you said ${inWords(last.decision)}. `);
  }

  private async fetch(): Promise<void> {
    if (this.isFetching || this.isOver) return;
    clearTimeout(this.timer);
    this.isFetching = true;
    const { person } = this;
    const before = this.session.present;
    let waitMs = IDLE_MS;
    try {
      this.session.fetching();
      const answer = await this.api.judge(this.endpoint, person);
      show(byId('problem', HTMLElement), false);
      if (person === this.person) this.take(answer, before);
    } catch (error) {
      this.showProblem(error);
      waitMs = FAILED_MS;
    } finally {
      this.isFetching = false;
    }
    // Also after a failed fetch, and for a person who changed meanwhile.
    if (!this.isOver && (!this.session.present || person !== this.person)) {
      this.timer = setTimeout(() => void this.fetch(), person === this.person ? waitMs : 0);
    }
  }

  private take(answer: JudgeAnswer, before: Session['present']): void {
    if (answer.state === 'ended') {
      this.end(answer);
      return;
    }
    this.session.fetched(answer);
    if (this.session.present === before) this.preload();
    else this.showPresent('');
    this.showWait(answer);
    this.showProgress();
  }

  /** @param said what a screen reader announces before the pair */
  private showPresent(said: string): void {
    const { present, corrected } = this.session;
    this.preload();
    const view = this.stage.show(present);
    this.controls.mark(corrected?.decision);
    show(byId('judging', HTMLElement), present !== undefined);
    if (present) show(byId('wait', HTMLElement), false);
    const next = view ? `Next picture: ${view.words()}.` : '';
    byId('live', HTMLElement).textContent = said + next;
    this.showProgress();
  }

  private preload(): void {
    const { present } = this.session;
    this.stage.prepare([...(present ? [present] : []), ...this.session.upcoming(PRELOADED)]);
  }

  private showProgress(): void {
    const { answer, since } = this.session.state();
    const { words, share } = progressOf(answer, since);
    byId('progress', HTMLElement).textContent = words;
    byId('done', HTMLProgressElement).value = share;
  }

  private showWait({ judged, open }: Judging): void {
    const wait = byId('wait', HTMLElement);
    const isWaiting = this.session.present === undefined;
    const first = 'The rollout compares recorded pictures. Pairs appear here as soon as the answers to one differ.';
    const others = 'No picture waits for you now. More are drawn as soon as the answers to others differ.';
    const text = judged + open === 0 ? first : others;
    if (wait.textContent !== text) wait.textContent = text;
    show(wait, isWaiting);
    show(byId('judging', HTMLElement), !isWaiting);
  }

  private end({ version, phase, words, traffic }: Extract<JudgeAnswer, { state: 'ended' }>): void {
    this.isOver = true;
    const over = byId('over', HTMLElement);
    over.replaceChildren(
      element('h2', {}, `Thank you. No more decisions are needed.`),
      element('p', {}, `Version ${version}, ${phase}: ${words}.`),
      element('p', { class: 'fine' }, `Live traffic: ${traffic}. `, element('a', { href: '/status' }, 'Status')),
    );
    show(byId('work', HTMLElement), false);
    show(over, true);
    byId('live', HTMLElement).textContent = `No more decisions are needed. Version ${version}: ${phase}.`;
  }

  private showProblem(error: unknown): void {
    const problem = byId('problem', HTMLElement);
    problem.replaceChildren(...describeProblem(error));
    show(problem, true);
    show(byId('judging', HTMLElement), this.session.present !== undefined);
  }
}

function showUnsaved({ unsaved, error, retrySeconds }: OutboxState): void {
  const alert = byId('unsaved', HTMLElement);
  if (error !== undefined) {
    const [title] = describeProblem(error);
    const many = `${unsaved} ${unsaved === 1 ? 'decision is' : 'decisions are'} not saved`;
    const kept = `${many}, but kept in this browser: go on. The next attempt is in ${retrySeconds} s.`;
    const lost = 'The last decision was not accepted, because its picture was deleted.';
    byId('unsaved-words', HTMLElement).textContent =
      `${title?.textContent ?? ''}. ${retrySeconds === undefined ? lost : kept}`;
  }
  show(byId('retry', HTMLElement), unsaved > 0);
  if (error !== undefined || unsaved === 0) show(alert, error !== undefined);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

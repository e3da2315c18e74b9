import type { Answer, Api, HumanAnswer } from '../common/api.ts';
import { copyFrom } from '../common/copy.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf, type PageSettings } from '../common/page-settings.ts';
import type { Picture } from '../common/picture.ts';
import type { Question } from '../common/question.ts';
import { detectionTable, headline, provenance, sentence, timing } from './answer-view.ts';
import { Controls } from './controls.ts';
import { curlLines } from './curl.ts';
import { decisionForm } from './decision.ts';
import { Exploration } from './exploration.ts';
import { paletteOf } from './palette.ts';
import { clearAnswer, sayUnsent, showBusy, showProblem, showProgress } from './panel.ts';
import { Stage } from './stage.ts';
import { hundredths } from './threshold.ts';
import { predictUpload } from './upload.ts';

/** Trying an endpoint: a picture goes in, and what is found is seen over it. */
export class Try {
  private readonly settings: PageSettings;
  private readonly api: Api;
  private readonly controls: Controls;
  private readonly stage = new Stage((index) => this.point(index));
  private picture: Picture | undefined;
  private exploration: Exploration | undefined;
  private running = new AbortController();

  constructor(settings: PageSettings, api: Api) {
    this.settings = settings;
    this.api = api;
    this.controls = new Controls(settings.endpoints, {
      onQuestion: () => this.ask(),
      onThreshold: () => this.rethreshold(),
    });
    byId('again', HTMLElement).addEventListener('click', () => this.ask());
    byId('copy', HTMLElement).addEventListener('click', ({ currentTarget }) =>
      copyFrom(byId('curl', HTMLElement), currentTarget as HTMLElement),
    );
    this.writeCurl();
  }

  /** Shows a picture and asks about it. @param label what is in it, where that is known */
  open(picture: Picture, label?: string): void {
    this.picture = picture;
    if (label !== undefined) this.controls.suit(label);
    this.stage.open(picture);
    show(byId('another', HTMLElement), true);
    this.ask();
  }

  /** Asks the chosen endpoint about the picture; an earlier question is given up. */
  ask(): void {
    this.running.abort();
    this.exploration = undefined;
    clearAnswer();
    this.writeCurl();
    if (!this.picture) return;
    if (authOf(this.settings) === 'iam') {
      sayUnsent();
      return;
    }
    this.running = new AbortController();
    const { signal } = this.running;
    const asked = this.controls.threshold;
    showBusy(true);
    const start = performance.now();
    this.send(this.controls.question(), this.picture, signal)
      .then((answer) => this.receive(answer, asked, performance.now() - start))
      .catch((error: unknown) => signal.aborted || showProblem(error))
      .finally(() => signal.aborted || showBusy(false));
  }

  private send(question: Question, picture: Picture, signal: AbortSignal): Promise<Answer> {
    if (!this.isBig(picture)) return this.api.predict(question, picture, signal);
    return predictUpload(this.api, question, picture, { signal, onProgress: showProgress });
  }

  private receive(answer: Answer, asked: number | undefined, elapsed: number): void {
    show(byId('threshold', HTMLElement), answer.status === 'done');
    if (answer.status !== 'done') {
      this.receiveHuman(answer);
      return;
    }
    this.exploration = new Exploration(answer, asked);
    const roundTrip = answer.source.kind === 'http' ? elapsed : undefined;
    const cost = timing(answer.timing_ms, roundTrip);
    byId('result', HTMLElement).replaceChildren(cost, provenance(answer), decisionForm(this.api, answer));
    this.redraw();
  }

  private receiveHuman(answer: HumanAnswer): void {
    const words = answer.count === null ? 'Nobody has decided yet.' : `A human decided: ${answer.count}.`;
    byId('headline', HTMLElement).replaceChildren(element('p', { class: 'count' }, words));
    byId('live', HTMLElement).textContent = words;
    byId('result', HTMLElement).replaceChildren(decisionForm(this.api, { ...answer, count: null }));
  }

  private redraw(): void {
    if (!this.exploration || !this.picture) return;
    const { answer } = this.exploration;
    const detections = this.exploration.detections(this.controls.threshold);
    const { labels, modelSummaries } = this.controls.endpoint;
    const known = modelSummaries.find(({ name }) => name === answer.model.name)?.labels ?? [];
    const palette = paletteOf(known);
    this.stage.draw({ image: answer.image, detections, palette });
    const table = detectionTable(detections, palette, (index) => this.point(index));
    byId('headline', HTMLElement).replaceChildren(...headline(detections, labels ?? known, palette), table);
    byId('live', HTMLElement).textContent = sentence(detections, this.picture.file.name);
  }

  private point(index: number | undefined): void {
    this.stage.light(index);
    for (const row of byId('headline', HTMLElement).querySelectorAll('tr'))
      row.classList.toggle('lit', index !== undefined && row.dataset.index === `${index}`);
  }

  /** The slider was moved: what is known is filtered at once; what is weaker is fetched, once for a picture. */
  private rethreshold(): void {
    this.redraw();
    this.writeCurl();
    const { exploration, picture, running, controls } = this;
    this.offerAgain();
    if (!exploration || !picture || exploration.isWidened || controls.threshold === undefined || this.isBig(picture))
      return;
    exploration
      .widen((least) => this.api.predict(controls.question(least), picture, running.signal), controls.lowest)
      .then(() => this.exploration === exploration && this.redraw())
      .catch((error: unknown) => running.signal.aborted || showProblem(error));
  }

  /** Only what is asked for is stored and drawn: once the slider stands elsewhere, that can be asked for. */
  private offerAgain(): void {
    const { exploration, controls } = this;
    const button = byId('again', HTMLElement);
    const { threshold } = controls;
    button.textContent = threshold === undefined ? 'Ask again' : `Ask again with ${hundredths(threshold)}`;
    show(button, exploration !== undefined && threshold !== exploration.asked);
  }

  /** Too big for a request, so that it is uploaded: once is enough, the slider then hides but does not find more. */
  private isBig({ file }: Picture): boolean {
    return file.size > this.settings.maxBodyBytes;
  }

  private writeCurl(): void {
    const { maxBodyBytes } = this.settings;
    const context = { origin: location.origin, auth: authOf(this.settings), maxBodyBytes };
    byId('curl', HTMLElement).textContent = curlLines(this.controls.question(), this.picture, context);
  }
}

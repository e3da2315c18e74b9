import { detectionTable, headline, provenance, sentence, timing } from './answer-view.ts';
import type { Answer, Api, HumanAnswer, PredictionAnswer, Question } from './api.ts';
import { Controls } from './controls.ts';
import { curlLines } from './curl.ts';
import { decisionForm } from './decision.ts';
import { byId, element, show } from './element.ts';
import { paletteOf } from './palette.ts';
import type { Picture } from './picture.ts';
import { describeProblem } from './problem-view.ts';
import { authOf, type PageSettings } from './settings.ts';
import { Stage } from './stage.ts';
import { atLeast } from './threshold.ts';
import { predictUpload, type UploadProgress } from './upload.ts';

type Detections = PredictionAnswer['detections'];

/** What is on show: an answer, and, once the slider asked for them, the detections down to the lowest confidence. */
interface Shown {
  readonly answer: PredictionAnswer;
  /** The least confidence that was asked for, or none: the endpoint's own. */
  readonly asked: number | undefined;
  all?: Detections;
}

/** Trying an endpoint: a picture goes in, and what is found is seen over it. */
export class Try {
  private readonly settings: PageSettings;
  private readonly api: Api;
  private readonly controls: Controls;
  private readonly stage = new Stage((index) => this.point(index));
  private picture: Picture | undefined;
  private shown: Shown | undefined;
  private running = new AbortController();

  constructor(settings: PageSettings, api: Api) {
    this.settings = settings;
    this.api = api;
    this.controls = new Controls(settings.endpoints, {
      onQuestion: () => this.ask(),
      onThreshold: () => this.rethreshold(),
    });
    byId('again', HTMLElement).addEventListener('click', () => this.ask());
    byId('copy', HTMLElement).addEventListener('click', () => copyCurl());
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

  /** Says in words what went wrong. */
  fail(error: unknown): void {
    const place = byId('problem', HTMLElement);
    place.replaceChildren(...describeProblem(error));
    show(place, true);
  }

  /** Asks the chosen endpoint about the picture; an earlier question is given up. */
  ask(): void {
    this.running.abort();
    this.clear();
    this.writeCurl();
    if (!this.picture || authOf(this.settings) === 'iam') return;
    this.running = new AbortController();
    const { signal } = this.running;
    const question = this.controls.question();
    this.busy(true);
    const start = performance.now();
    this.send(question, this.picture, signal)
      .then((answer) => this.receive(answer, this.controls.threshold, performance.now() - start))
      .catch((error: unknown) => signal.aborted || this.fail(error))
      .finally(() => signal.aborted || this.busy(false));
  }

  private send(question: Question, picture: Picture, signal: AbortSignal): Promise<Answer> {
    if (!this.isBig(picture)) return this.api.predict(question, picture, signal);
    const onProgress = (progress: UploadProgress) => showProgress(progress);
    return predictUpload(this.api, question, picture, { signal, onProgress });
  }

  private receive(answer: Answer, asked: number | undefined, elapsed: number): void {
    if (answer.status !== 'done') {
      this.receiveHuman(answer);
      return;
    }
    this.shown = { answer, asked };
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

  /** What the answer holds at the slider's threshold. */
  private visible({ answer, asked, all }: Shown): Detections {
    const { threshold } = this.controls;
    if (threshold === undefined || threshold === asked) return answer.detections;
    return [...atLeast(all ?? answer.detections, threshold)];
  }

  private redraw(): void {
    if (!this.shown || !this.picture) return;
    const { answer } = this.shown;
    const detections = this.visible(this.shown);
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
    show(byId('again', HTMLElement), this.shown !== undefined && this.controls.threshold !== this.shown.asked);
    const { shown, picture, running } = this;
    if (!shown || !picture || shown.all || this.controls.threshold === undefined || this.isBig(picture)) return;
    shown.all = shown.answer.detections;
    this.api
      .predict(this.controls.question(this.controls.lowest), picture, running.signal)
      .then((answer) => {
        if (answer.status === 'done') shown.all = answer.detections;
        if (this.shown === shown) this.redraw();
      })
      .catch((error: unknown) => running.signal.aborted || this.fail(error));
  }

  /** Too big for a request, so that it is uploaded: once is enough, the slider then hides but does not find more. */
  private isBig({ file }: Picture): boolean {
    return file.size > this.settings.maxBodyBytes;
  }

  private clear(): void {
    this.shown = undefined;
    show(byId('problem', HTMLElement), false);
    show(byId('again', HTMLElement), false);
    byId('live', HTMLElement).textContent = '';
    byId('boxes', HTMLElement).replaceChildren();
    byId('result', HTMLElement).replaceChildren();
    byId('headline', HTMLElement).replaceChildren();
  }

  private busy(busy: boolean): void {
    show(byId('busy', HTMLElement), busy);
    show(byId('progress', HTMLElement), false);
    byId('stage', HTMLElement).setAttribute('aria-busy', `${busy}`);
  }

  private writeCurl(): void {
    const { maxBodyBytes } = this.settings;
    const context = { origin: location.origin, auth: authOf(this.settings), maxBodyBytes };
    byId('curl', HTMLElement).textContent = curlLines(this.controls.question(), this.picture, context);
  }
}

function showProgress(progress: UploadProgress): void {
  const bar = byId('progress-bar', HTMLProgressElement);
  const words = byId('progress-words', HTMLElement);
  show(byId('progress', HTMLElement), true);
  if (progress === 'waiting') {
    bar.removeAttribute('value');
    words.textContent = 'Uploaded; waiting for the result';
  } else {
    bar.value = progress.sent;
    words.textContent = `Uploading: ${Math.round(progress.sent * 100)} %`;
  }
}

async function copyCurl(): Promise<void> {
  const button = byId('copy', HTMLElement);
  const text = byId('curl', HTMLElement).textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    // No clipboard without TLS, or without leave: the text is selected for the person to copy.
    getSelection()?.selectAllChildren(byId('curl', HTMLElement));
    button.textContent = 'Selected';
  }
}

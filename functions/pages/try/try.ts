import type { Answer, Api, HumanAnswer } from '../common/api.ts';
import { copyText } from '../common/copy.ts';
import { curlContextOf } from '../common/curl.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf, type PageSettings } from '../common/page-settings.ts';
import type { Picture } from '../common/picture.ts';
import type { PredictionRequest } from '../common/prediction-request.ts';
import { detectionTable, headline, provenance, sentence, timing } from './answer-view.ts';
import { Controls } from './controls.ts';
import { curlLines } from './curl.ts';
import { type DecisionSubject, decisionForm } from './decision.ts';
import { Exploration } from './exploration.ts';
import { paletteOf } from './palette.ts';
import {
  clearAnswer,
  showBusy,
  showConversion,
  showDemonstration,
  showNotSent,
  showProblem,
  showProgress,
} from './panel.ts';
import { PictureView } from './picture-view.ts';
import { hundredths } from './threshold.ts';
import { predictUpload } from './upload.ts';

/** The part of the page that sends a picture to an endpoint and shows the detections over it. */
export class Try {
  private readonly settings: PageSettings;
  private readonly api: Api;
  private readonly controls: Controls;
  private readonly view = new PictureView((index) => this.highlight(index));
  private picture: Picture | undefined;
  private exploration: Exploration | undefined;
  private running = new AbortController();

  constructor(settings: PageSettings, api: Api) {
    this.settings = settings;
    this.api = api;
    this.controls = new Controls(settings.endpoints, {
      onRequest: () => this.predict(),
      onThreshold: () => this.applyThreshold(),
    });
    byId('again', HTMLElement).addEventListener('click', () => this.predict());
    byId('copy', HTMLElement).addEventListener('click', ({ currentTarget }) =>
      copyText(byId('curl', HTMLElement), currentTarget as HTMLElement),
    );
    this.writeCurl();
  }

  /** Shows a picture and sends it. @param label the label of its objects, where it is known */
  open(picture: Picture, label?: string): void {
    this.picture = picture;
    if (label !== undefined) this.controls.chooseFor(label);
    this.view.open(picture);
    show(byId('another', HTMLElement), true);
    showConversion(picture);
    this.predict();
  }

  /** Sends the picture to the chosen endpoint. Aborts an earlier request. */
  predict(): void {
    this.running.abort();
    this.exploration = undefined;
    clearAnswer();
    this.writeCurl();
    if (!this.picture) return;
    if (authOf(this.settings, 'callers') === 'iam') {
      showNotSent();
      return;
    }
    this.running = new AbortController();
    const { signal } = this.running;
    const requested = this.controls.threshold;
    showBusy(true);
    const start = performance.now();
    this.send(this.controls.request(), this.picture, signal)
      .then((answer) => this.receive(answer, requested, performance.now() - start))
      .catch((error: unknown) => signal.aborted || showProblem(error))
      .finally(() => signal.aborted || showBusy(false));
  }

  private send(request: PredictionRequest, picture: Picture, signal: AbortSignal): Promise<Answer> {
    if (!this.isLarge(picture)) return this.api.predict(request, picture, signal);
    return predictUpload(this.api, request, picture, { signal, onProgress: showProgress });
  }

  private receive(answer: Answer, requested: number | undefined, elapsed: number): void {
    show(byId('threshold', HTMLElement), answer.status === 'done');
    if (answer.status !== 'done') {
      this.receiveHuman(answer);
      return;
    }
    // Because live can have another model than the settings that the page knows.
    showDemonstration(answer.model.name);
    this.exploration = new Exploration(answer, requested);
    const roundTrip = answer.source.kind === 'http' ? elapsed : undefined;
    const time = timing(answer.timing_ms, roundTrip);
    byId('result', HTMLElement).replaceChildren(time, provenance(answer), ...this.decision(answer));
    this.redraw();
  }

  private receiveHuman(answer: HumanAnswer): void {
    showDemonstration(undefined);
    const text = answer.count === null ? 'Waiting for a human to count.' : `Counted by a human: ${answer.count}.`;
    byId('headline', HTMLElement).replaceChildren(element('p', { class: 'count' }, text));
    byId('live', HTMLElement).textContent = text;
    byId('result', HTMLElement).replaceChildren(...this.decision({ ...answer, count: null }));
  }

  /** None where decisions must be signed, because a page cannot sign them. */
  private decision(subject: DecisionSubject): readonly HTMLElement[] {
    return authOf(this.settings, 'operators') === 'iam' ? [] : [decisionForm(this.api, subject)];
  }

  private redraw(): void {
    if (!this.exploration || !this.picture) return;
    const { answer } = this.exploration;
    const detections = this.exploration.detections(this.controls.threshold);
    const { labels, modelSummaries } = this.controls.endpoint;
    const known = modelSummaries.find(({ name }) => name === answer.model.name)?.labels ?? [];
    const palette = paletteOf(known);
    this.view.draw({ image: answer.image, detections, palette });
    const table = detectionTable(detections, palette, (index) => this.highlight(index));
    byId('headline', HTMLElement).replaceChildren(...headline(detections, labels ?? known, palette), table);
    byId('live', HTMLElement).textContent = sentence(detections, this.picture.file.name);
  }

  private highlight(index: number | undefined): void {
    this.view.highlight(index);
    for (const row of byId('headline', HTMLElement).querySelectorAll('tr'))
      row.classList.toggle('highlighted', index !== undefined && row.dataset.index === `${index}`);
  }

  /** Filters the known detections at once. Requests weaker ones, once for each picture. */
  private applyThreshold(): void {
    this.redraw();
    this.writeCurl();
    const { exploration, picture, running, controls } = this;
    this.offerRequest();
    if (!exploration || !picture || exploration.isWidened || controls.threshold === undefined || this.isLarge(picture))
      return;
    exploration
      .widen((confidence) => this.api.predict(controls.request(confidence), picture, running.signal), controls.lowest)
      .then(() => this.exploration === exploration && this.redraw())
      .catch((error: unknown) => running.signal.aborted || showProblem(error));
  }

  /** Offers a request with the threshold of the slider, because only a request stores and annotates its detections. */
  private offerRequest(): void {
    const { exploration, controls } = this;
    const button = byId('again', HTMLElement);
    const { threshold } = controls;
    button.textContent = threshold === undefined ? 'Detect again' : `Detect again with ${hundredths(threshold)}`;
    show(button, exploration !== undefined && threshold !== exploration.requested);
  }

  /** Too large for a request. It is uploaded once; the slider then filters, and requests nothing more. */
  private isLarge({ file }: Picture): boolean {
    return file.size > this.settings.maxBodyBytes;
  }

  private writeCurl(): void {
    const context = curlContextOf(this.settings, location.origin);
    byId('curl', HTMLElement).textContent = curlLines(this.controls.request(), this.picture, context);
  }
}

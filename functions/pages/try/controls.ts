import { byId, element, show } from '../common/element.ts';
import type { Endpoint } from '../common/page-settings.ts';
import type { Question } from '../common/question.ts';
import { hundredths, type Scale, scaleOf } from './threshold.ts';

/** Tells what changed: the question itself, or only what is to be seen of its answer. */
export interface ControlEvents {
  readonly onQuestion: () => void;
  readonly onThreshold: () => void;
}

/** What is asked: endpoint, model, version, options, and the threshold. */
export class Controls {
  private readonly slider = byId('confidence', HTMLInputElement);
  private readonly model = byId('model', HTMLSelectElement);
  private readonly alias = byId('alias', HTMLSelectElement);
  private readonly numbers = [byId('iou', HTMLInputElement), byId('max_side', HTMLInputElement)];
  private readonly endpoints: readonly Endpoint[];
  private chosen: Endpoint;
  private scale: Scale = { min: 0, max: 1, start: 0.5, words: '' };
  /** The threshold that the person set; none: the endpoint's or the model's own. */
  threshold: number | undefined;

  constructor(endpoints: readonly Endpoint[], { onQuestion, onThreshold }: ControlEvents) {
    this.endpoints = endpoints;
    this.chosen = endpoints[0] as Endpoint;
    byId('endpoints', HTMLElement).append(...endpoints.map((endpoint) => this.radio(endpoint, onQuestion)));
    this.choose(this.chosen.name);
    this.slider.addEventListener('input', () => this.setThreshold(this.slider.valueAsNumber, onThreshold));
    byId('confidence-reset', HTMLElement).addEventListener('click', () => this.setThreshold(undefined, onThreshold));
    this.model.addEventListener('change', () => {
      this.rescale();
      onQuestion();
    });
    for (const field of [this.alias, ...this.numbers]) field.addEventListener('change', onQuestion);
  }

  get endpoint(): Endpoint {
    return this.chosen;
  }

  /** The lowest confidence that may be asked for. */
  get lowest(): number {
    return this.scale.min;
  }

  /** @param confidence the least confidence to ask for; without it, what the slider says */
  question(confidence = this.threshold): Question {
    const options: Record<string, string> = {};
    if (this.chosen.kind === 'predict') options.model = this.model.value;
    if (confidence !== undefined) options.confidence = hundredths(confidence);
    for (const { id, value, validity } of this.numbers) if (value !== '' && validity.valid) options[id] = value;
    const alias = this.alias.value === 'candidate' ? 'candidate' : 'live';
    const { name, kind } = this.chosen;
    return { endpoint: name, kind, alias, options };
  }

  /** Chooses an endpoint that finds `label`, unless the chosen one does. */
  suit(label: string): void {
    const finds = ({ labels, modelSummaries }: Endpoint) =>
      (labels ?? modelSummaries.flatMap((summary) => summary.labels)).includes(label);
    const suited = finds(this.chosen) ? this.chosen : this.endpoints.find(finds);
    if (suited) this.choose(suited.name);
  }

  private choose(name: string): void {
    this.chosen = this.endpoints.find((endpoint) => endpoint.name === name) ?? this.chosen;
    byId(`endpoint-${name}`, HTMLInputElement).checked = true;
    this.model.replaceChildren(...this.chosen.models.map((each) => element('option', {}, each)));
    show(byId('model-field', HTMLElement), this.chosen.kind === 'predict');
    this.rescale();
  }

  private rescale(): void {
    this.scale = scaleOf(this.chosen, this.model.value);
    this.slider.min = `${this.scale.min}`;
    this.slider.max = `${this.scale.max}`;
    this.setThreshold(undefined, () => undefined);
  }

  private setThreshold(threshold: number | undefined, then: () => void): void {
    this.threshold = threshold;
    const { start, words } = this.scale;
    this.slider.value = `${threshold ?? start}`;
    const own = words === '' ? 'the model’s own' : hundredths(start);
    byId('confidence-value', HTMLOutputElement).value = threshold === undefined ? own : hundredths(threshold);
    byId('confidence-hint', HTMLElement).textContent = words;
    show(byId('confidence-reset', HTMLElement), threshold !== undefined);
    then();
  }

  private radio({ name, kind, labels }: Endpoint, onQuestion: () => void): HTMLElement {
    const id = `endpoint-${name}`;
    const input = element('input', { type: 'radio', name: 'endpoint', id, value: name });
    input.addEventListener('change', () => {
      this.choose(name);
      onQuestion();
    });
    const what = labels?.join(', ') ?? (kind === 'predict' ? 'everything' : '');
    return element('label', { for: id }, input, element('b', {}, name), element('span', {}, what));
  }
}

import { byId, element, show } from '../common/element.ts';
import type { Endpoint } from '../common/page-settings.ts';
import type { PredictionRequest } from '../common/prediction-request.ts';
import { showDemonstration } from './panel.ts';
import { hundredths, type Scale, scaleOf } from './threshold.ts';

/** Called when the request changed, or only the threshold of the detections shown. */
export interface ControlEvents {
  readonly onRequest: () => void;
  readonly onThreshold: () => void;
}

/** The controls for endpoint, model, version, options and threshold. */
export class Controls {
  private readonly slider = byId('confidence', HTMLInputElement);
  private readonly model = byId('model', HTMLSelectElement);
  private readonly alias = byId('alias', HTMLSelectElement);
  private readonly numbers = [byId('iou', HTMLInputElement), byId('max_side', HTMLInputElement)];
  private readonly endpoints: readonly Endpoint[];
  private chosen: Endpoint;
  private scale: Scale = { min: 0, max: 1, start: 0.5, hint: '' };
  /** The confidence threshold that the user set; undefined: the default of the endpoint or the model. */
  threshold: number | undefined;

  constructor(endpoints: readonly Endpoint[], { onRequest, onThreshold }: ControlEvents) {
    this.endpoints = endpoints;
    this.chosen = endpoints[0] as Endpoint;
    byId('endpoints', HTMLElement).append(...endpoints.map((endpoint) => this.radio(endpoint, onRequest)));
    this.choose(this.chosen.name);
    this.slider.addEventListener('input', () => this.setThreshold(this.slider.valueAsNumber, onThreshold));
    byId('confidence-reset', HTMLElement).addEventListener('click', () => this.setThreshold(undefined, onThreshold));
    this.model.addEventListener('change', () => {
      this.rescale();
      onRequest();
    });
    for (const field of [this.alias, ...this.numbers]) field.addEventListener('change', onRequest);
  }

  get endpoint(): Endpoint {
    return this.chosen;
  }

  /** The lowest confidence threshold allowed. */
  get lowest(): number {
    return this.scale.min;
  }

  /** @param confidence the confidence threshold; default: that of the slider */
  request(confidence = this.threshold): PredictionRequest {
    const options: Record<string, string> = {};
    if (this.chosen.kind === 'predict') options.model = this.model.value;
    if (confidence !== undefined) options.confidence = hundredths(confidence);
    for (const { id, value, validity } of this.numbers) if (value !== '' && validity.valid) options[id] = value;
    const alias = this.alias.value === 'candidate' ? 'candidate' : 'live';
    const { name, kind } = this.chosen;
    return { endpoint: name, kind, alias, options };
  }

  /** Chooses an endpoint that detects `label`, unless the chosen one does. */
  chooseFor(label: string): void {
    const detects = ({ labels, modelSummaries }: Endpoint) =>
      (labels ?? modelSummaries.flatMap((summary) => summary.labels)).includes(label);
    const suitable = detects(this.chosen) ? this.chosen : this.endpoints.find(detects);
    if (suitable) this.choose(suitable.name);
  }

  private choose(name: string): void {
    this.chosen = this.endpoints.find((endpoint) => endpoint.name === name) ?? this.chosen;
    byId(`endpoint-${name}`, HTMLInputElement).checked = true;
    this.model.replaceChildren(...this.chosen.models.map((each) => element('option', {}, each)));
    show(byId('model-field', HTMLElement), this.chosen.kind === 'predict');
    this.rescale();
  }

  private rescale(): void {
    showDemonstration(this.model.value);
    this.scale = scaleOf(this.chosen, this.model.value);
    this.slider.min = `${this.scale.min}`;
    this.slider.max = `${this.scale.max}`;
    this.setThreshold(undefined, () => undefined);
  }

  private setThreshold(threshold: number | undefined, then: () => void): void {
    this.threshold = threshold;
    const { start, hint } = this.scale;
    this.slider.value = `${threshold ?? start}`;
    const preset = hint === '' ? 'default' : hundredths(start);
    byId('confidence-value', HTMLOutputElement).value = threshold === undefined ? preset : hundredths(threshold);
    byId('confidence-hint', HTMLElement).textContent = hint;
    show(byId('confidence-reset', HTMLElement), threshold !== undefined);
    then();
  }

  private radio({ name, kind, labels }: Endpoint, onRequest: () => void): HTMLElement {
    const id = `endpoint-${name}`;
    const input = element('input', { type: 'radio', name: 'endpoint', id, value: name });
    input.addEventListener('change', () => {
      this.choose(name);
      onRequest();
    });
    const detected = labels?.join(', ') ?? (kind === 'predict' ? 'all labels' : '');
    return element('label', { for: id }, input, element('b', {}, name), element('span', {}, detected));
  }
}

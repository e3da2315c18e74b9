import type { PredictionAnswer } from '../../api/schemas.ts';
import { inPercent } from '../../report/format.ts';
import { element, jsonView } from '../common/element.ts';
import type { Palette } from './palette.ts';
import { countByLabel } from './threshold.ts';

type Detection = PredictionAnswer['detections'][number];

/** The count with its labels. @param labels the labels that the endpoint detects */
export function headline(detections: readonly Detection[], labels: readonly string[], palette: Palette): HTMLElement[] {
  const counts = countByLabel(detections);
  const number = element('b', {}, `${detections.length}`);
  const [only] = counts;
  if (!only) return [element('p', { class: 'count' }, number, ` ${labels.length === 1 ? labels[0] : 'objects'} found`)];
  if (counts.length === 1) return [element('p', { class: 'count' }, number, ' ', dot(only[0], palette), only[0])];
  const chips = counts.map(([label, count]) =>
    element('li', {}, dot(label, palette), `${label} `, element('b', {}, `${count}`)),
  );
  return [element('p', { class: 'count' }, number, ' found'), element('ul', { class: 'chips' }, ...chips)];
}

/** The count in one sentence, for screen readers. */
export function sentence(detections: readonly Detection[], name: string): string {
  const counts = countByLabel(detections).map(([label, count]) => `${count} ${label}`);
  return `${counts.length === 0 ? 'No objects' : counts.join(', ')} in ${name}.`;
}

/** Every detection as a row. @param onPoint called with the row under the pointer */
export function detectionTable(
  detections: readonly Detection[],
  palette: Palette,
  onPoint: (index: number | undefined) => void,
): HTMLElement {
  const rows = detections.map(({ label, confidence, box }, index) => {
    const size = `${Math.round(box.width)} × ${Math.round(box.height)} at ${Math.round(box.x)}, ${Math.round(box.y)}`;
    const cells = [
      element('td', { class: 'label' }, dot(label, palette), label),
      element('td', { class: 'number' }, inPercent(confidence, 0)),
      element('td', {}, size),
    ];
    const row = element('tr', { 'data-index': `${index}` }, ...cells);
    row.addEventListener('pointerenter', () => onPoint(index));
    row.addEventListener('pointerleave', () => onPoint(undefined));
    return row;
  });
  const heads = ['Label', 'Confidence', 'Box, pixels'].map((name) => element('th', { scope: 'col' }, name));
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows));
  const scroll = element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Detections' }, table);
  return element('details', rows.length <= 12 ? { open: '' } : {}, element('summary', {}, 'Detections'), scroll);
}

function dot(label: string, palette: Palette): HTMLElement {
  const mark = element('span', { class: 'dot' });
  mark.style.background = palette(label).fill;
  return mark;
}

/** The steps in the order in which they ran, their milliseconds as bars. @param roundTrip milliseconds */
export function timing(steps: Readonly<Record<string, number>>, roundTrip: number | undefined): HTMLElement {
  const { total = 0, ...parts } = steps;
  const longest = Math.max(...Object.values(parts));
  const rows = Object.entries(parts).flatMap(([step, ms]) => {
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * ms) / longest}%`;
    return [element('dt', {}, step), element('dd', {}, element('span', { class: 'track' }, bar), milliseconds(ms))];
  });
  const whole = roundTrip === undefined ? '' : `, ${milliseconds(roundTrip)} including the network`;
  const text = element('p', { class: 'fine' }, `${milliseconds(total)} in the function${whole}`);
  const heading = element('h2', {}, 'Time by step');
  return element('section', { class: 'card' }, heading, element('dl', { class: 'timing' }, ...rows), text);
}

/** The model and version of an answer, a link to the stored picture, and the whole answer. */
export function provenance(answer: PredictionAnswer): HTMLElement {
  const { model, release, annotated_image: annotated } = answer;
  const via = release.alias === null ? '' : `, alias “${release.alias}”`;
  const until = new Date(annotated.expires_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const attributes = { href: annotated.url, target: '_blank', rel: 'noopener noreferrer' };
  const link = element('a', attributes, 'Annotated picture');
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'Model and version'),
    facts([
      ['Model', `${model.name} ${model.version}`],
      ['Weights', element('code', { title: `SHA-256 ${model.sha256}` }, model.sha256.slice(0, 12))],
      ['Function', `version ${release.function_version}${via}`],
      ['Prediction', element('code', {}, answer.id)],
    ]),
    element('p', {}, link, element('span', { class: 'fine' }, ` (link expires at ${until})`)),
    element('details', {}, element('summary', {}, 'Response as JSON'), jsonView(answer)),
  );
}

function facts(rows: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  const pairs = rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element('dl', {}, ...pairs);
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

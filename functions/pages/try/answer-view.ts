import type { PredictionAnswer } from '../../api/schemas.ts';
import { inPercent } from '../../report/format.ts';
import { element, jsonView } from '../common/element.ts';
import type { Palette } from './palette.ts';
import { countByLabel } from './threshold.ts';

type Detection = PredictionAnswer['detections'][number];

/** The count with its labels, big enough to be seen first. */
export function headline(detections: readonly Detection[], sought: readonly string[], palette: Palette): HTMLElement[] {
  const counts = countByLabel(detections);
  const number = element('b', {}, `${detections.length}`);
  const [only] = counts;
  if (!only)
    return [element('p', { class: 'count' }, number, ` no ${sought.length === 1 ? sought[0] : 'object'} found`)];
  if (counts.length === 1) return [element('p', { class: 'count' }, number, ' ', dot(only[0], palette), only[0])];
  const chips = counts.map(([label, count]) =>
    element('li', {}, dot(label, palette), `${label} `, element('b', {}, `${count}`)),
  );
  return [element('p', { class: 'count' }, number, ' found'), element('ul', { class: 'chips' }, ...chips)];
}

/** The same in one sentence, for the live region. */
export function sentence(detections: readonly Detection[], name: string): string {
  const counts = countByLabel(detections).map(([label, count]) => `${count} ${label}`);
  return `${counts.length === 0 ? 'Nothing found' : counts.join(', ')} in ${name}.`;
}

/** Every detection as a row; `onPoint` is told which row is pointed at. */
export function detectionTable(
  detections: readonly Detection[],
  palette: Palette,
  onPoint: (index: number | undefined) => void,
): HTMLElement {
  const rows = detections.map(({ label, confidence, box }, index) => {
    const place = `${Math.round(box.width)} × ${Math.round(box.height)} at ${Math.round(box.x)}, ${Math.round(box.y)}`;
    const cells = [
      element('td', { class: 'label' }, dot(label, palette), label),
      element('td', { class: 'number' }, inPercent(confidence, 0)),
      element('td', {}, place),
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
  const made = element('span', { class: 'dot' });
  made.style.background = palette(label).fill;
  return made;
}

/** The steps in the order in which they ran, each with its milliseconds as a bar. */
export function timing(steps: Readonly<Record<string, number>>, roundTrip: number | undefined): HTMLElement {
  const { total = 0, ...parts } = steps;
  const longest = Math.max(...Object.values(parts));
  const rows = Object.entries(parts).flatMap(([step, ms]) => {
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * ms) / longest}%`;
    return [element('dt', {}, step), element('dd', {}, element('span', { class: 'track' }, bar), milliseconds(ms))];
  });
  const seen = roundTrip === undefined ? '' : `, ${milliseconds(roundTrip)} with the way there and back`;
  const words = element('p', { class: 'fine' }, `${milliseconds(total)} in the function${seen}`);
  const heading = element('h2', {}, 'What each step cost');
  return element('section', { class: 'card' }, heading, element('dl', { class: 'timing' }, ...rows), words);
}

/** Which model and version answered, with the way to the stored picture and the whole answer. */
export function provenance(answer: PredictionAnswer): HTMLElement {
  const { model, release, annotated_image: annotated } = answer;
  const via = release.alias === null ? '' : `, through “${release.alias}”`;
  const until = new Date(annotated.expires_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const attributes = { href: annotated.url, target: '_blank', rel: 'noopener noreferrer' };
  const link = element('a', attributes, 'Annotated picture');
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, 'Who answered'),
    facts([
      ['Model', `${model.name} ${model.version}`],
      ['Weights', element('code', { title: `SHA-256 ${model.sha256}` }, model.sha256.slice(0, 12))],
      ['Function', `version ${release.function_version}${via}`],
      ['Prediction', element('code', {}, answer.id)],
    ]),
    element('p', {}, link, element('span', { class: 'fine' }, ` stored, to be opened until ${until}`)),
    element('details', {}, element('summary', {}, 'Answer as JSON'), jsonView(answer)),
  );
}

function facts(rows: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  const pairs = rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element('dl', {}, ...pairs);
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

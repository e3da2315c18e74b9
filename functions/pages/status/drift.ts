import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';
import { DRIFT_STATES, objectsText, periodText } from './drift-text.ts';

type Drift = NonNullable<EndpointStatus['drift']>;
type Pictures = NonNullable<Drift['pictures']>;
type DriftPicture = Pictures['before'][number];

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The section about drift: what has changed, against which period, and pictures before and after.
 * @param command that shows the same in a terminal
 */
export function driftSection(drift: Drift | undefined, command: string): HTMLElement[] {
  if (!drift) return [];
  const { state, words, reference, compared, drifts = [], pictures } = drift;
  const look = state === 'drift' ? 'operator' : 'idle';
  const badge = element('span', { class: `badge ${look}` }, DRIFT_STATES[state]);
  return [
    element('div', { class: 'row' }, element('h3', {}, 'Drift'), badge),
    element('p', {}, words),
    ...(drifts.length > 1 ? [earlier(drifts.slice(0, -1))] : []),
    ...(reference && compared ? [periods({ reference, compared })] : []),
    ...(state === 'drift' ? [whatToDo(command)] : []),
    ...(pictures && pictures.before.length + pictures.after.length > 0 ? [sideBySide(pictures, state)] : []),
  ];
}

function whatToDo(command: string): HTMLElement {
  const [page, line] = [element('code', {}, 'docs/runbook.md'), element('code', {}, command)];
  return element('p', { class: 'fine' }, 'What to do: Drift in ', page, '. In a terminal: ', line, '.');
}

function earlier(drifts: NonNullable<Drift['drifts']>): HTMLElement {
  const rows = drifts.toReversed().map(({ words }) => element('li', {}, words));
  return element('details', {}, element('summary', {}, `Earlier: ${drifts.length}`), element('ul', {}, ...rows));
}

function periods({ reference, compared }: Required<Pick<Drift, 'reference' | 'compared'>>): HTMLElement {
  return element(
    'dl',
    {},
    element('dt', {}, 'reference'),
    element('dd', {}, periodText(reference)),
    element('dt', {}, 'compared'),
    element('dd', {}, periodText(compared)),
  );
}

/** Open where there is a drift. Pictures of closed details do not load. */
function sideBySide({ before, after }: Pictures, state: Drift['state']): HTMLElement {
  const shown = element('details', state === 'drift' ? { open: '' } : {});
  shown.append(
    element('summary', {}, `Pictures before and after: ${before.length} and ${after.length}`),
    element('div', { class: 'before-after' }, column('Before', before), column('After', after)),
  );
  return shown;
}

function column(heading: string, pictures: readonly DriftPicture[]): HTMLElement {
  const none = element('p', { class: 'fine' }, 'None is stored.');
  const all = element('ul', {}, ...pictures.map((picture) => element('li', {}, linked(picture, heading))));
  return element('div', {}, element('h4', {}, heading), pictures.length === 0 ? none : all);
}

/** A picture with its boxes, which leads to the picture alone. */
function linked(picture: DriftPicture, heading: string): HTMLElement {
  const { url, width, height } = picture;
  const size = { width: String(width), height: String(height) };
  const img = element('img', { src: url, alt: '', ...size, loading: 'lazy', decoding: 'async' });
  const name = `${heading}: ${objectsText(picture)}`;
  const drawn = element('span', { class: 'picture' }, img, boxes(picture));
  return element('a', { href: url, target: '_blank', 'aria-label': name, title: name }, drawn);
}

/** A line over a dark one, to be visible on any picture. */
function boxes({ width, height, detections }: DriftPicture): SVGElement {
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  for (const { box } of detections) {
    const place = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, value.toFixed(1)]));
    svg.append(shape('rect', { class: 'casing', ...place }), shape('rect', { class: 'stroke', ...place }));
  }
  return svg;
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  return created;
}

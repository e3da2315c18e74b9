import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';
import { limitsText, positions } from './gate-scale.ts';

type Gate = EndpointStatus['gates'][number];
type Bounds = NonNullable<Gate['bounds']>;

/** The gates of the last tick, each with its numbers and limits. */
export function gateList({ gates, phase }: Pick<EndpointStatus, 'gates' | 'phase'>): HTMLElement[] {
  const judged = gates.filter(({ subject }) => subject !== 'event');
  if (judged.length === 0) return [];
  const heading = phase === 'running' || phase === 'waiting' ? 'Gates' : 'Gates of the last tick';
  return [element('h3', {}, heading), element('ul', { class: 'gate-list' }, ...judged.map(row))];
}

function row({ subject, outcome, words, bounds, progress }: Gate): HTMLElement {
  const share = progress && Math.min(1, progress.need === 0 ? 1 : progress.have / progress.need);
  return element(
    'li',
    { class: outcome.replace(' ', '-') },
    element('span', { class: 'subject' }, subject),
    element('span', { class: 'outcome' }, outcome),
    bounds && gauge(bounds),
    share !== undefined && track(element('span', { class: 'filled' }), { from: 0, to: share }),
    element('span', { class: 'words' }, words, bounds && element('span', { class: 'fine' }, limitsText(bounds))),
  );
}

/** The confidence interval on a scale with both limits. */
function gauge(bounds: Bounds): HTMLElement {
  const { value, at_least, at_most, promotes_below, rolls_back_above } = bounds;
  const at = positions(bounds);
  const drawn = track(element('span', { class: 'interval' }), { from: at(at_least), to: at(at_most) });
  const mark = (kind: string, number: number | undefined) => {
    if (number === undefined) return;
    const line = element('span', { class: kind });
    line.style.left = `${100 * at(number)}%`;
    drawn.append(line);
  };
  mark('limit promotes', promotes_below);
  mark('limit rolls-back', rolls_back_above);
  mark('value', value);
  return drawn;
}

function track(filled: HTMLElement, { from, to }: { readonly from: number; readonly to: number }): HTMLElement {
  filled.style.left = `${100 * from}%`;
  filled.style.width = `${100 * Math.max(0, to - from)}%`;
  return element('span', { class: 'track', 'aria-hidden': 'true' }, filled);
}

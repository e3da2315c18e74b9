/** The estimated count error of an endpoint, week by week. */

import type { AccuracyRow } from '../../api/accuracy-schemas.ts';
import type { Api } from '../common/api.ts';
import { element, show } from '../common/element.ts';
import { modelName, periodInWords } from './accuracy-text.ts';
import { type Polling, startPolling } from './polling.ts';

/** Wait between two reads: the API reuses its estimates for as long. */
const WAIT_MS = 600_000;

/** Fills a panel, which is hidden where people have counted nothing, and where the estimates cannot be read. */
export function watchAccuracy(api: Api, endpoint: string, panel: HTMLElement): Polling {
  return startPolling(async (signal) => {
    try {
      const rows = await api.accuracy(endpoint, signal);
      panel.replaceChildren(...accuracyList(rows));
      show(panel, rows.length > 0);
    } catch (error) {
      if (signal.aborted) throw error;
      show(panel, false);
    }
    return WAIT_MS;
  });
}

/** An empty panel. */
export function accuracyPanel(endpoint: string): HTMLElement {
  return element('section', { class: 'accuracy', 'aria-label': `Estimated count error of ${endpoint}`, hidden: '' });
}

function accuracyList(rows: readonly AccuracyRow[]): HTMLElement[] {
  return [
    element('h3', {}, 'Estimated count error'),
    element('p', { class: 'fine' }, 'Without labels: from confidences, and what people counted.'),
    element('ul', { class: 'estimates' }, ...rows.map(row)),
  ];
}

function row({ from, to, model, count_error, low, high, words }: AccuracyRow): HTMLElement {
  const name = element('span', {}, periodInWords(from, to), element('span', { class: 'fine' }, ` ${modelName(model)}`));
  return element('li', {}, name, interval(count_error, low, high), element('span', { class: 'words' }, words));
}

/** The interval on a scale from 0 to 100 %. The words say the same. */
function interval(value?: number, low?: number, high?: number): HTMLElement {
  const track = element('span', { class: 'track', 'aria-hidden': 'true' });
  if (value === undefined || low === undefined || high === undefined) return track;
  const range = element('span', { class: 'interval' });
  range.style.left = `${100 * low}%`;
  range.style.width = `${100 * (high - low)}%`;
  const mark = element('span', { class: 'value' });
  mark.style.left = `${100 * value}%`;
  track.append(range, mark);
  return track;
}

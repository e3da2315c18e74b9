import { timeInWords } from '../../report/format.ts';
import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';

/** The history of the rollout, latest first. */
export function historyList(history: EndpointStatus['history']): HTMLElement[] {
  const rows = history
    .toReversed()
    .map(({ from, until, first_tick, last_tick, step, outcome, status, words, traffic }) => {
      const ticks = first_tick === last_tick ? `tick ${first_tick}` : `ticks ${first_tick}–${last_tick}`;
      const time = from === until ? timeInWords(from) : `${timeInWords(from)} – ${timeInWords(until).slice(11)}`;
      return element(
        'li',
        {},
        element('span', { class: 'fine' }, `${time}, ${ticks}`),
        element('b', {}, `${step}: ${status === 'running' ? outcome : `${outcome}, ${status}`}`),
        element('span', {}, words),
        element('span', { class: 'fine' }, `traffic after: ${traffic}`),
      );
    });
  return [element('ol', { class: 'history' }, ...rows)];
}

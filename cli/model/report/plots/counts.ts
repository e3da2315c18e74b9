import { frame, roundTicks, scales } from '../../../../functions/report/frame.ts';
import { html, type Markup } from '../../../../functions/report/html.ts';
import type { CountPair } from '../../evaluation/counts.ts';

/**
 * Counted against true numbers of one label. A circle's area is the number of photos; on the diagonal counts are exact.
 */
export function countPlot(label: string, pairs: readonly CountPair[]): Markup {
  const most = Math.max(1, ...pairs.flatMap(({ truth, counted }) => [truth, counted]));
  const ticks = roundTicks(0, most, 5).filter(Number.isInteger);
  const { x, y } = scales(ticks, ticks);
  const end = ticks.at(-1) as number;
  const groups = [...Map.groupBy(pairs, ({ truth, counted }) => `${truth} ${counted}`).values()];
  const largest = Math.max(...groups.map((group) => group.length));
  const circles = groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => {
      const { truth, counted } = group[0] as CountPair;
      const radius = 3 + 7 * Math.sqrt(group.length / largest);
      const title = html`<title>${group.length} photos with ${truth}, counted ${counted}</title>`;
      const kind = truth === counted ? 'exact' : 'off';
      const position = html`cx="${x.at(truth)}" cy="${y.at(counted)}" r="${radius.toFixed(1)}"`;
      return html`<circle class="${kind}" ${position}>${title}</circle>`;
    });
  const diagonal = html`<line class="diagonal" x1="${x.at(0)}" y1="${y.at(0)}" x2="${x.at(end)}" y2="${y.at(end)}"/>`;
  const description = `Counted against true numbers of ${label}`;
  return frame({ x, y, xTitle: 'true count', yTitle: 'counted', description }, html`${diagonal}${circles}`);
}

import { linear, roundTicks } from '../../../../functions/report/frame.ts';
import { html, type Markup } from '../../../../functions/report/html.ts';
import { type Difference, MEASURES } from '../../evaluation/compare.ts';
import { differenceInWords } from '../evaluation-words.ts';

const WIDTH = 760;
const ROW = 24;
const LEFT = 260;
const RIGHT = 200;

/**
 * Differences with their intervals, one row each, and a line at no difference.
 * @param factor of the values shown, 100 for percent
 */
export function differencePlot(differences: readonly Difference[], factor: number): Markup {
  const ends = differences.flatMap(({ interval }) => interval.map((value) => value * factor));
  const x = linear(roundTicks(Math.min(0, ...ends), Math.max(0, ...ends), 5), [LEFT, WIDTH - RIGHT]);
  const height = ROW * (differences.length + 1) + 8;
  const grid = x.ticks.map((tick) => {
    const line = html`<line class="grid" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="0" y2="${height - ROW}"/>`;
    return html`${line}<text class="tick" x="${x.at(tick)}" y="${height - 8}" text-anchor="middle">${tick}</text>`;
  });
  const label = 'Differences with 95 % intervals';
  return html`<svg class="plot wide" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${grid}
<line class="mark now" x1="${x.at(0)}" x2="${x.at(0)}" y1="0" y2="${height - ROW}"/>
${differences.map((each, index) => row(each, index * ROW + ROW / 2, (value) => x.at(value * factor)))}</svg>`;
}

function row(each: Difference, y: number, at: (value: number) => number): Markup {
  const [low, high] = each.interval;
  const measure = MEASURES[each.measure].name;
  const name = each.label === undefined ? `${measure}, mean` : `${each.label}: ${measure}`;
  return html`<text class="name" x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${name}</text>
<line class="interval ${each.verdict}" x1="${at(low)}" x2="${at(high)}" y1="${y}" y2="${y}"/>
<circle class="point ${each.verdict}" cx="${at(each.difference)}" cy="${y}" r="5"/>
<text class="name" x="${WIDTH - RIGHT + 12}" y="${y + 4}">${differenceInWords(each)}</text>`;
}

import { counted } from '../plan/counted.ts';
import { inPercent } from '../report/format.ts';
import { frame, linear, roundTicks, SIZE, scales } from '../report/frame.ts';
import { html, type Markup } from '../report/html.ts';
import { type Bins, binsOf, quantile } from './distribution.ts';
import type { TrendPoint } from './trend.ts';

/** A limit of the gate. */
export interface Bound {
  readonly value: number;
  readonly name: string;
}

/** Titles and limits of a trend. */
export interface TrendOptions {
  readonly title: string;
  readonly description: string;
  readonly bounds: readonly Bound[];
}

/** A mean with its confidence band over the number of pictures, and the limits of the gate. */
export function trendChart(points: readonly TrendPoint[], { title, description, bounds }: TrendOptions): Markup {
  const last = points.at(-1)?.count ?? 1;
  const xTicks = roundTicks(0, last, 5).filter(Number.isInteger);
  const { x, y } = scales(xTicks.length > 1 ? xTicks : [0, 1], [0, 0.25, 0.5, 0.75, 1]);
  const at = (count: number, value: number) => `${x.at(count)} ${y.at(value)}`;
  const upper = points.map(({ count, atMost }) => at(count, atMost));
  const lower = points.map(({ count, atLeast }) => at(count, atLeast)).toReversed();
  const band = html`<path class="band" d="M${[...upper, ...lower].join('L')}Z"/>`;
  const line = html`<path class="line trend" d="M${points.map(({ count, mean }) => at(count, mean)).join('L')}"/>`;
  const [from, to] = [x.at(x.ticks[0] as number), x.at(x.ticks.at(-1) as number)];
  const lines = bounds.map(({ value, name }) => {
    const title = html`<title>${name}: ${inPercent(value, 1)}</title>`;
    return html`<line class="bound" x1="${from}" x2="${to}" y1="${y.at(value)}" y2="${y.at(value)}">${title}</line>`;
  });
  const options = {
    x,
    y,
    xTitle: 'pictures compared',
    yTitle: title,
    description,
    show: (value: number) => (value <= 1 && !Number.isInteger(value) ? value.toFixed(2) : String(value)),
  };
  return frame(options, html`${band}${lines}${line}`);
}

/** Both counts of each picture: the area of a circle is the number of pictures; counts on the diagonal are equal. */
export function countChart(
  pairs: readonly { readonly baseline: number; readonly candidate: number }[],
  baselineName: string,
): Markup {
  // Not by arguments, because a bucket has more pictures than a call may have of them.
  const most = pairs.reduce((least, { baseline, candidate }) => Math.max(least, baseline, candidate), 1);
  const ticks = roundTicks(0, most, 5).filter(Number.isInteger);
  const { x, y } = scales(ticks, ticks);
  const end = ticks.at(-1) as number;
  const groups = [...Map.groupBy(pairs, ({ baseline, candidate }) => `${baseline} ${candidate}`).values()];
  const largest = groups.reduce((most, group) => Math.max(most, group.length), 1);
  const circles = groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => {
      const { baseline, candidate } = group[0] as { baseline: number; candidate: number };
      const radius = (3 + 7 * Math.sqrt(group.length / largest)).toFixed(1);
      const kind = baseline === candidate ? 'exact' : 'off';
      const title = `${counted(group.length, 'pictures')}: ${baselineName} ${baseline}, candidate ${candidate}`;
      const position = html`cx="${x.at(baseline)}" cy="${y.at(candidate)}" r="${radius}"`;
      return html`<circle class="${kind}" ${position}><title>${title}</title></circle>`;
    });
  const diagonal = html`<line class="diagonal" x1="${x.at(0)}" y1="${y.at(0)}" x2="${x.at(end)}" y2="${y.at(end)}"/>`;
  const description = `Counts of the candidate against counts of ${baselineName}, one circle for each pair`;
  return frame(
    { x, y, xTitle: `counted by ${baselineName}`, yTitle: 'candidate', description },
    html`${diagonal}${circles}`,
  );
}

const BINS = 30;

/**
 * Two latency distributions over one axis: live above, the candidate below. Only the candidate's if live has no times.
 * @param name of the version above
 */
export function latencyChart(live: readonly number[], candidate: readonly number[], name = 'live'): Markup {
  // Because the slowest 2 % would compress the rest of the axis.
  const most = Math.max(1, (quantile(live, 0.98) ?? 0) * 1.1, (quantile(candidate, 0.98) ?? 0) * 1.1);
  const ticks = roundTicks(0, most, 5);
  const end = ticks.at(-1) as number;
  const [above, below] = [binsOf(live, end, BINS), binsOf(candidate, end, BINS)];
  const tallest = Math.ceil(100 * Math.max(0.01, ...above.shares, ...below.shares));
  const isAlone = live.length === 0;
  const down = isAlone ? 1 : -1;
  const x = linear(ticks, [SIZE.left, SIZE.width - SIZE.right]);
  const y = linear(isAlone ? [0, tallest] : [-tallest, 0, tallest], [SIZE.height - SIZE.bottom, SIZE.top]);
  const marks = html`${bars(above, 'live', x.at, y.at, 1)}${bars(below, 'candidate', x.at, y.at, down)}
${median(live, x.at, y.at, tallest)}${median(candidate, x.at, y.at, down * tallest)}`;
  const description = isAlone
    ? 'Latency of the candidate, with its median as a line'
    : `Latency of the same pictures: ${name} above, candidate below, medians as lines`;
  const yTitle = isAlone ? '% candidate' : `% candidate | % ${name}`;
  const show = (value: number) => String(Math.abs(value));
  return frame({ x, y, xTitle: 'milliseconds per picture', yTitle, description, show }, marks);
}

type At = (value: number) => number;

function bars({ width, shares }: Bins, kind: string, x: At, y: At, sign: 1 | -1): Markup[] {
  return shares.flatMap((share, bin) => {
    if (share === 0) return [];
    const [left, right] = [x(bin * width), x((bin + 1) * width)];
    const [top, bottom] = [Math.min(y(0), y(100 * sign * share)), Math.max(y(0), y(100 * sign * share))];
    const across = html`x="${left}" width="${Math.max(0.5, right - left - 0.6).toFixed(1)}"`;
    const down = html`y="${top}" height="${(bottom - top).toFixed(1)}"`;
    const range = `${(bin * width).toFixed(0)} to ${((bin + 1) * width).toFixed(0)} ms`;
    const title = html`<title>${kind}: ${inPercent(share, 1)} from ${range}</title>`;
    return [html`<rect class="bar ${kind}" ${across} ${down}>${title}</rect>`];
  });
}

function median(values: readonly number[], x: At, y: At, tip: number): Markup | undefined {
  const middle = quantile(values, 0.5);
  if (middle === undefined) return undefined;
  const title = html`<title>median ${middle.toFixed(1)} ms</title>`;
  return html`<line class="median" x1="${x(middle)}" x2="${x(middle)}" y1="${y(0)}" y2="${y(tip)}">${title}</line>`;
}

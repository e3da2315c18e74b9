import { html, type Markup } from './html.ts';

/** A linear scale from values to pixels of a plot. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A scale. @param ticks values in ascending order @param pixels positions of the first and the last tick */
export function linear(ticks: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [first, last] = [ticks[0] as number, ticks.at(-1) as number];
  return { ticks, at: (value) => Math.round((from + ((value - first) / (last - first)) * (to - from)) * 10) / 10 };
}

/** Round numbers from at most `least` to at least `most`, about `count` of them. */
export function roundTicks(least: number, most: number, count: number): number[] {
  const rough = Math.max(most - least, Number.EPSILON) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) as number;
  const [first, last] = [Math.floor(least / step + 1e-9), Math.ceil(most / step - 1e-9)];
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Size and margins of a plot, pixels. */
export const SIZE = { width: 340, height: 220, left: 44, right: 12, top: 12, bottom: 38 };

/** Axes and titles of a plot. */
export interface FrameOptions {
  readonly x: Scale;
  readonly y: Scale;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Alternative text. */
  readonly description: string;
  readonly show?: (value: number) => string;
}

/** A plot: grid, axes and titles around the marks. */
export function frame({ x, y, xTitle, yTitle, description, show = String }: FrameOptions, marks: Markup): Markup {
  const { width, height, left, right, top, bottom } = SIZE;
  const middle = (left + width - right) / 2;
  const centre = (top + height - bottom) / 2;
  const columns = x.ticks.map(
    (tick) =>
      html`<text class="tick" x="${x.at(tick)}" y="${height - bottom + 15}" text-anchor="middle">${show(tick)}</text>`,
  );
  const rows = y.ticks.map((tick) => {
    const level = y.at(tick);
    const line = html`<line class="grid" x1="${left}" x2="${width - right}" y1="${level}" y2="${level}"/>`;
    return html`${line}<text class="tick" x="${left - 6}" y="${level + 4}" text-anchor="end">${show(tick)}</text>`;
  });
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}">
${columns}
${rows}
<text class="title" x="${middle}" y="${height - 4}" text-anchor="middle">${xTitle}</text>
<text class="title" transform="translate(11 ${centre}) rotate(-90)" text-anchor="middle">${yTitle}</text>
${marks}</svg>`;
}

/** Scales over the whole plot. */
export function scales(xTicks: readonly number[], yTicks: readonly number[]): { x: Scale; y: Scale } {
  const { width, height, left, right, top, bottom } = SIZE;
  return { x: linear(xTicks, [left, width - right]), y: linear(yTicks, [height - bottom, top]) };
}

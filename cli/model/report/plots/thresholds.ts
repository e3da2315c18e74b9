import { frame, type Scale, SIZE, scales } from '../../../../functions/report/frame.ts';
import { html, type Markup } from '../../../../functions/report/html.ts';
import type { OperatingPoint } from '../../evaluation/operating-points.ts';

const TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1];

export interface Marked {
  /** Threshold in the manifest. */
  readonly now: number;
  readonly best: number | undefined;
}

/** Precision, recall and F1 of one label by threshold, with the current threshold and the best one. */
export function thresholdPlot(label: string, points: readonly OperatingPoint[], { now, best }: Marked): Markup {
  const { x, y } = scales(TENTHS, TENTHS);
  const bestLine = best === undefined || best === now ? undefined : vertical(x, best, 'best');
  const marks = html`${vertical(x, now, 'now')}${bestLine}
${(['precision', 'recall', 'f1'] as const).map((key) => path(points, key, x, y))}`;
  const description = `Precision, recall and F1 of ${label} by confidence threshold`;
  return frame({ x, y, xTitle: 'confidence threshold', yTitle: 'share', description }, marks);
}

function path(points: readonly OperatingPoint[], key: 'precision' | 'recall' | 'f1', x: Scale, y: Scale): Markup {
  const known = points.filter((point) => point[key] !== undefined);
  const line = known.map(
    (point, index) => `${index === 0 ? 'M' : 'L'}${x.at(point.threshold)} ${y.at(point[key] as number)}`,
  );
  return html`<path class="line ${key}" d="${line.join('')}"/>`;
}

function vertical(x: Scale, threshold: number, kind: 'now' | 'best'): Markup {
  const { top, height, bottom } = SIZE;
  const at = x.at(threshold);
  // Because text to the right of a high threshold would leave the plot.
  const anchor = threshold > 0.6 ? 'end' : 'start';
  const row = kind === 'now' ? top + 10 : top + 24;
  const text = `${kind} ${threshold.toFixed(2)}`;
  return html`<line class="mark ${kind}" x1="${at}" x2="${at}" y1="${top}" y2="${height - bottom}"/>
<text class="tick" x="${at + (anchor === 'end' ? -4 : 4)}" y="${row}" text-anchor="${anchor}">${text}</text>`;
}

import type { Detection } from '../judge/agreement.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import { html, type Markup } from '../report/html.ts';
import { pairOf } from './pair.ts';

/** The detections of both versions as boxes, in pixels of the upright source. Unmatched ones are marked `alone`. */
export function boxes(record: ComparisonRecord): Markup[] {
  const { baseline, candidate } = pairOf(record);
  const { missed = [], extra = [] } = record.score.status === 'done' ? (record.score.comparison ?? {}) : {};
  const [alone, added] = [new Set(missed), new Set(extra)];
  return [
    ...baseline.map((each, index) => box(each, { kind: 'live', alone: alone.has(index) })),
    ...candidate.map((each, index) => box(each, { kind: 'candidate', alone: added.has(index) })),
  ];
}

interface Drawing {
  readonly kind: 'live' | 'candidate' | 'truth' | 'found';
  /** Whether the other version has no matching object. */
  readonly alone: boolean;
}

/** A line over a dark stroke, to be visible on any picture. The candidate's dashes lie over the baseline's line. */
export function box({ label, confidence, box: { x, y, width, height } }: Detection, { kind, alone }: Drawing): Markup {
  const [left, top, across, down] = [x, y, width, height].map((value) => Math.round(value * 10) / 10);
  const rect = (name: string) =>
    html`<rect class="${name}" x="${left}" y="${top}" width="${across}" height="${down}"/>`;
  const name = kind === 'live' ? 'baseline' : kind;
  const found = `${label} ${confidence.toFixed(2)}${alone ? ', not matched' : ''}`;
  const title = `${name}: ${kind === 'truth' ? label : found}`;
  const casing = kind === 'live' || kind === 'found' || alone ? rect('casing') : undefined;
  return html`<g class="box ${kind} ${alone ? 'alone' : 'both'}"><title>${title}</title>${casing}${rect('stroke')}</g>`;
}

import type { Detection } from '../judge/agreement.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import { html, type Markup } from '../report/html.ts';
import { pairOf } from './pair.ts';

/** Both answers as boxes, in pixels of the upright source; those that only one of the two has are marked `alone`. */
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
  readonly kind: 'live' | 'candidate';
  /** The other one has no such object. */
  readonly alone: boolean;
}

/** Over a dark stroke, so that it is seen on any picture; the candidate's dashes go over the baseline's line. */
function box({ label, confidence, box: { x, y, width, height } }: Detection, { kind, alone }: Drawing): Markup {
  const [left, top, across, down] = [x, y, width, height].map((value) => Math.round(value * 10) / 10);
  const rect = (name: string) =>
    html`<rect class="${name}" x="${left}" y="${top}" width="${across}" height="${down}"/>`;
  const title = `${kind === 'live' ? 'baseline' : 'candidate'}: ${label} ${confidence.toFixed(2)}${alone ? ', only here' : ''}`;
  return html`<g class="box ${kind} ${alone ? 'alone' : 'both'}"><title>${title}</title>${kind === 'live' || alone ? rect('casing') : undefined}${rect('stroke')}</g>`;
}

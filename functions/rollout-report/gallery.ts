import type { StoredDecision } from '../api/schemas.ts';
import { timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { boxes } from './boxes.ts';
import { decisionSummary } from './decision-summary.ts';
import { type Disagreement, KINDS } from './disagreements.ts';
import { countsOf, failureOf } from './pair.ts';

/** A picture of the gallery. */
export interface Picture {
  /** A URL, `data:` included. */
  readonly source: string;
  /** Pixels of the upright source, the unit of boxes. */
  readonly width: number;
  readonly height: number;
}

/** The content of the gallery. Pictures and decisions are by the comparison's id. */
export interface GalleryContent {
  readonly disagreements: readonly Disagreement[];
  /** Without the pictures that have expired. */
  readonly pictures: ReadonlyMap<string, Picture>;
  /** Absent: people record no decisions on these pictures. */
  readonly decisions?: ReadonlyMap<string, StoredDecision>;
  /** Whether captions name the keys of the pictures instead of the ids. Default: false. */
  readonly showsKeys?: boolean;
}

/** Creates the control that records a decision on a picture. @param count initial value; absent: open, without one */
export type DecisionControl = (id: string, count: number | undefined) => Markup;

/** The pictures on which both versions differ, with the detections of both, and filters. */
export function gallery(content: GalleryContent, control: DecisionControl): Markup {
  const { disagreements } = content;
  if (disagreements.length === 0) return html`<p>None: baseline and candidate agree on every picture compared.</p>`;
  return html`${filters(disagreements)}
<p id="decided" role="status">${summaryOf(content)}</p><p id="none" hidden>No picture of this kind.</p>
<div class="gallery" id="gallery">${disagreements.map((each) => figure(each, content, control))}</div>`;
}

function filters(disagreements: readonly Disagreement[]): Markup {
  const kinds = KINDS.map((kind) => ({
    kind,
    count: disagreements.filter(({ kinds }) => kinds.includes(kind)).length,
  }));
  const filter = (kind: string, count: number, on: boolean) =>
    html`<button type="button" data-kind="${kind}" aria-pressed="${String(on)}">${kind} ${count}</button>`;
  const toggle = (name: string, text: string, on: boolean) =>
    html`<button type="button" data-boxes="${name}" aria-pressed="${String(on)}">${text}</button>`;
  return html`<div class="filters" role="group" aria-label="Filter the pictures">
${filter('all', disagreements.length, true)}
${kinds.filter(({ count }) => count > 0).map(({ kind, count }) => filter(kind, count, false))}</div>
<div class="filters" role="group" aria-label="Boxes">${key('live', 'baseline')}${key('candidate', 'candidate')}
${toggle('hide-live', 'baseline boxes', true)}${toggle('hide-candidate', 'candidate boxes', true)}
${toggle('only-alone', 'only unmatched boxes', false)}</div>`;
}

function key(kind: string, name: string): Markup {
  const box = html`<g class="box ${kind}"><rect class="stroke" x="2" y="2" width="24" height="14"/></g>`;
  return html`<span class="key"><svg viewBox="0 0 28 18" aria-hidden="true">${box}</svg>${name}</span>`;
}

function summaryOf({ disagreements, decisions }: GalleryContent): string {
  if (!decisions) return '';
  const decided = disagreements.flatMap(({ record }) => {
    const decision = decisions.get(record.id);
    return decision ? [{ human: decision.count, ...modelCounts(record) }] : [];
  });
  return decisionSummary(decided, disagreements.length);
}

/** The counts of models, to compare with a human's. */
function modelCounts(record: Disagreement['record']): { baseline?: number; candidate?: number } {
  const counts = countsOf(record);
  if (record.baseline.kind === 'human') return counts ? { candidate: counts.candidate } : {};
  return { baseline: record.baseline.detections.length, ...(counts && { candidate: counts.candidate }) };
}

function figure({ record, kinds }: Disagreement, content: GalleryContent, control: DecisionControl): Markup {
  const { id, input } = record;
  const text = describe(record);
  const { baseline, candidate } = modelCounts(record);
  const decision = content.decisions?.get(id);
  const initial = decision?.count ?? countsOf(record)?.baseline ?? baseline ?? 0;
  const counts = html`data-baseline="${baseline}" data-candidate="${candidate}" data-decided="${decision?.count}"`;
  return html`<figure data-kinds="${kinds.join(',')}" ${counts}>${picture(content.pictures.get(id), record, text)}
<figcaption><div class="kinds">${kinds.map((kind) => html`<span>${kind}</span>`)}</div>
${text}<br><code class="dim">${content.showsKeys ? input : id}</code>
<p class="human">${decision && decisionInWords(decision)}</p>${control(id, initial)}</figcaption></figure>
`;
}

function picture(picture: Picture | undefined, record: Disagreement['record'], text: string): Markup {
  if (!picture) return html`<p class="gone">The picture is no longer in the bucket.</p>`;
  const { source, width, height } = picture;
  const attributes = html`alt="" width="${width}" height="${height}" loading="lazy" decoding="async"`;
  const drawn = html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">${boxes(record)}</svg>`;
  return html`<div class="picture"><img src="${source}" ${attributes}>${drawn}</div>`;
}

/** `A human counted 3 (2026-11-22 12:00:00 UTC, Ada)`. */
export function decisionInWords({ count, by, decided_at }: StoredDecision): string {
  return `A human counted ${count} (${timeInWords(decided_at)}${by === undefined ? '' : `, ${by}`}).`;
}

function describe(record: Disagreement['record']): string {
  const failure = failureOf(record);
  if (failure !== undefined) return `The candidate failed: ${failure}`;
  const counts = countsOf(record);
  const baseline = record.baseline.kind === 'human' ? 'a human counted' : 'baseline';
  const counted = counts ? `${baseline} ${counts.baseline}, candidate ${counts.candidate}` : '';
  const { comparison } = record.score.status === 'done' ? record.score : {};
  if (!comparison) return counted;
  const { matches, missed, extra } = comparison;
  return `${counted}; ${matches.length} matched, ${missed.length} missed, ${extra.length} extra`;
}

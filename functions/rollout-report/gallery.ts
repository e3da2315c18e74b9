import type { StoredDecision } from '../api/schemas.ts';
import { timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { boxes } from './boxes.ts';
import { decidedInWords } from './decided.ts';
import { type Disagreement, KINDS } from './disagreements.ts';
import { countsOf, failureOf } from './pair.ts';

/** A picture as the page shows it. */
export interface Picture {
  /** An address, or a `data:` one. */
  readonly source: string;
  /** Pixels of the upright source, in which boxes are given. */
  readonly width: number;
  readonly height: number;
}

/** What the gallery is made from. */
export interface GalleryContent {
  readonly disagreements: readonly Disagreement[];
  /** By the comparison's id; absent for pictures that are gone. */
  readonly pictures: ReadonlyMap<string, Picture>;
  /** By the comparison's id. */
  readonly decisions: ReadonlyMap<string, StoredDecision>;
}

/** How a decision on a picture can be recorded from this page. @param count what to begin with */
export type DecisionControl = (id: string, count: number) => Markup;

/** The pictures on which the two differ, both answers drawn over each, with what filters them. */
export function gallery(content: GalleryContent, control: DecisionControl): Markup {
  const { disagreements } = content;
  if (disagreements.length === 0) return html`<p>None: the two agree on every picture that was compared.</p>`;
  return html`${filters(disagreements)}
<p id="decided" role="status">${decisionsInWords(content)}</p><p id="none" hidden>No picture of this kind.</p>
<div class="gallery" id="gallery">${disagreements.map((each) => figure(each, content, control))}</div>`;
}

function filters(disagreements: readonly Disagreement[]): Markup {
  const counted = KINDS.map((kind) => ({
    kind,
    count: disagreements.filter(({ kinds }) => kinds.includes(kind)).length,
  }));
  const filter = (kind: string, count: number, on: boolean) =>
    html`<button type="button" data-kind="${kind}" aria-pressed="${String(on)}">${kind} ${count}</button>`;
  const toggle = (name: string, text: string, on: boolean) =>
    html`<button type="button" data-boxes="${name}" aria-pressed="${String(on)}">${text}</button>`;
  return html`<div class="filters" role="group" aria-label="Filter the pictures">${filter('all', disagreements.length, true)}
${counted.filter(({ count }) => count > 0).map(({ kind, count }) => filter(kind, count, false))}</div>
<div class="filters" role="group" aria-label="Boxes">${key('live', 'baseline')}${key('candidate', 'candidate')}
${toggle('hide-live', 'baseline’s boxes', true)}${toggle('hide-candidate', 'candidate’s boxes', true)}${toggle('only-alone', 'only those of one of the two', false)}</div>`;
}

function key(kind: string, name: string): Markup {
  return html`<span class="key"><svg viewBox="0 0 28 18" aria-hidden="true"><g class="box ${kind}"><rect class="stroke" x="2" y="2" width="24" height="14"/></g></svg>${name}</span>`;
}

function decisionsInWords({ disagreements, decisions }: GalleryContent): string {
  const decided = disagreements.flatMap(({ record }) => {
    const decision = decisions.get(record.id);
    return decision ? [{ human: decision.count, ...countsToJudge(record) }] : [];
  });
  return decidedInWords(decided, disagreements.length);
}

/** The counts that a human's can say something about. */
function countsToJudge(record: Disagreement['record']): { baseline?: number; candidate?: number } {
  const counts = countsOf(record);
  if (record.baseline.kind === 'human') return counts ? { candidate: counts.candidate } : {};
  return { baseline: record.baseline.detections.length, ...(counts && { candidate: counts.candidate }) };
}

function figure({ record, kinds }: Disagreement, content: GalleryContent, control: DecisionControl): Markup {
  const { id } = record;
  const words = inWords(record);
  const { baseline, candidate } = countsToJudge(record);
  const decision = content.decisions.get(id);
  const start = decision?.count ?? countsOf(record)?.baseline ?? baseline ?? 0;
  return html`<figure data-kinds="${kinds.join(',')}" data-baseline="${baseline}" data-candidate="${candidate}" data-decided="${decision?.count}">${picture(record, content.pictures.get(id), words)}<figcaption><div class="kinds">${kinds.map((kind) => html`<span>${kind}</span>`)}</div>${words}<br><code class="dim">${id}</code>
<p class="human">${decision && decisionInWords(decision)}</p>${control(id, start)}</figcaption></figure>
`;
}

function picture(record: Disagreement['record'], picture: Picture | undefined, words: string): Markup {
  if (!picture) return html`<p class="gone">The picture is no longer in the bucket.</p>`;
  const { source, width, height } = picture;
  return html`<div class="picture"><img src="${source}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${words}">${boxes(record)}</svg></div>`;
}

/** `A human counted 3 (2026-11-22 12:00:00 UTC, Ada)`. */
export function decisionInWords({ count, by, decided_at }: StoredDecision): string {
  return `A human counted ${count} (${timeInWords(decided_at)}${by === undefined ? '' : `, ${by}`}).`;
}

function inWords(record: Disagreement['record']): string {
  const failure = failureOf(record);
  if (failure !== undefined) return `The candidate failed: ${failure}`;
  const counts = countsOf(record);
  const counted = counts
    ? `${record.baseline.kind === 'human' ? 'a human counted' : 'baseline'} ${counts.baseline}, candidate ${counts.candidate}`
    : '';
  const { comparison } = record.score.status === 'done' ? record.score : {};
  if (!comparison) return counted;
  return `${counted}; ${comparison.matches.length} matched, ${comparison.missed.length} missed, ${comparison.extra.length} extra`;
}

import type { Detection } from '../../../functions/rollout/agreement.ts';
import { html, type Markup } from '../../model/report/html.ts';
import { type Disagreement, KINDS } from './disagreements.ts';
import { countsOf, failureOf, pairOf } from './pair.ts';
import type { Thumbnail } from './thumbnail.ts';

/** What the gallery is made from. */
export interface GalleryContent {
  readonly endpoint: string;
  readonly api: string;
  readonly disagreements: readonly Disagreement[];
  /** By the comparison's id; absent for pictures that are gone. */
  readonly thumbnails: ReadonlyMap<string, Thumbnail>;
}

/** The pictures on which the two differ, both answers drawn over each, with what filters them. */
export function gallery(content: GalleryContent): Markup {
  const { disagreements } = content;
  if (disagreements.length === 0) return html`<p>None: the two agree on every picture that was compared.</p>`;
  const counted = KINDS.map((kind) => ({
    kind,
    count: disagreements.filter(({ kinds }) => kinds.includes(kind)).length,
  }));
  const filter = (kind: string, count: number, on: boolean) =>
    html`<button type="button" data-kind="${kind}" aria-pressed="${String(on)}">${kind} ${count}</button>`;
  const boxes = (name: string, text: string, on: boolean) =>
    html`<button type="button" data-boxes="${name}" aria-pressed="${String(on)}">${text}</button>`;
  return html`<div class="filters" role="group" aria-label="Filter the pictures">${filter('all', disagreements.length, true)}
${counted.filter(({ count }) => count > 0).map(({ kind, count }) => filter(kind, count, false))}</div>
<div class="filters" role="group" aria-label="Boxes">${key('live', 'baseline')}${key('candidate', 'candidate')}
${boxes('hide-live', 'baseline’s boxes', true)}${boxes('hide-candidate', 'candidate’s boxes', true)}${boxes('only-alone', 'only those of one of the two', false)}</div>
<p id="none" hidden>No picture of this kind.</p>
<div class="gallery" id="gallery">${disagreements.map((each) => figure(each, content))}</div>`;
}

function key(kind: string, name: string): Markup {
  return html`<span class="key"><svg viewBox="0 0 28 18" aria-hidden="true"><g class="box ${kind}"><rect class="stroke" x="2" y="2" width="24" height="14"/></g></svg>${name}</span>`;
}

function figure({ record, kinds }: Disagreement, content: GalleryContent): Markup {
  const thumbnail = content.thumbnails.get(record.id);
  const words = inWords(record);
  const picture = thumbnail
    ? html`<svg viewBox="0 0 ${thumbnail.width} ${thumbnail.height}" role="img" aria-label="${words}"><image href="data:image/jpeg;base64,${thumbnail.base64}" width="${thumbnail.width}" height="${thumbnail.height}"/>${drawn(record, thumbnail.scale)}</svg>`
    : html`<p class="gone">The picture is no longer in the bucket.</p>`;
  return html`<figure data-kinds="${kinds.join(',')}">${picture}<figcaption><div class="kinds">${kinds.map((kind) => html`<span>${kind}</span>`)}</div>${words}<br><code class="dim">${record.id}</code>${decision(record, content)}</figcaption></figure>
`;
}

function drawn(record: Disagreement['record'], scale: number): Markup[] {
  const { baseline, candidate } = pairOf(record);
  const { missed = [], extra = [] } = record.score.status === 'done' ? (record.score.comparison ?? {}) : {};
  const [alone, added] = [new Set(missed), new Set(extra)];
  return [
    ...baseline.map((each, index) => box(each, { kind: 'live', alone: alone.has(index), scale })),
    ...candidate.map((each, index) => box(each, { kind: 'candidate', alone: added.has(index), scale })),
  ];
}

interface Drawing {
  readonly kind: 'live' | 'candidate';
  /** The other one has no such object. */
  readonly alone: boolean;
  readonly scale: number;
}

/** Over a dark stroke, so that it is seen on any picture; the candidate's dashes go over the baseline's line. */
function box({ label, confidence, box: { x, y, width, height } }: Detection, { kind, alone, scale }: Drawing): Markup {
  const [left = 0, top = 0, across = 0, down = 0] = [x, y, width, height].map(
    (value) => Math.round(value * scale * 10) / 10,
  );
  const rect = (name: string) =>
    html`<rect class="${name}" x="${left}" y="${top}" width="${across}" height="${down}"/>`;
  const title = `${kind === 'live' ? 'baseline' : 'candidate'}: ${label} ${confidence.toFixed(2)}${alone ? ', only here' : ''}`;
  return html`<g class="box ${kind} ${alone ? 'alone' : 'both'}"><title>${title}</title>${kind === 'live' || alone ? rect('casing') : undefined}${rect('stroke')}</g>`;
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

/** A page from a file has no credentials, so a person is given the command. */
function decision(record: Disagreement['record'], { api, endpoint }: GalleryContent): Markup {
  const command = `curl -X PUT ${api}/${endpoint}/predictions/${record.id}/decision -H 'content-type: application/json' -d '{"count": COUNT}'`;
  const count = countsOf(record)?.baseline ?? 0;
  return html`<details class="decision"><summary>Record how many there really are</summary><label>Count <input type="number" min="0" max="1000000" step="1" value="${count}"></label>
<code data-command="${command}">${command.replace('COUNT', String(count))}</code></details>`;
}

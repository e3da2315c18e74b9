/** Both versions against the truth of a labelled set: numbers by label, and the photos with the largest differences. */

import { SKIPPED } from '../judge/explain-labels.ts';
import { counted } from '../plan/counted.ts';
import type { DifferentPhoto, LabelledRecord } from '../records/labelled-record.ts';
import type { LabelNumbers, LabelRow } from '../records/labelled-results.ts';
import { decimal, percent, signed } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { box } from './boxes.ts';
import type { Picture } from './gallery.ts';

/** The labelled photos of a report. */
export interface Labelled {
  /** Absent: no labelled set judges a shadow of this rollout. */
  readonly labelled?: LabelledRecord;
  /** Also those of labelled photos, by their keys. */
  readonly pictures: ReadonlyMap<string, Picture>;
}

/** Key of a labelled photo in the bucket. */
export function labelledKey({ prefix }: LabelledRecord, { file }: DifferentPhoto): string {
  return `${prefix}${file}`;
}

/** Empty where no labelled set judges. */
export function labelledSection({ labelled, pictures }: Labelled): Markup {
  if (!labelled) return html``;
  const { labels, different } = labelled;
  const figures = different.flatMap((photo) => {
    const picture = pictures.get(labelledKey(labelled, photo));
    return picture ? [figure(photo, picture, labelled)] : [];
  });
  const none = html`<p>None: both versions are equally near to the truth in every photo.</p>`;
  return html`<h2>Labelled photos</h2><p>${summary(labelled)}</p>${table(labels)}
<h3>Photos with the largest differences</h3>${figures.length === 0 ? none : key()}
<div class="gallery" id="labelled">${figures}</div>`;
}

function summary({ done, photos, skipped }: LabelledRecord): string {
  const answered = `${done - skipped.length} of ${counted(photos, 'photos')} answered by both versions`;
  const named = skipped.map(({ file, reason }) => `${file} (${SKIPPED[reason]})`).join(', ');
  const without = skipped.length === 0 ? '' : ` ${counted(skipped.length, 'photos')} not used: ${named}.`;
  return `${answered}; answers as served. AP50 of all photos together.${without}`;
}

const HEAD = ['label', 'objects', 'version', 'AP50 %', 'right', 'wrong', 'missed', 'count error'];

function table(labels: readonly LabelRow[]): Markup {
  const rows = labels.flatMap(({ label, objects, live, candidate }) => [
    row([label, String(objects), 'live'], live, objects),
    row(['', '', 'candidate'], candidate, objects),
  ]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Labelled photos by label">
<table class="classes"><thead><tr>${HEAD.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function row(names: readonly string[], { ap50, right, wrong, count_error }: LabelNumbers, objects: number): Markup {
  const hasBoxes = ap50 !== null || right + wrong > 0;
  const matches = hasBoxes ? [right, wrong, Math.max(0, objects - right)].map(String) : ['–', '–', '–'];
  const cells = [...names, percent(ap50 ?? undefined), ...matches, decimal(count_error ?? undefined)];
  return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}

const KINDS = [
  ['truth', 'truth'],
  ['live', 'live'],
  ['candidate', 'candidate'],
] as const;

function key(): Markup {
  const keys = KINDS.map(([kind, name]) => {
    const line = html`<g class="box ${kind}"><rect class="stroke" x="2" y="2" width="24" height="14"/></g>`;
    return html`<span class="key"><svg viewBox="0 0 28 18" aria-hidden="true">${line}</svg>${name}</span>`;
  });
  return html`<div class="filters">${keys}</div>`;
}

function figure(photo: DifferentPhoto, picture: Picture, { measure }: LabelledRecord): Markup {
  const { file, difference, width, height, live, candidate, counts } = photo;
  const truth = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([label, count]) => `${count} ${label}`);
  const name = measure === 'ap50' ? 'AP50' : 'count error';
  const change = signed(measure === 'ap50' ? difference : -difference);
  const text =
    `${file}: ${truth.join(', ') || 'no objects'}; live ${live.length}, candidate ${candidate.length}; ` +
    `${name} of the candidate ${change}`;
  const attributes = html`alt="" width="${width}" height="${height}" loading="lazy" decoding="async"`;
  return html`<figure><div class="picture"><img src="${picture.source}" ${attributes}>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">${drawn(photo)}</svg></div>
<figcaption>${text}</figcaption></figure>
`;
}

function drawn({ boxes = [], live, candidate }: DifferentPhoto): Markup[] {
  return [
    ...boxes.map(({ label, box: at }) => box({ label, confidence: 1, box: at }, { kind: 'truth', alone: true })),
    ...live.map((each) => box(each, { kind: 'live', alone: false })),
    ...candidate.map((each) => box(each, { kind: 'candidate', alone: false })),
  ];
}

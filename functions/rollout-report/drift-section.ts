/** What the drift monitor says beside a rollout: words, and pictures before and after. */

import type { DriftStanding } from '../api/drift-schemas.ts';
import type { Detection } from '../judge/agreement.ts';
import { counted } from '../plan/counted.ts';
import { html, type Markup } from '../report/html.ts';
import { box } from './boxes.ts';
import type { Picture } from './gallery.ts';

/** A picture from before or after a drift, with the answer of the live version. */
export interface DriftedPicture extends Picture {
  readonly id: string;
  readonly detections: readonly Detection[];
}

/** The drift of a report. */
export interface Drifted {
  readonly standing: DriftStanding;
  /** Without the pictures that have expired. */
  readonly before: readonly DriftedPicture[];
  readonly after: readonly DriftedPicture[];
}

/** Empty where nothing monitors drift, or the monitor has looked at neither of the two versions. */
export function driftSection({ drifted }: { readonly drifted?: Drifted }): Markup | undefined {
  if (!drifted) return undefined;
  const { standing, before, after } = drifted;
  const { words, at, version } = standing;
  const look = at === undefined ? undefined : html`<p class="dim">Requests of version ${version}, ${minuteOf(at)}</p>`;
  const pictures = before.length + after.length > 0 ? sideBySide(drifted) : undefined;
  return html`<h2>Drift</h2><p>${words}</p>${look}${pictures}`;
}

function sideBySide({ before, after }: Drifted): Markup {
  return html`<div class="before-after">${column('Before', before)}${column('After', after)}</div>`;
}

function column(when: string, pictures: readonly DriftedPicture[]): Markup {
  const shown = html`<div class="gallery sheet">${pictures.map((picture) => figure(when, picture))}</div>`;
  return html`<div><h3>${when}</h3>${pictures.length === 0 ? html`<p>None is stored.</p>` : shown}</div>`;
}

function figure(when: string, { id, source, width, height, detections }: DriftedPicture): Markup {
  const text = `${when}: ${counted(detections.length, 'objects')}`;
  const attributes = html`alt="" width="${width}" height="${height}" loading="lazy" decoding="async"`;
  const boxes = detections.map((each) => box(each, { kind: 'found', alone: false }));
  return html`<figure><div class="picture"><img src="${source}" ${attributes}>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">${boxes}</svg></div>
<figcaption>${text}<br><code class="dim">${id}</code></figcaption></figure>
`;
}

/** `2026-11-24 17:05 UTC` */
function minuteOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The contact sheet of a job: its numbers, and pictures with the boxes that were found. */

import type { BatchLine } from '../../../functions/batch-contract.ts';
import { reportDocument } from '../../../functions/report/document.ts';
import { milliseconds, timeInWords } from '../../../functions/report/format.ts';
import { html, type Markup } from '../../../functions/report/html.ts';
import { box } from '../../../functions/rollout-report/boxes.ts';
import type { Picture } from '../../../functions/rollout-report/gallery.ts';
import { cardRow, groupTable } from '../../../functions/rollout-report/parts.ts';
import type { BatchResult } from '../compare/stored-answer.ts';
import { type JobReport, lastSegment } from '../job-report.ts';
import { whole } from '../words.ts';
import type { SheetSection } from './choice.ts';

/** A picture with its result. Absent: it is no longer stored, or cannot be shown. */
export interface SheetPicture {
  readonly picture: Picture | undefined;
  readonly result: BatchResult | undefined;
}

/** What the page shows. */
export interface SheetContent {
  readonly endpoint: string;
  /** As `s3://bucket/prefix`. */
  readonly from: string;
  readonly report: JobReport;
  readonly sections: readonly SheetSection[];
  /** By id. */
  readonly pictures: ReadonlyMap<string, SheetPicture>;
  /** Policy and style. */
  readonly head: Markup;
  readonly now: Date;
}

/** The page as HTML. */
export function sheetPage(content: SheetContent): string {
  const { endpoint, from, report, sections, head, now } = content;
  const title = `${endpoint}: job ${report.job}`;
  const about = html`version ${report.version} over ${from}; created ${timeInWords(now.toISOString())}`;
  const body = html`${cards(report)}
${sections.map((section) => sectionOf(section, content))}
${countTable(report)}${reasonTable('Rejected, by reason', report.rejected)}
${reasonTable('Failed, by error', report.failed)}`;
  return reportDocument({ title, head, about, body });
}

function cards({ pictures, done, rejected, failed, pending, counts }: JobReport): Markup {
  const objects = counts.reduce((all, [count, number]) => all + count * number, 0);
  return cardRow([
    ['pictures', whole(pictures)],
    ['done', whole(done)],
    ['objects', whole(objects)],
    ['rejected', whole(total(rejected))],
    ['failed', whole(total(failed))],
    ['not begun', whole(pending)],
  ]);
}

function sectionOf({ title, lines }: SheetSection, { pictures }: SheetContent): Markup {
  const figures = lines.map((line) => figure(line, pictures.get(line.id)));
  return html`<h2>${title}</h2><div class="gallery sheet">${figures}</div>
`;
}

function figure(line: BatchLine, { picture, result }: Partial<SheetPicture> = {}): Markup {
  const { key, count = 0, ms, status, reason = '' } = line;
  const found = `${count} ${count === 1 ? 'object' : 'objects'}, ${milliseconds(ms)} ms`;
  const text = status === 'rejected' ? lastSegment(reason) : found;
  const detail = result?.status === 'rejected' ? result.problem.detail : undefined;
  const caption = html`<figcaption>${text}<br><code class="dim">${key}</code>${
    detail === undefined ? undefined : html`<br><span class="dim">${detail}</span>`
  }</figcaption>`;
  return html`<figure>${shown(picture, result, text)}${caption}</figure>
`;
}

function shown(picture: Picture | undefined, result: BatchResult | undefined, text: string): Markup {
  if (!picture) return html`<p class="gone">Not in the bucket as it was answered, or no picture.</p>`;
  const { source, width, height } = picture;
  const detections = result?.status === 'done' ? result.detections : [];
  const boxes = detections.map((each) => box(each, { kind: 'found', alone: false }));
  return html`<div class="picture"><img src="${source}" alt="" width="${width}" height="${height}" decoding="async">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text}">${boxes}</svg></div>`;
}

function countTable({ counts, done }: JobReport): Markup | undefined {
  if (counts.length === 0) return undefined;
  const rows = counts.map(([count, pictures]) => [
    String(count),
    whole(pictures),
    `${((100 * pictures) / done).toFixed(1)} %`,
  ]);
  return groupTable('By number of objects', ['objects', 'pictures', 'share'], rows);
}

function reasonTable(title: string, tally: JobReport['rejected']): Markup | undefined {
  if (tally.length === 0) return undefined;
  return groupTable(
    title,
    ['reason', 'pictures'],
    tally.map(([reason, pictures]) => [reason, whole(pictures)]),
  );
}

function total(tally: JobReport['rejected']): number {
  return tally.reduce((all, [, number]) => all + number, 0);
}

import { explainFinding } from '../judge/explain.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { historyOf } from '../standing/history.ts';
import type { ReportData } from './data.ts';
import { type DecisionControl, type GalleryContent, gallery } from './gallery.ts';
import { shadowSection } from './shadow-section.ts';

/** What the page shows. */
export interface PageContent extends ReportData, GalleryContent {
  readonly now: Date;
}

/** Where the page stands: by itself in a file, or before the API. */
export interface Surroundings {
  /** Policy, style and script, as the place allows them. */
  readonly head: Markup;
  /** What comes after the content. */
  readonly tail?: Markup;
  readonly control: DecisionControl;
}

/** The report of one version's rollout as an HTML page. */
export function reportPage(content: PageContent, { head, tail, control }: Surroundings): string {
  const { endpoint, version, audits, comparisons, now } = content;
  const title = `${endpoint}: rollout of version ${version}`;
  const stable = audits.at(-1)?.stable_version;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>
${head}</head><body><main id="report">
<h1>${title}</h1><p class="dim">${stable === undefined ? '' : `against version ${stable}; `}made ${timeInWords(now.toISOString())}</p>
${verdict(audits.at(-1))}${comparisons.length > 0 ? shadowSection(content) : html`<p>No pictures were compared in a shadow.</p>`}
<h2>What happened</h2>${history(audits)}
<h2>Pictures to look at</h2>${gallery(content, control)}
</main>${tail}</body></html>`;
  return `${page.text}\n`;
}

function verdict(last: TickRecord | undefined): Markup | undefined {
  if (!last) return undefined;
  const colour =
    last.outcome === 'roll back' || last.status === 'stopped' ? 'back' : last.outcome === 'promote' ? 'promote' : '';
  // The words are those of the findings that decided.
  const others = last.findings
    .filter(({ outcome }) => outcome !== last.outcome)
    .map((finding) => html`<li><strong>${finding.outcome}</strong>: ${explainFinding(finding)}</li>`);
  return html`<section class="verdict ${colour}"><h2>${last.status === 'running' ? `${last.outcome}, in ${last.step.words}` : last.status}</h2>
<p>${last.words}</p><p class="dim">${last.traffic}; ${last.step.words}, tick ${last.tick}, ${timeInWords(last.at)}</p>${others.length > 0 ? html`<ul>${others}</ul>` : undefined}</section>`;
}

function history(audits: readonly TickRecord[]): Markup {
  const rows = historyOf(audits).map(
    ({ from, until, first_tick, last_tick, step, status, outcome, words, traffic }) => {
      const ticks = first_tick === last_tick ? first_tick : `${first_tick}–${last_tick}`;
      const time = from === until ? timeInWords(from) : html`${timeInWords(from)}<br>${timeInWords(until)}`;
      return html`<tr><td class="time">${time}</td><td>${ticks}</td><td>${step}</td><td>${status === 'running' ? outcome : `${outcome}; ${status}`}</td><td>${words}</td><td>${traffic}</td></tr>`;
    },
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What happened"><table class="history"><thead><tr>${['time', 'ticks', 'step', 'outcome', 'why', 'live traffic after'].map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

import { explainFinding } from '../judge/explain.ts';
import { explainWait } from '../judge/explain-wait.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { reportDocument } from '../report/document.ts';
import { timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { historyOf } from '../standing/history.ts';
import type { ReportData } from './data.ts';
import { type Drifted, driftSection } from './drift-section.ts';
import { type DecisionControl, type GalleryContent, gallery } from './gallery.ts';
import { labelledSection } from './labelled-section.ts';
import { peoplesSection } from './peoples-section.ts';
import { shadowSection } from './shadow-section.ts';
import { toJudgeSection } from './to-judge.ts';

/** The content of the report. */
export interface PageContent extends ReportData, GalleryContent {
  readonly now: Date;
  /** What the drift monitor says of one of the two versions. Absent: nothing. */
  readonly drifted?: Drifted;
}

/** The parts of the page that differ between a file and the API. */
export interface Surroundings {
  /** Policy, style and script. */
  readonly head: Markup;
  /** Markup after the content. */
  readonly tail?: Markup;
  readonly control: DecisionControl;
  /** Address of the page where people judge; absent in a file. */
  readonly judgePage?: string;
}

/** The report of one version's rollout as an HTML page. */
export function reportPage(content: PageContent, surroundings: Surroundings): string {
  const { head, tail, control } = surroundings;
  const { endpoint, version, audits, comparisons, now } = content;
  const title = `${endpoint}: rollout of version ${version}`;
  const stable = audits.at(-1)?.stable_version;
  const against = stable === undefined ? '' : `against version ${stable}; `;
  const shadow = comparisons.length > 0 ? shadowSection(content) : html`<p>No pictures were compared in a shadow.</p>`;
  // A labelled set has photos of its own.
  const isCompared = comparisons.length > 0 || !content.labelled;
  const about = html`${against}created ${timeInWords(now.toISOString())}`;
  const body = html`${verdict(audits.at(-1), endpoint)}${peoplesSection(audits)}
${toJudgeSection(content, surroundings)}${driftSection(content)}${labelledSection(content)}
${isCompared ? shadow : undefined}
<h2>History</h2>${history(audits)}
${isCompared ? html`<h2>Largest differences</h2>${gallery(content, control)}` : undefined}`;
  return reportDocument({ title, head, about, body, tail });
}

function verdict(last: TickRecord | undefined, endpoint: string): Markup | undefined {
  if (!last) return undefined;
  const { outcome, status, step, tick, traffic, words, at, wait } = last;
  const colour = outcome === 'roll back' || status === 'stopped' ? 'back' : outcome === 'promote' ? 'promote' : '';
  // `words` already contains the findings that decided.
  const others = last.findings
    .filter((finding) => finding.outcome !== outcome)
    .map((finding) => html`<li><strong>${finding.outcome}</strong>: ${explainFinding(finding, endpoint)}</li>`);
  const waiting = wait && html`<p>${explainWait(wait)}</p>`;
  return html`<section class="verdict ${colour}">
<h2>${status === 'running' ? `${outcome}, in ${step.words}` : status}</h2>
<p>${words}</p>${waiting}
<p class="dim">${traffic}; ${step.words}, tick ${tick}, ${timeInWords(at)}</p>
${others.length > 0 ? html`<ul>${others}</ul>` : undefined}</section>`;
}

const HISTORY_HEAD = ['time', 'ticks', 'step', 'outcome', 'reason', 'live traffic after'];

function history(audits: readonly TickRecord[]): Markup {
  const rows = historyOf(audits).map(
    ({ from, until, first_tick, last_tick, step, status, outcome, words, traffic }) => {
      const ticks = first_tick === last_tick ? first_tick : `${first_tick}–${last_tick}`;
      const time = from === until ? timeInWords(from) : html`${timeInWords(from)}<br>${timeInWords(until)}`;
      const result = status === 'running' ? outcome : `${outcome}; ${status}`;
      const cells = [ticks, step, result, words, traffic].map((cell) => html`<td>${cell}</td>`);
      return html`<tr><td class="time">${time}</td>${cells}</tr>`;
    },
  );
  const head = HISTORY_HEAD.map((name) => html`<th>${name}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="History">
<table class="history"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

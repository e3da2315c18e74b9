import { explainFinding } from '../../../functions/rollout/explain.ts';
import type { TickRecord } from '../../../functions/rollout/records.ts';
import { summarize } from '../../../functions/rollout/shadow-tally.ts';
import type { Finding, Gate } from '../../../functions/rollout/verdict.ts';
import { html, Markup } from '../../model/report/html.ts';
import { decimal, percent, signed } from '../../model/report/numbers.ts';
import { STYLE } from '../../model/report/style.ts';
import { timeInWords } from '../status-table.ts';
import { type Bound, countChart, latencyChart, trendChart } from './charts.ts';
import { classRows } from './classes.ts';
import type { ReportData } from './data.ts';
import type { Disagreement } from './disagreements.ts';
import { quantile } from './distribution.ts';
import { gallery } from './gallery.ts';
import { historyOf } from './history.ts';
import { countsOf, timesOf } from './pair.ts';
import { SCRIPT } from './script.ts';
import { ROLLOUT_STYLE } from './style.ts';
import type { Thumbnail } from './thumbnail.ts';
import { trendOf } from './trend.ts';

/** What the page shows. */
export interface PageContent extends ReportData {
  readonly disagreements: readonly Disagreement[];
  readonly thumbnails: ReadonlyMap<string, Thumbnail>;
  readonly now: Date;
}

/** Nothing may be fetched, whatever is in the records. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** One page that needs nothing beside itself. */
export function reportPage(content: PageContent): string {
  const { endpoint, version, audits, comparisons, now } = content;
  const title = `${endpoint}: rollout of version ${version}`;
  const stable = audits.at(-1)?.stable_version;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}"><title>${title}</title>
<style>${new Markup(STYLE + ROLLOUT_STYLE)}</style></head><body>
<h1>${title}</h1><p class="dim">${stable === undefined ? '' : `against version ${stable}; `}made ${timeInWords(now.toISOString())}</p>
${verdict(audits.at(-1))}${comparisons.length > 0 ? shadow(content) : html`<p>No pictures were compared in a shadow.</p>`}
<h2>What happened</h2>${history(audits)}
<h2>Pictures to look at</h2>${gallery(content)}
<script>${new Markup(SCRIPT)}</script></body></html>`;
  return `${page.text}\n`;
}

function verdict(last: TickRecord | undefined): Markup | undefined {
  if (!last) return undefined;
  const colour =
    last.outcome === 'roll back' || last.status === 'stopped' ? 'back' : last.outcome === 'promote' ? 'promote' : '';
  const arithmetic = last.findings.map(
    (finding) => html`<li><strong>${finding.outcome}</strong>: ${explainFinding(finding)}</li>`,
  );
  return html`<section class="verdict ${colour}"><h2>${last.status === 'running' ? `${last.outcome}, in ${last.step}` : last.status}</h2>
<p>${last.words}</p><p class="dim">${last.traffic}; ${last.step}, tick ${last.tick}, ${timeInWords(last.at)}</p>${arithmetic.length > 1 ? html`<ul>${arithmetic}</ul>` : undefined}</section>`;
}

function shadow(content: PageContent): Markup {
  return html`<h2>The shadow</h2>${cards(content)}<div class="charts">${charts(content)}</div>${classes(content)}`;
}

function cards(content: PageContent): Markup {
  const { tally, comparisons } = content;
  const { disagreement, countError, failed } = summarize(tally);
  const ofLive = comparisons.some(({ baseline }) => baseline.kind === 'live');
  const agreement = disagreement.mean === undefined ? undefined : 1 - disagreement.mean;
  const { baseline, candidate } = times(content);
  const all: (readonly [string, string])[] = [
    ['pictures compared', String(tally.pictures)],
    ...(ofLive
      ? [
          [
            `agreement, ${percent(1 - disagreement.atMost)}–${percent(1 - disagreement.atLeast)} %`,
            `${percent(agreement)} %`,
          ] as const,
        ]
      : []),
    [`count error, ${percent(countError.atLeast)}–${percent(countError.atMost)} %`, `${percent(countError.mean)} %`],
    [`failed, at most ${percent(failed.atMost)} %`, String(tally.failures)],
    ['median, baseline → candidate', `${median(baseline)} → ${median(candidate)} ms`],
  ];
  return html`<div class="cards">${all.map(([name, value]) => html`<div class="card"><b>${value}</b><span>${name}</span></div>`)}</div>`;
}

function median(values: readonly number[]): string {
  return quantile(values, 0.5)?.toFixed(0) ?? '–';
}

function times({ comparisons }: PageContent): { baseline: number[]; candidate: number[] } {
  const all = comparisons.map(timesOf);
  return {
    baseline: all.flatMap(({ baseline }) => baseline ?? []),
    candidate: all.flatMap(({ candidate }) => candidate ?? []),
  };
}

function charts(content: PageContent): Markup[] {
  const { comparisons } = content;
  const [first, last] = [comparisons[0], comparisons.at(-1)];
  const time = first && last ? `from ${timeInWords(first.compared_at)} to ${timeInWords(last.compared_at)}` : '';
  const baseline = first?.baseline.kind === 'human' ? 'a human' : 'live';
  const pairs = comparisons.flatMap((record) => countsOf(record) ?? []);
  return [
    ...agreementChart(content, time),
    ...countErrorChart(content, time),
    chart(
      'Counts',
      countChart(pairs, baseline),
      'Each circle is a pair of counts, its area the number of pictures. On the dashed line the two counted the same.',
    ),
    ...latency(content),
  ];
}

function chart(title: string, plot: Markup, words: string): Markup {
  return html`<div class="chart"><h3>${title}</h3>${plot}<p class="dim">${words}</p></div>`;
}

const BAND = 'the band holds the mean at every look together, each bound with 95 % certainty';

function agreementChart({ comparisons, audits }: PageContent, time: string): Markup[] {
  const values = comparisons.flatMap(({ score }) =>
    score.status === 'done' && score.comparison && isSeen(score.objects) ? [score.comparison.agreement] : [],
  );
  if (values.length === 0) return [];
  const bounds = boundsOf(audits, 'agreement').map(({ value, name }) => ({ value: 1 - value, name }));
  const words = `Share of all objects that both see, over ${values.length} pictures with objects, ${time}; ${BAND}. ${boundsInWords(bounds)}`;
  return [
    chart(
      'Agreement',
      trendChart(trendOf(values), { title: 'agreement', description: 'Mean agreement with its bounds', bounds }),
      words,
    ),
  ];
}

function countErrorChart({ comparisons, audits }: PageContent, time: string): Markup[] {
  const values = comparisons.flatMap(({ score }) =>
    score.status === 'done' && isSeen(score.objects) ? [score.countError] : [],
  );
  if (values.length === 0) return [];
  const bounds = boundsOf(audits, 'countError');
  const words = `By how much the candidate’s count is off, over ${values.length} pictures with objects, ${time}; ${BAND}. ${boundsInWords(bounds)}`;
  return [
    chart(
      'Count error',
      trendChart(trendOf(values), { title: 'count error', description: 'Mean count error with its bounds', bounds }),
      words,
    ),
  ];
}

function isSeen({ baseline, candidate }: { baseline: number; candidate: number }): boolean {
  return baseline > 0 || candidate > 0;
}

type MeanFinding = Extract<Finding, { kind: 'mean' }>;

/** The gate's bounds, as the last shadow tick had them. */
function boundsOf(audits: readonly TickRecord[], gate: Gate): Bound[] {
  const isOfGate = (finding: Finding): finding is MeanFinding =>
    finding.kind === 'mean' && finding.gate === gate && finding.things === 'pictures';
  const found = audits.findLast(({ findings }) => findings.some(isOfGate))?.findings.find(isOfGate);
  if (!found) return [];
  return [
    { value: found.test.tolerance, name: 'tolerance' },
    { value: found.test.margin, name: 'margin' },
  ];
}

function boundsInWords(bounds: readonly Bound[]): string {
  return bounds.length === 0
    ? ''
    : `Dashed: ${bounds.map(({ name, value }) => `${name} ${percent(value)} %`).join(', ')}.`;
}

function latency(content: PageContent): Markup[] {
  const { baseline, candidate } = times(content);
  if (candidate.length === 0) return [];
  const words = (name: string, values: readonly number[]) =>
    values.length === 0
      ? `${name}: not timed`
      : `${name}: median ${median(values)} ms, 95 % within ${quantile(values, 0.95)?.toFixed(0)} ms`;
  const text = `The same pictures at the same time. ${words('Live', baseline)}; ${words('candidate', candidate)}. The slowest are in the last bar.`;
  return [chart('Latency', latencyChart(baseline, candidate), text)];
}

function classes({ comparisons }: PageContent): Markup | undefined {
  const rows = classRows(comparisons);
  if (rows.length === 0) return undefined;
  const head = [
    'label',
    'baseline',
    'candidate',
    'matched',
    'missed',
    'extra',
    'agreement',
    'mean IoU',
    'confidence shift',
  ];
  const cells = rows.map((row) => [
    row.label,
    row.baseline,
    row.candidate,
    row.matched,
    row.missed,
    row.extra,
    `${percent(row.agreement)} %`,
    decimal(row.meanIou),
    signed(row.confidenceShift),
  ]);
  return html`<h2>By label</h2><div class="scroll"><table class="classes"><thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${cells.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function history(audits: readonly TickRecord[]): Markup {
  const rows = historyOf(audits).map(({ from, until, firstTick, lastTick, step, status, outcome, words, traffic }) => {
    const ticks = firstTick === lastTick ? firstTick : `${firstTick}–${lastTick}`;
    const time = from === until ? timeInWords(from) : html`${timeInWords(from)}<br>${timeInWords(until)}`;
    return html`<tr><td class="time">${time}</td><td>${ticks}</td><td>${step}</td><td>${status === 'running' ? outcome : `${outcome}; ${status}`}</td><td>${words}</td><td>${traffic}</td></tr>`;
  });
  return html`<div class="scroll"><table class="history"><thead><tr>${['time', 'ticks', 'step', 'outcome', 'why', 'live traffic after'].map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

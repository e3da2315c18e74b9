/** The results of the shadow: numbers and charts. */

import type { Finding, Gate } from '../judge/finding.ts';
import { summarize } from '../judge/shadow-tally.ts';
import { counted } from '../plan/counted.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { decimal, percent, signed, timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { type Bound, countChart, latencyChart, trendChart } from './charts.ts';
import { classRows } from './classes.ts';
import type { ReportData } from './data.ts';
import { quantile } from './distribution.ts';
import { countsOf, timesOf } from './pair.ts';
import { cardRow, chart, groupTable } from './parts.ts';
import { trendOf } from './trend.ts';

/** Cards, charts and the table by label. */
export function shadowSection(content: ReportData): Markup {
  return html`<h2>Shadow comparison</h2>${cards(content)}
<div class="charts">${charts(content)}</div>${classes(content)}`;
}

function cards(content: ReportData): Markup {
  const { tally, comparisons } = content;
  const { disagreement, countError, failed } = summarize(tally);
  const ofLive = comparisons.some(({ baseline }) => baseline.kind === 'live');
  const { baseline, candidate } = times(content);
  const all: (readonly [string, string])[] = [
    [tally.pictures === 1 ? 'picture compared' : 'pictures compared', String(tally.pictures)],
    ...scenesCard(content),
    ...(ofLive
      ? [
          [
            `disagreement, ${percent(disagreement.atLeast)}–${percent(disagreement.atMost)} %`,
            `${percent(disagreement.mean)} %`,
          ] as const,
        ]
      : []),
    [`count error, ${percent(countError.atLeast)}–${percent(countError.atMost)} %`, `${percent(countError.mean)} %`],
    [`failed, at most ${percent(failed.atMost)} %`, String(tally.failures)],
    baseline.length === 0
      ? ['candidate, median', `${median(candidate)} ms`]
      : ['median, baseline → candidate', `${median(baseline)} → ${median(candidate)} ms`],
  ];
  return cardRow(all);
}

/** Repeated pictures are no evidence, so that a reader has to know how many there were. */
function scenesCard({ audits }: ReportData): (readonly [string, string])[] {
  const isOfScenes = (finding: Finding) => finding.kind === 'scenes';
  const found = audits.findLast(({ findings }) => findings.some(isOfScenes))?.findings.find(isOfScenes);
  if (!found) return [];
  const { pictures, different, scenes } = found;
  return [
    [
      `${scenes === 1 ? 'scene' : 'scenes'} in ${counted(pictures, 'pictures')}, ${different} different`,
      String(scenes),
    ],
  ];
}

function median(values: readonly number[]): string {
  return quantile(values, 0.5)?.toFixed(0) ?? '–';
}

function times({ comparisons }: ReportData): { baseline: number[]; candidate: number[] } {
  const all = comparisons.map(timesOf);
  return {
    baseline: all.flatMap(({ baseline }) => baseline ?? []),
    candidate: all.flatMap(({ candidate }) => candidate ?? []),
  };
}

function charts(content: ReportData): Markup[] {
  const { comparisons } = content;
  const [first, last] = [comparisons[0], comparisons.at(-1)];
  const time = first && last ? `from ${timeInWords(first.compared_at)} to ${timeInWords(last.compared_at)}` : '';
  const baseline = first?.baseline.kind === 'human' ? 'a human' : 'live';
  const pairs = comparisons.flatMap((record) => countsOf(record) ?? []);
  return [
    ...disagreementChart(content, time),
    ...countErrorChart(content, time),
    chart(
      'Counts',
      countChart(pairs, baseline),
      'One circle for each pair of counts; its area is the number of pictures. Counts on the dashed line are equal.',
    ),
    ...latency(content),
  ];
}

const BAND = 'the band is an always-valid confidence interval with 95 % for each bound';

function disagreementChart({ comparisons, audits }: ReportData, time: string): Markup[] {
  const values = comparisons.flatMap(({ score }) =>
    score.status === 'done' && score.comparison && isSeen(score.objects) ? [1 - score.comparison.agreement] : [],
  );
  if (values.length === 0) return [];
  const bounds = boundsOf(audits, 'agreement');
  const over = `over ${counted(values.length, 'pictures with objects')}, ${time}`;
  const share = 'Share of the objects that only one of the two versions detects';
  const text = `${share}, ${over}; ${BAND}. ${boundsInWords(bounds)}`;
  return [
    chart(
      'Disagreement',
      trendChart(trendOf(values), { title: 'disagreement', description: 'Mean disagreement with its bounds', bounds }),
      text,
    ),
  ];
}

function countErrorChart({ comparisons, audits }: ReportData, time: string): Markup[] {
  const values = comparisons.flatMap(({ score }) =>
    score.status === 'done' && isSeen(score.objects) ? [score.countError] : [],
  );
  if (values.length === 0) return [];
  const bounds = boundsOf(audits, 'countError');
  const over = `over ${counted(values.length, 'pictures with objects')}, ${time}`;
  const text = `Error of the candidate’s count, ${over}; ${BAND}. ${boundsInWords(bounds)}`;
  return [
    chart(
      'Count error',
      trendChart(trendOf(values), { title: 'count error', description: 'Mean count error with its bounds', bounds }),
      text,
    ),
  ];
}

function isSeen({ baseline, candidate }: { baseline: number; candidate: number }): boolean {
  return baseline > 0 || candidate > 0;
}

type MeanFinding = Extract<Finding, { kind: 'mean' }>;

/** The limits of the gate at the last shadow tick. */
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

function latency(content: ReportData): Markup[] {
  const { baseline, candidate } = times(content);
  if (candidate.length === 0) return [];
  const words = (name: string, values: readonly number[]) =>
    `${name}: median ${median(values)} ms, 95 % within ${quantile(values, 0.95)?.toFixed(0)} ms`;
  const both = `Same pictures at the same time. ${words('Live', baseline)}; ${words('candidate', candidate)}`;
  const alone = `The live version was not timed. ${words('Candidate', candidate)}`;
  const text = `${baseline.length === 0 ? alone : both}. The last bar includes all slower pictures.`;
  return [chart('Latency', latencyChart(baseline, candidate), text)];
}

function classes({ comparisons }: ReportData): Markup | undefined {
  const rows = classRows(comparisons);
  if (rows.length === 0) return undefined;
  const head = [
    'label',
    'baseline',
    'candidate',
    'matched',
    'missed',
    'extra',
    'disagreement',
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
    `${percent(row.disagreement)} %`,
    decimal(row.meanIou),
    signed(row.confidenceShift),
  ]);
  return groupTable('By label', head, cells);
}

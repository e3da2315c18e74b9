/** The results of the simulation as tables in Markdown. */

import { inPercent } from '../../functions/report/format.ts';
import type { CountingEndpoint, Effort, Run } from './study.ts';

/** The runs of one endpoint with one effort. */
export interface Result {
  readonly endpoint: CountingEndpoint;
  readonly effort: Effort;
  readonly runs: readonly Run[];
}

/** Share of the intervals that must have the true value: of all runs, and of each row, which chance moves. */
const INSIDE = { all: 0.95, row: 0.92 };

/** What the runs of one shift have in common. */
export interface Row {
  readonly shift: Run['shift'];
  readonly runs: number;
  /** Runs with an estimate. */
  readonly told: number;
  /** Means over those, shares. */
  readonly truth: number;
  readonly error: number;
  readonly otherwise: number;
  readonly low: number;
  readonly high: number;
  /** Share of those whose interval has the true value. */
  readonly inside: number;
}

/** One row for each shift. */
export function rowsOf({ runs }: Result): Row[] {
  return [...Map.groupBy(runs, ({ shift }) => shift)].map(([shift, all]) => {
    const told = all.flatMap(({ truth, estimate }) => (estimate.by === 'nothing' ? [] : [{ truth, ...estimate }]));
    const mean = (value: (run: (typeof told)[number]) => number) =>
      told.reduce((sum, run) => sum + value(run), 0) / told.length;
    return {
      shift,
      runs: all.length,
      told: told.length,
      truth: mean(({ truth }) => truth),
      error: mean(({ error }) => error),
      otherwise: mean(({ error, otherwise }) => otherwise?.error ?? error),
      low: mean(({ low }) => low),
      high: mean(({ high }) => high),
      inside: mean(({ truth, low, high }) => Number(low <= truth && truth <= high)),
    };
  });
}

/** Where intervals have the true value too seldom, in words. */
export function brokenPromises(results: readonly Result[]): string[] {
  const rows = results.flatMap((result) => rowsOf(result).map((row) => ({ ...row, title: titleOf(result) })));
  const told = rows.reduce((sum, row) => sum + row.told, 0);
  const inside = rows.reduce((sum, row) => sum + row.inside * row.told, 0) / told;
  const what = (share: number) => `${inPercent(share, 1)} of the intervals have the true count error`;
  return [
    ...(inside < INSIDE.all ? [what(inside)] : []),
    ...rows.filter((row) => row.inside < INSIDE.row).map((row) => `${row.title}: ${row.shift}: ${what(row.inside)}`),
  ];
}

function titleOf({ endpoint, effort: { before, within } }: Result): string {
  const decisions = within > 0 ? `${within} decisions of the period and ${before}` : `${before} decisions`;
  return `${endpoint.name}, ${decisions} before it`;
}

/** All tables. */
export function tablesOf(results: readonly Result[]): string {
  return results.map((result) => `**${titleOf(result)}**\n\n${tableOf(result)}`).join('\n\n');
}

function tableOf(result: Result): string {
  const isByDecisions = result.effort.within > 0;
  const head = ['shift', 'true', ...(isByDecisions ? ['estimate'] : ['by confidences', 'as many objects']), '95 %'];
  const rows = rowsOf(result).map(({ shift, truth, error, otherwise, low, high, inside, told, runs }) => [
    shift,
    ...[truth, error, ...(isByDecisions ? [] : [otherwise])].map((share) => inPercent(share, 1)),
    `${inPercent(low, 0)} to ${inPercent(high, 0)}`,
    `${Math.round(inside * told)} of ${told}`,
    String(runs - told),
  ]);
  return markdown([[...head, 'inside', 'cannot be told'], ...rows]);
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

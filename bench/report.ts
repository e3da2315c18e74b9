import Table from 'cli-table3';
import type { ColdStart } from './processes.ts';
import type { ThreadReport } from './threads.ts';

/** Medians for one picture, milliseconds by step; `total` is measured on its own. */
export interface PictureReport {
  readonly width: number;
  readonly height: number;
  /** Size of the JPEG. */
  readonly bytes: number;
  readonly steps_ms: Readonly<Record<string, number>>;
  readonly bare_ms: Readonly<Record<string, number>>;
  /** Total of a request divided by the total of the bare library calls. */
  readonly ratio: number;
}

/** All measurements of a run. */
export interface Report {
  readonly machine: string;
  readonly model: string;
  readonly threads: number;
  readonly runs: number;
  readonly pictures: readonly PictureReport[];
  /** The largest picture, by number of threads. */
  readonly by_threads_ms: readonly ThreadReport[];
  readonly cold_start_ms: ColdStart;
  readonly peak_memory_mib: Readonly<Record<string, number>>;
}

/** The report as text for a terminal. */
export function toTables(report: Report): string {
  const heading = `${report.model}, ${report.threads} thread(s), medians of ${report.runs} runs\n${report.machine}`;
  return `${[heading, stepTable(report), threadTable(report), processTable(report)].join('\n\n')}\n`;
}

function stepTable({ pictures }: Report): string {
  const steps = [...new Set(pictures.flatMap(({ steps_ms }) => Object.keys(steps_ms)))];
  const table = new Table({
    head: ['ms', ...pictures.map(({ width, height }) => `${width}×${height}`)],
    colAligns: ['left', ...pictures.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const step of steps) table.push([step, ...pictures.map((picture) => stepCell(picture, step))]);
  table.push(['total / bare', ...pictures.map(({ ratio }) => ratio.toFixed(2))]);
  return `By step; the bare library call in brackets\n${table}`;
}

function stepCell({ steps_ms, bare_ms }: PictureReport, step: string): string {
  const bare = bare_ms[step];
  const text = (steps_ms[step] ?? 0).toFixed(1);
  return bare === undefined ? text : `${text} (${bare.toFixed(1)})`;
}

function threadTable({ by_threads_ms }: Report): string {
  const table = new Table({
    head: ['ms', ...by_threads_ms.map(({ threads }) => `${threads} thread(s)`)],
    colAligns: ['left', ...by_threads_ms.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const step of ['decode', 'infer', 'total'] as const) {
    table.push([step, ...by_threads_ms.map((times) => times[step].toFixed(1))]);
  }
  return `The largest picture by threads\n${table}`;
}

function processTable({ cold_start_ms, peak_memory_mib }: Report): string {
  const table = new Table({ colAligns: ['left', 'right'], style: { border: [] } });
  for (const [what, value] of Object.entries(cold_start_ms)) {
    table.push([`cold start: ${what.replaceAll('_', ' ')}`, `${value.toFixed(0)} ms`]);
  }
  for (const [size, value] of Object.entries(peak_memory_mib)) {
    table.push([`peak memory, ${size}`, `${value.toFixed(0)} MiB`]);
  }
  return `In a separate process\n${table}`;
}

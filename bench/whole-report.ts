import Table from 'cli-table3';
import type { WholeReport } from './whole.ts';

/** The measurements of whole processes as text for a terminal. */
export function toWholeTable(reports: readonly WholeReport[], machine: string): string {
  const table = new Table({
    head: ['ms a request', ...reports.map(({ width, height }) => `${width}×${height}`)],
    colAligns: ['left', ...reports.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  const row = (name: string, of: (report: WholeReport) => number) =>
    table.push([name, ...reports.map((report) => of(report).toFixed(1))]);
  row('CPU: bare library calls', ({ cpu_ms }) => cpu_ms.bare);
  row("CPU: the function's process", ({ cpu_ms }) => cpu_ms.function);
  row("CPU: the laptop's main process", ({ cpu_ms }) => cpu_ms.laptop);
  row('time: bare library calls', ({ wall_ms }) => wall_ms.bare);
  row('time: over HTTP', ({ wall_ms }) => wall_ms.http);
  table.push(['function / bare, CPU', ...reports.map(({ ratio }) => ratio.toFixed(2))]);
  return `Whole processes, one request at a time\n${machine}\n\n${table}\n`;
}

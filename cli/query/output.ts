/** Prints the answer to a query: a table for people, JSON or CSV for programs. */

import Table from 'cli-table3';
import type { Terminal } from '../terminal/terminal.ts';
import type { Cell } from './cells.ts';
import type { Answer } from './database.ts';

export type Format = 'table' | 'json' | 'csv';

/** Rows that a table shows; the other formats have all. */
export const MAX_TABLE_ROWS = 1000;

/** Prints all rows as they come; a table, when it is complete. @throws QueryError */
export async function printAnswer(answer: Answer, format: Format, terminal: Terminal): Promise<void> {
  if (format === 'csv') return printCsv(answer, terminal);
  if (format === 'json') return printJson(answer, terminal);
  const rows: (readonly Cell[])[] = [];
  for await (const some of answer.rows) {
    rows.push(...some);
    if (rows.length > MAX_TABLE_ROWS) break;
  }
  const shown = rows.slice(0, MAX_TABLE_ROWS);
  if (answer.columns.length > 0) terminal.print(tableOf(answer.columns, shown, terminal.width));
  if (shown.length < rows.length) {
    terminal.note(`A table shows the first ${MAX_TABLE_ROWS} rows; --csv and --json print all.`);
  }
}

/** A line for each row; one block for each row where the lines would be longer than the terminal's. */
export function tableOf(columns: readonly string[], rows: readonly (readonly Cell[])[], width: number): string {
  const style = { head: [], border: [], compact: true };
  const names = columns.map(visible);
  const table = new Table({ head: names, style, colAligns: columns.map((_, index) => alignOf(rows, index)) });
  table.push(...rows.map((row) => row.map(shownText)));
  const text = table.toString();
  return rows.length > 0 && lengthOfLine(text) > width ? blocksOf(names, rows) : text;
}

function lengthOfLine(text: string): number {
  return text.indexOf('\n');
}

function alignOf(rows: readonly (readonly Cell[])[], column: number): 'left' | 'right' {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === 'number') ? 'right' : 'left';
}

function blocksOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widest = Math.max(...columns.map((name) => name.length));
  const block = (row: readonly Cell[]) =>
    columns.map((name, index) => `${name.padEnd(widest)}  ${shownText(row[index] ?? null)}`.trimEnd()).join('\n');
  return rows.map((row, index) => `row ${index + 1}\n${block(row)}`).join('\n\n');
}

function shownText(value: Cell): string {
  return visible(textOf(value));
}

/** Because a terminal obeys control characters, which names of uploads may have. JSON and CSV keep them. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it finds them
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (found) => {
    const code = found.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : '\ufffd';
  });
}

function textOf(value: Cell): string {
  return value === null ? '' : String(value);
}

async function printCsv({ columns, rows }: Answer, terminal: Terminal): Promise<void> {
  if (columns.length > 0) terminal.print(csvLine(columns));
  for await (const some of rows) terminal.print(some.map(csvLine).join('\n'));
}

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
function csvLine(values: readonly Cell[]): string {
  return values.map(textOf).map(quoted).join(',');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An array with an object for each row, one on a line. */
async function printJson({ columns, rows }: Answer, terminal: Terminal): Promise<void> {
  let start = '[';
  for await (const some of rows) {
    for (const row of some) {
      const value = Object.fromEntries(columns.map((name, index) => [name, row[index]]));
      terminal.print(`${start}${JSON.stringify(value)}`);
      start = ',';
    }
  }
  terminal.print(start === '[' ? '[]' : ']');
}

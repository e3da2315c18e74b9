/**
 * Reads CSV: commas between values, quotes around values that contain commas, quotes or line ends.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */

/** A text is no CSV. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

const PLAIN = /[^",\r\n]*/y;
const SEPARATOR = /,|\r?\n|$/y;

/**
 * The values of each row, without empty rows. Searches for quotes, because an expression for a whole value in quotes
 * overflows the stack for values of several megabytes.
 * @throws CsvError
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; ; ) {
    const end = endOfValue(text, at);
    const separator = matchAt(SEPARATOR, text, end);
    if (separator === undefined) throw unseparated(text, at);
    row.push(text[at] === '"' ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end));
    at = end + separator.length;
    if (separator === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (separator === '') return rows;
  }
}

function endOfValue(text: string, start: number): number {
  if (text[start] !== '"') return start + (matchAt(PLAIN, text, start) ?? '').length;
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) throw unseparated(text, start);
    if (text[at + 1] !== '"') return at + 1;
  }
}

function matchAt(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

function unseparated(text: string, at: number): CsvError {
  return new CsvError(`Expected a comma or a line end after a value in quotes, received ${text.slice(at, at + 40)}`);
}

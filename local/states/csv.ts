/**
 * Reads CSV: commas between values, quotes around values that contain commas, quotes or line ends.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */

/** A text is no CSV. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/** A value in quotes, or without; then its end. */
const VALUE = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;

/** The values of each row, without empty rows. @throws CsvError */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let end = 0;
  for (const { 0: all, 1: quoted, 2: plain = '', 3: by, index } of text.matchAll(VALUE)) {
    end = index + all.length;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (by === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  if (end === text.length) return rows;
  throw new CsvError(`Expected a comma or a line end after a value in quotes, received ${text.slice(end, end + 40)}`);
}

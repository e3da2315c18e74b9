/** Formats of numbers and times, shared by the terminal and the pages. */

const NONE = '–';

/**
 * A share in percent with its unit, without trailing zeros: 0.125 → `12.5 %`.
 * @param digits most digits after the point
 */
export function inPercent(share: number, digits = 2): string {
  return `${Number((share * 100).toFixed(digits))} %`;
}

/** A share as percent with one digit and no unit, for tables: 0.123 → `12.3`. */
export function percent(share: number | undefined): string {
  return share === undefined ? NONE : (share * 100).toFixed(1);
}

/** A number with two digits. */
export function decimal(value: number | undefined): string {
  return value === undefined ? NONE : value.toFixed(2);
}

/** A number with its sign and two digits, with a real minus. */
export function signed(value: number | undefined, digits = 2): string {
  if (value === undefined) return NONE;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

/** Milliseconds: one digit after the point below 100, none above. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return NONE;
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** A time in UTC to the second, to compare with logs. @param iso ISO 8601, UTC */
export function timeInWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

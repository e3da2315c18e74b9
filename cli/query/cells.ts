import type { DuckDBValue } from '@duckdb/node-api';

/** A value of an answer, as JSON has it. */
export type Cell = string | number | boolean | null;

/**
 * A value of DuckDB as JSON has it. Whole numbers that JavaScript cannot hold exactly, and types without a counterpart,
 * are text as DuckDB writes it.
 */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return isDecimal(value) ? numberIfExact(value) : String(value);
}

/** A decimal has more digits than a number of JavaScript may hold. */
function numberIfExact(value: { toDouble(): number }): number | string {
  const [text, number] = [String(value), value.toDouble()];
  const digits = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(number) === digits ? number : text;
}

function isDecimal(value: object): value is { toDouble(): number } {
  return 'toDouble' in value;
}

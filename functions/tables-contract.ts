/** Names of the tables of results, which stacks, functions and commands share. Imports nothing. */

/** `pictures` has a row for each result, `objects` one for each object in a picture. */
export const TABLE_NAMES = ['pictures', 'objects'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** The rows of a table that one file has. Both are columns of the tables, by the names of the folders. */
export interface Partition {
  readonly endpoint: string;
  /** Day of the results, UTC: `2026-11-26`. */
  readonly day: string;
}

/** Keys of the tables. Folders as `name=value` are partitions for Athena, DuckDB and others. */
export const TABLE_KEYS = {
  table: (table: TableName) => `tables/${table}/`,
  file: (table: TableName, { endpoint, day }: Partition) =>
    `tables/${table}/endpoint=${endpoint}/day=${day}/${table}.parquet`,
} as const;

/**
 * Prefixes of the results that the tables have: of batch jobs, and of requests and uploads. In the order of keys, which
 * is that of rows.
 */
export const RESULT_PREFIXES = {
  all: ['batch/', 'results/'],
  of: (endpoint: string) => [`batch/${endpoint}/`, `results/${endpoint}/`],
} as const;

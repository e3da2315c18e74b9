/** Names of the tables of results, which stacks, functions and commands share. Imports nothing. */

/**
 * `pictures` has a row for each result, `objects` one for each object in a picture, `decisions` one for each picture
 * that a human counted.
 */
export const TABLE_NAMES = ['pictures', 'objects', 'decisions'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** The rows of a table that one file has. Both are columns of the tables, by the names of the folders. */
export interface Partition {
  readonly endpoint: string;
  /** Day of the results, UTC: `2026-11-26`. */
  readonly day: string;
}

/** First segment of the keys of the tables. */
export const TABLES_PREFIX = 'tables/';

/** Keys of the tables. Folders as `name=value` are partitions for Athena, DuckDB and others. */
export const TABLE_KEYS = {
  table: (table: TableName) => `tables/${table}/`,
  ofEndpoint: (table: TableName, endpoint: string) => `tables/${table}/endpoint=${endpoint}/`,
  file: (table: TableName, { endpoint, day }: Partition) =>
    `tables/${table}/endpoint=${endpoint}/day=${day}/${table}.parquet`,
  /** The time until which results are in the tables. */
  state: 'tables/state.json',
  /** Says who writes the tables. */
  lock: 'tables/lock.json',
} as const;

/** The partition of a file. @returns undefined: the key is none of a file of a table */
export function partitionOf(key: string): (Partition & { readonly table: TableName }) | undefined {
  const [, name, endpoint = '', day = ''] =
    /^tables\/(\w+)\/endpoint=([a-z0-9-]+)\/day=(\d{4}-\d\d-\d\d)\/\1\.parquet$/.exec(key) ?? [];
  const table = TABLE_NAMES.find((one) => one === name);
  return table && { table, endpoint, day };
}

/**
 * First segments of the keys that have rows: results of batch jobs, decisions, results of requests and uploads. In the
 * order of keys, which is that of rows.
 */
export const SOURCE_PREFIXES = ['batch/', 'decisions/', 'results/'] as const;

/** Answers of Athena: its workgroup writes them below this prefix. They expire after a day. */
export const ATHENA_PREFIX = 'athena/';

/** Name of the output of the platform's stack that has the ARN of the state machine. */
export const TABLES_MACHINE_OUTPUT = 'TablesMachine';

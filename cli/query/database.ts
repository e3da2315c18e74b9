/** Runs SQL over the Parquet files of the tables, by DuckDB in this process. */

import { join } from 'node:path';
import type { DuckDBConnection, DuckDBExtractedStatements } from '@duckdb/node-api';
import { COLUMNS, type ColumnType } from '../../functions/tables/schema.ts';
import { TABLE_KEYS, TABLE_NAMES, type TableName } from '../../functions/tables-contract.ts';
import { type Cell, cellOf } from './cells.ts';
import { DuckDbMissingError, QueryError } from './errors.ts';

/** The answer to a query. */
export interface Answer {
  readonly columns: readonly string[];
  /** Rows, some at a time, as the query makes them. @throws QueryError */
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]>;
}

/** Loads DuckDB, which only this command needs. */
type Loader = () => Promise<typeof import('@duckdb/node-api')>;

/** A database in memory, with views over a folder of tables. */
export class Database {
  private readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /**
   * @param workspace temporary folder, for queries that need more than the memory
   * @throws DuckDbMissingError
   */
  static async open(workspace: string, load: Loader = loadDuckDb): Promise<Database> {
    const { DuckDBInstance, DuckDBTimestampTZValue } = await load().catch(missing);
    // Because the package shows times with a zone in that of the machine, whatever the session's is.
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
    // Because DuckDB would load extensions from the network when a query needs one.
    const settings = { autoinstall_known_extensions: 'false', temp_directory: join(workspace, 'duckdb') };
    const instance = await DuckDBInstance.create(':memory:', settings);
    const connection = await instance.connect();
    await connection.run("set TimeZone = 'UTC'");
    return new Database(connection);
  }

  /**
   * Makes a view of each table; one without files has no rows.
   * @param folder that has the keys of `TABLE_KEYS` as paths
   * @throws QueryError
   */
  async attach(folder: string): Promise<void> {
    const expected = `Expected tables in ${folder}`;
    for (const table of TABLE_NAMES) {
      const files = literal(`${escaped(folder)}/${TABLE_KEYS.table(table)}*/*/*.parquet`);
      const found = await asQueryError(this.connection.runAndReadAll(`select 1 from glob(${files}) limit 1`), expected);
      const view = found.currentRowCount > 0 ? viewOf(table, files) : emptyView(table);
      await asQueryError(this.connection.run(`create view ${table} as ${view}`), expected);
    }
  }

  /** The only statement of a text. Its syntax is checked, its names are not. @throws QueryError */
  async parse(sql: string): Promise<DuckDBExtractedStatements> {
    if (sql.trim() === '') throw new QueryError('Expected one SQL statement, received 0');
    const statements = await asQueryError(this.connection.extractStatements(sql));
    if (statements.count === 1) return statements;
    throw new QueryError(`Expected one SQL statement, received ${statements.count}`);
  }

  /** Runs one statement. @throws QueryError */
  async query(sql: string): Promise<Answer> {
    const statements = await this.parse(sql);
    const prepared = await asQueryError(statements.prepare(0));
    const result = await asQueryError(prepared.stream());
    return { columns: result.deduplicatedColumnNames(), rows: cells(result.yieldRows()) };
  }

  close(): void {
    this.connection.closeSync();
  }
}

async function* cells(rows: ReturnType<Awaited<ReturnType<DuckDBConnection['stream']>>['yieldRows']>) {
  for (;;) {
    const { value, done } = await asQueryError(rows.next());
    if (done) return;
    yield value.map((row: Parameters<typeof cellOf>[0][]) => row.map(cellOf));
  }
}

/** Types of DuckDB by those of the tables. Timestamps have no time zone, as in Athena. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'varchar',
  int: 'integer',
  double: 'double',
  timestamp: 'timestamp',
};

/** Because DuckDB would take every `name=value` of the path for a column, also above the tables. */
const PARTITIONS = ['endpoint', 'day'] as const;
const PARTITION = '/endpoint=([^/]*)/day=([^/]*)/[^/]*$';

/** The columns in their order. A file of an earlier release may lack one: it has no value there. */
function viewOf(table: TableName, files: string): string {
  const columns = COLUMNS[table].map(({ name, type }) =>
    type === 'timestamp' ? `${name} at time zone 'UTC' as ${name}` : name,
  );
  const folders = PARTITIONS.map((name, at) => `regexp_extract(filename, '${PARTITION}', ${at + 1}) as ${name}`);
  return `select ${[...columns, ...folders].join(', ')}
    from read_parquet(${files}, hive_partitioning = false, union_by_name = true, filename = true)`;
}

function emptyView(table: TableName): string {
  const columns = [...COLUMNS[table], ...PARTITIONS.map((name) => ({ name, type: 'string' as const }))];
  return `select ${columns.map(({ name, type }) => `null::${TYPES[type]} as ${name}`).join(', ')} where false`;
}

/** A path for a pattern: only in brackets its special characters are themselves. */
function escaped(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Messages of DuckDB say what is wrong, and show the line with the place. */
async function asQueryError<T>(call: Promise<T>, expected = 'Expected a query that DuckDB can run'): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(
      /^Failed to extract statements: /,
      '',
    );
    throw new QueryError(`${expected}, received an error.\n${message}`, { cause: error });
  }
}

function loadDuckDb() {
  return import('@duckdb/node-api');
}

/** `npm run query` says which command installs it. */
function missing(error: unknown): never {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new DuckDbMissingError(
    `Expected DuckDB (package @duckdb/node-api) for ${process.platform} ${process.arch}, received: ${reason}\n` +
      'Install the packages again: npm ci (without --omit).',
    { cause: error },
  );
}

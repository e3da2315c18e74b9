import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';

/** DuckDB refused the query, or failed in it. */
export class QueryError extends ExitCodeError {
  override readonly name = 'QueryError';
  readonly exitCode = EXIT.failed;
}

/** There is nothing to query. */
export class NoResultsError extends ExitCodeError {
  override readonly name = 'NoResultsError';
  readonly exitCode = EXIT.failed;
}

/** More results than the command reads without an order. */
export class TooManyResultsError extends ExitCodeError {
  override readonly name = 'TooManyResultsError';
  readonly exitCode = EXIT.failed;
}

/** The database does not load on this machine. */
export class DuckDbMissingError extends ExitCodeError {
  override readonly name = 'DuckDbMissingError';
  readonly exitCode = EXIT.failed;
}

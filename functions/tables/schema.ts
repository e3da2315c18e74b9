/** The columns of the tables. `docs/tables.md` shows them; a test compares. */

import type { TableName } from '../tables-contract.ts';

/**
 * Types by their names in Glue and Athena. In Parquet: BYTE_ARRAY with UTF8, INT32, DOUBLE, and INT64 with
 * TIMESTAMP_MILLIS, UTC. In DuckDB: VARCHAR, INTEGER, DOUBLE, TIMESTAMP.
 */
export type ColumnType = 'string' | 'int' | 'double' | 'timestamp';

/** A column. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a row may have no value. */
  readonly nullable: boolean;
  readonly meaning: string;
}

type Shape = readonly (readonly [name: string, type: ColumnType, rows: 'all' | 'some', meaning: string])[];

/** Values that rows of pictures and of objects have. */
const COMMON = [
  ['result_key', 'string', 'all', 'key of the result in the bucket; `pictures` has each once'],
  ['id', 'string', 'all', 'id of the result, as in the API; versions of a batch job share that of a picture'],
  ['created_at', 'timestamp', 'all', 'when the function received the picture, UTC, to the millisecond'],
  ['source', 'string', 'all', '`http`, `upload` or `batch`'],
  ['function_version', 'string', 'all', 'published version that answered'],
] as const satisfies Shape;

const SHAPES = {
  pictures: [
    ...COMMON,
    ['status', 'string', 'all', '`done`, `rejected`, or `human`: a person answers'],
    ['source_bucket', 'string', 'some', 'bucket of the picture; none for HTTP requests'],
    ['source_key', 'string', 'some', 'key of the picture; none for HTTP requests'],
    ['source_version', 'string', 'some', 'version id or ETag of the picture; none for HTTP requests'],
    ['job', 'string', 'some', 'name of the batch job'],
    ['function_name', 'string', 'some', 'function that answered; none in results of earlier releases'],
    ['alias', 'string', 'some', 'alias that selected the version'],
    ['model', 'string', 'some', 'name of the model package; only of `done`'],
    ['model_version', 'string', 'some', 'version of the model package; only of `done`'],
    ['width', 'int', 'some', 'width of the upright picture, pixels; not of `rejected`'],
    ['height', 'int', 'some', 'height of the upright picture, pixels; not of `rejected`'],
    ['count', 'int', 'some', 'number of objects; only of `done`'],
    ['detection_ms', 'double', 'some', 'time of the detection in the function, milliseconds; only of `done`'],
    ['reason', 'string', 'some', 'type of the problem; only of `rejected`'],
  ],
  objects: [
    ...COMMON,
    ['number', 'int', 'all', 'position in the result, from 1'],
    ['label', 'string', 'all', 'class of the object'],
    ['confidence', 'double', 'all', '0–1'],
    ['x1', 'double', 'all', 'left side of the box, pixels of the upright picture'],
    ['y1', 'double', 'all', 'upper side'],
    ['x2', 'double', 'all', 'right side'],
    ['y2', 'double', 'all', 'lower side'],
  ],
  decisions: [
    ['result_key', 'string', 'all', 'key of the result that was decided; `decisions` has each once'],
    ['id', 'string', 'all', 'id of the result, as in the API'],
    ['created_at', 'timestamp', 'all', 'when the function received the picture, UTC, to the millisecond'],
    ['decided_at', 'timestamp', 'all', 'when the count was given, UTC, to the millisecond'],
    ['count', 'int', 'all', 'number of objects that the human counted'],
    ['people', 'int', 'all', 'people who counted the picture; `count` is the latest count'],
  ],
} as const satisfies Record<TableName, Shape>;

type Shapes = typeof SHAPES;
type ValueOf<T extends ColumnType> = T extends 'string' ? string : number;
type RowOf<S extends Shape> = {
  readonly [C in S[number] as C[0]]: ValueOf<C[1]> | (C[2] extends 'some' ? null : never);
};

/** A row of `pictures`. A timestamp is a number of milliseconds since 1970. */
export type PictureRow = RowOf<Shapes['pictures']>;

/** A row of `objects`. */
export type ObjectRow = RowOf<Shapes['objects']>;

/** A row of `decisions`. */
export type DecisionRow = RowOf<Shapes['decisions']>;

/** A row of a table. */
export type Row = PictureRow | ObjectRow | DecisionRow;

/** The columns in the files, in their order. `endpoint` and `day` are columns by the names of folders. */
export const COLUMNS: Readonly<Record<TableName, readonly Column[]>> = {
  pictures: SHAPES.pictures.map(columnOf),
  objects: SHAPES.objects.map(columnOf),
  decisions: SHAPES.decisions.map(columnOf),
};

function columnOf([name, type, rows, meaning]: Shape[number]): Column {
  return { name, type, nullable: rows === 'some', meaning };
}

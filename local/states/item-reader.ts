/**
 * The items of a Distributed Map: the objects below a prefix, or the rows of a CSV or JSON Lines file.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */

import { AwsError } from '../protocol/aws-error.ts';
import { CsvError, parseCsv } from './csv.ts';
import type { MapBuckets } from './map-buckets.ts';
import { MOST_BYTES, StateFailedError } from './task-error.ts';

/** Where the items are. Names as in the States Language. */
export type ItemSource =
  | { readonly kind: 'list'; readonly Bucket: string; readonly Prefix?: string }
  | { readonly kind: 'csv' | 'jsonl'; readonly Bucket: string; readonly Key: string; readonly VersionId?: string };

/**
 * Items of one map run at most, and bytes of a file.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_ITEMS = 100_000_000;
const MOST_FILE_BYTES = 10 * 1024 ** 3;

/**
 * Reads at most `most` items.
 * @throws StateFailedError `States.ItemReaderFailed`, the only name that AWS documents for all errors of a reader
 */
export async function readItems(source: ItemSource, most: number, buckets: MapBuckets): Promise<unknown[]> {
  try {
    const items = source.kind === 'list' ? await list(source, most, buckets) : await rows(source, most, buckets);
    const large = items.find((item) => Buffer.byteLength(JSON.stringify(item)) > MOST_BYTES);
    if (large) throw failed(`Expected at most ${MOST_BYTES} bytes for an item, received more`);
    return items;
  } catch (error) {
    if (error instanceof AwsError) throw failed(`${error.code}: ${error.message}`);
    if (error instanceof CsvError) throw failed(error.message);
    throw error;
  }
}

async function list(
  { Bucket, Prefix = '' }: Extract<ItemSource, { kind: 'list' }>,
  most: number,
  buckets: MapBuckets,
): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const object of buckets.list(Bucket, Prefix)) {
    if (items.length >= most) break;
    items.push(object);
  }
  return items;
}

async function rows(
  { kind, Bucket, Key, VersionId }: Exclude<ItemSource, { kind: 'list' }>,
  most: number,
  buckets: MapBuckets,
): Promise<unknown[]> {
  const body = await buckets.get({ bucket: Bucket, key: Key }, VersionId);
  if (body.length > MOST_FILE_BYTES) throw failed(`Expected at most 10 GB for ${Key}, received ${body.length} bytes`);
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  return (kind === 'csv' ? csvRows(text) : jsonLines(text)).slice(0, most);
}

/** Objects of strings by the names in the first row. */
function csvRows(text: string): unknown[] {
  const [header = [], ...lines] = parseCsv(text);
  if (new Set(header).size !== header.length) throw failed('Expected different names in the first row');
  return lines.map((cells, index) => {
    if (cells.length === header.length) return Object.fromEntries(header.map((name, at) => [name, cells[at]]));
    throw failed(`Expected ${header.length} values in row ${index + 2}, received ${cells.length}`);
  });
}

function jsonLines(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw failed(`Expected JSON in line ${index + 1}, received ${line.slice(0, 80)}`);
    }
  });
}

function failed(cause: string): StateFailedError {
  return new StateFailedError('States.ItemReaderFailed', cause);
}

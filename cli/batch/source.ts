/** The pictures of a job: those below a prefix, or those of a manifest. */

import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { BatchItem, BatchJob } from '../../functions/batch-contract.ts';
import { Objects } from '../../functions/platform/objects.ts';
import { parseCsv } from '../../local/states/csv.ts';
import { BatchRefusedError } from './exit-codes.ts';

/** Where a job reads its pictures. */
export type Source = Pick<BatchJob, 'source' | 'bucket' | 'key'>;

/** The pictures of a source, counted. */
export interface Counted {
  readonly pictures: number;
  /** Requests of one listing: pages of a list, or one for a manifest. */
  readonly requests: Readonly<Record<'lists' | 'gets', number>>;
  /** The first pictures, to measure the model. */
  readonly sample: readonly BatchItem[];
  /** When the newest picture of a list, or the manifest, was put. Absent: S3 does not say. */
  readonly newest?: Date;
}

/** Pictures that are measured. */
const SAMPLE = 8;

const ADDRESS = /^s3:\/\/([^/]+)\/?(.*)$/;

/** @throws BatchRefusedError */
export function sourceOf({ from, manifest }: { readonly from?: string; readonly manifest?: string }): Source {
  if ((from === undefined) === (manifest === undefined)) {
    throw new BatchRefusedError('Expected either --from or --manifest, received both or none', 2);
  }
  const [, bucket, key = ''] = ADDRESS.exec(from ?? manifest ?? '') ?? [];
  if (!bucket) throw new BatchRefusedError(`Expected s3://bucket/key, received ${from ?? manifest}`, 2);
  if (from !== undefined) return { source: 'list', bucket, key };
  const kind = /\.(csv|jsonl)$/.exec(key)?.[1];
  if (kind === 'csv' || kind === 'jsonl') return { source: kind, bucket, key };
  throw new BatchRefusedError(`Expected a manifest that ends with .csv or .jsonl, received ${key}`, 2);
}

/** How pictures are counted. */
export interface CountOptions {
  /** Most pictures; 0: all. */
  readonly limit: number;
  /** Prefixes of the addresses that jobs may read. */
  readonly sources: readonly string[];
}

/** @throws BatchRefusedError for an address outside the sources, and what is no manifest; errors of S3 */
export async function countPictures(s3: S3Client, source: Source, options: CountOptions): Promise<Counted> {
  const { bucket, key } = source;
  checkAllowed(`s3://${bucket}/${key}`, options.sources);
  return source.source === 'list' ? countList(s3, source, options.limit) : countManifest(s3, source, options);
}

/** Because the function and the machine have rights for the sources only, and each picture would fail. */
function checkAllowed(address: string, sources: readonly string[]): void {
  if (sources.some((allowed) => address.startsWith(allowed))) return;
  const remedy = 'add it to batch.sources in lib/endpoints.ts, then deploy';
  throw new BatchRefusedError(`Expected an address below ${sources.join(' or ')}, received ${address}: ${remedy}`);
}

async function countList(s3: S3Client, { bucket, key }: Source, limit: number): Promise<Counted> {
  const sample: BatchItem[] = [];
  let [pictures, lists] = [0, 0];
  let newest: Date | undefined;
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ...(token && { ContinuationToken: token }) }),
    );
    const { Contents = [] } = page;
    lists += 1;
    pictures += Contents.length;
    for (const { LastModified } of Contents) newest = later(newest, LastModified);
    for (const { Key = '', ETag = '', Size = 0 } of Contents.slice(0, SAMPLE - sample.length))
      sample.push({ Key, Etag: ETag, Size });
    token = page.NextContinuationToken;
  } while (token && (limit === 0 || pictures < limit));
  return limited({ pictures, requests: { lists, gets: 0 }, sample, ...(newest && { newest }) }, limit);
}

async function countManifest(
  s3: S3Client,
  { source, bucket, key }: Source,
  { limit, sources }: CountOptions,
): Promise<Counted> {
  const { bytes, modified } = await new Objects(bucket, s3).get(key);
  const text = new TextDecoder().decode(bytes);
  const items = source === 'csv' ? csvItems(text) : jsonItems(text);
  const unnamed = items.findIndex(({ Key }) => typeof Key !== 'string' || Key === '');
  if (unnamed >= 0)
    throw new BatchRefusedError(`Expected a Key for every picture, received none for number ${unnamed + 1}`);
  for (const { Bucket = bucket, Key } of items) checkAllowed(`s3://${Bucket}/${Key}`, sources);
  const counted = { pictures: items.length, requests: { lists: 0, gets: 1 }, sample: items.slice(0, SAMPLE) };
  return limited({ ...counted, ...(modified && { newest: modified }) }, limit);
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b && a > b ? a : (b ?? a);
}

function limited(counted: Counted, limit: number): Counted {
  const pictures = limit === 0 ? counted.pictures : Math.min(limit, counted.pictures);
  return { ...counted, pictures, sample: counted.sample.slice(0, pictures) };
}

function csvItems(text: string): BatchItem[] {
  const [header = [], ...rows] = parseCsv(text);
  if (header.includes('Key'))
    return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]])) as unknown as BatchItem);
  throw new BatchRefusedError(`Expected a column Key in the first row, received ${header.join(', ')}`);
}

function jsonItems(text: string): BatchItem[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      // `null` has no properties that could be checked.
      return (JSON.parse(line) ?? {}) as BatchItem;
    } catch {
      throw new BatchRefusedError(`Expected JSON in line ${index + 1} of the manifest, received ${line.slice(0, 80)}`);
    }
  });
}

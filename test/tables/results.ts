import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import type { ResultStore } from '../../functions/tables/compact.ts';
import { FolderFiles } from '../../functions/tables/partition-files.ts';

/** A result as it is stored, with its key. */
export interface StoredDocument {
  readonly key: string;
  readonly document: Readonly<Record<string, unknown>>;
}

const FIRST = Date.parse('2026-11-20T00:00:00Z');
const DAYS = 3;

const release = { function_name: 'detect', function_version: '7', alias: 'live' };
const problem = { type: 'unsupported-picture', title: 'Not a picture', status: 415, detail: 'text', errors: [] };

const detection = fc.record({
  label: fc.constantFrom('car', 'truck', 'Straße'),
  confidence: fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000),
  box: fc.record({ x: hundredths(3000), y: hundredths(2000), width: hundredths(500), height: hundredths(500) }),
});

function hundredths(most: number) {
  return fc.integer({ min: 0, max: most * 100 }).map((value) => value / 100);
}

const source = fc.oneof(
  fc.constant({ kind: 'http' }),
  fc.record({ kind: fc.constant('upload'), bucket: fc.constant('b'), key: fc.string(), version: fc.string() }),
);

const status = fc.oneof(
  { weight: 4, arbitrary: fc.array(detection, { maxLength: 4 }).map(done) },
  { weight: 1, arbitrary: fc.constant({ status: 'rejected', problem }) },
  { weight: 1, arbitrary: fc.constant({ status: 'human', image: { width: 64, height: 48 }, request: {} }) },
);

function done(detections: readonly { readonly label: string }[]) {
  return {
    status: 'done',
    count: detections.length,
    counts: {},
    detections,
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.2.0', sha256: 'ab' },
    timing_ms: { decode: 1, total: 12.5 },
    request: { confidence: 0.4 },
    owner: 'a-hash-of-the-caller',
  };
}

const one = fc.record({
  endpoint: fc.constantFrom('count-cars', 'count-apples'),
  time: fc.integer({ min: FIRST, max: FIRST + DAYS * 86_400_000 - 1 }),
  batch: fc.boolean(),
  source,
  status,
});

/** Results of two endpoints on three days, of requests, uploads and batch jobs, in the order of their keys. */
export const storedResults = resultsAtLeast(0);

/** As many results at least. */
export function resultsAtLeast(minLength: number) {
  return fc.array(one, { minLength, maxLength: 40, size: 'max' }).map((all) =>
    all
      .map(({ endpoint, time, batch, status, source }, index): StoredDocument => {
        const id = String((index * 7919) % 1000).padStart(3, '0');
        const about = { id, endpoint, created_at: new Date(time).toISOString(), source, release };
        return {
          key: batch ? `batch/${endpoint}/detect/v7/${id}.json` : `results/${endpoint}/${id}.json`,
          document: { ...about, ...status, ...(batch && { job: 'job-1' }) },
        };
      })
      .toSorted(byKey),
  );
}

/** In S3's order of keys. */
export function byKey(a: StoredDocument, b: StoredDocument): number {
  return a.key < b.key ? -1 : 1;
}

/** A bucket with these results. */
export function storeOf(results: readonly StoredDocument[]): ResultStore {
  const bytes = new Map(results.map(({ key, document }) => [key, Buffer.from(JSON.stringify(document))]));
  return { read: async (key) => bytes.get(key) };
}

/** Options of a compaction of these results into a folder. Default: a new one. */
export function compactionOf(results: readonly StoredDocument[], target = newFolder()) {
  return { keys: results.map(({ key }) => key), target, files: new FolderFiles(target), workspace: tmpdir() };
}

/** A new folder; the operating system deletes it. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tables-test-'));
}

/** The rows of a Parquet file, read by another library than the one that DuckDB has. */
export async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  return parquetRows(await readFile(path));
}

/** The rows of the bytes of a Parquet file. */
export async function parquetRows({ buffer, byteOffset, byteLength }: Buffer): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength) });
}

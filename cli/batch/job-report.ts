/** The report of a job, from the files that Step Functions writes at its end. */

import type { BatchLine } from '../../functions/batch-contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { JobReading } from './job.ts';
import { childrenOf, type FileKind, readManifest } from './job-files.ts';

/** Names or numbers with how often they occur, in the order of the report. */
type Tally<Key> = readonly (readonly [Key, number])[];

export interface JobReport {
  readonly job: string;
  readonly version: string;
  readonly pictures: number;
  readonly done: number;
  /** Stored by an earlier attempt or job. */
  readonly repeated: number;
  /** Pictures that no child has begun. */
  readonly pending: number;
  /** Problem types with their pictures, most first. */
  readonly rejected: Tally<string>;
  /** Errors of children with the pictures of these, most first. Some of the pictures may be stored. */
  readonly failed: Tally<string>;
  /** Pictures by number of objects, ascending. */
  readonly counts: Tally<number>;
  readonly slowest: readonly BatchLine[];
}

/** Slowest pictures in a report. */
const SLOWEST = 5;

/**
 * @param onLine called with each picture that was answered or rejected
 * @throws BatchRefusedError where the job has not ended
 */
export async function reportJob(
  objects: Objects,
  reading: JobReading,
  onLine: (line: BatchLine) => void = () => {},
): Promise<JobReport> {
  const { job, version } = reading.job;
  const manifest = await readManifest(objects, reading);
  const each = (kind: FileKind) => childrenOf(objects, manifest, kind);
  const counts = new Map<number, number>();
  const rejected = new Map<string, number>();
  const failed = new Map<string, number>();
  const sums = { pictures: 0, done: 0, repeated: 0, pending: 0 };
  let slowest: BatchLine[] = [];
  for await (const { lines } of each('SUCCEEDED')) {
    sums.pictures += lines.length;
    lines.forEach(onLine);
    const done = lines.filter(({ status }) => status === 'done');
    sums.done += done.length;
    sums.repeated += lines.filter(({ repeated }) => repeated).length;
    for (const { count = 0 } of done) increase(counts, count, 1);
    for (const { reason } of lines) if (reason !== undefined) increase(rejected, lastSegment(reason), 1);
    slowest = [...slowest, ...done].toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).slice(0, SLOWEST);
  }
  for await (const { error, status, items } of each('FAILED')) increase(failed, error ?? status, items);
  for await (const { items } of each('PENDING')) sums.pending += items;
  const failures = [...failed.values()].reduce((all, number) => all + number, 0);
  return {
    ...{ job, version, ...sums },
    pictures: sums.pictures + failures + sums.pending,
    rejected: mostFirst(rejected),
    failed: mostFirst(failed),
    counts: [...counts].toSorted(([a], [b]) => a - b),
    slowest,
  };
}

/** Types of problems are paths. */
export function lastSegment(type: string): string {
  return type.split(/[/:#]/).at(-1) ?? type;
}

function increase<Key>(tally: Map<Key, number>, key: Key, by: number): void {
  tally.set(key, (tally.get(key) ?? 0) + by);
}

function mostFirst(tally: ReadonlyMap<string, number>): [string, number][] {
  return [...tally].toSorted(([, a], [, b]) => b - a);
}

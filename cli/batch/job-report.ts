/** The report of a job, from the files that Step Functions writes at its end. */

import type { BatchAnswer, BatchLine } from '../../functions/batch-contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { BatchRefusedError } from './exit-codes.ts';
import type { JobReading } from './job.ts';

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

/** A child in a result file, as far as it is read. */
interface Entry {
  readonly Status: string;
  readonly Input: string;
  readonly Output?: string;
  readonly Error?: string;
}

interface Manifest {
  readonly ResultFiles: Readonly<Record<'SUCCEEDED' | 'FAILED' | 'PENDING', readonly { readonly Key: string }[]>>;
}

/** @throws BatchRefusedError where the job has not ended */
export async function reportJob(objects: Objects, { job, phase }: JobReading): Promise<JobReport> {
  // All pages: the manifest comes after the result files, and their number has no limit.
  const keys = await objects.list(`${job.results}/`, { most: Number.POSITIVE_INFINITY });
  const manifest = keys.findLast((key) => key.endsWith('/manifest.json'));
  if (phase === 'running' || manifest === undefined) {
    throw new BatchRefusedError(
      `Expected a job that has ended, received ${job.job}, which is ${phase} without results`,
    );
  }
  const { ResultFiles } = (await objects.getJson(manifest)) as Manifest;
  const read = async (name: keyof Manifest['ResultFiles']) => {
    const entries: Entry[] = [];
    for (const { Key } of ResultFiles[name]) entries.push(...((await objects.getJson(Key)) as Entry[]));
    return entries;
  };
  return summarize(job, {
    succeeded: await read('SUCCEEDED'),
    failed: await read('FAILED'),
    pending: await read('PENDING'),
  });
}

function summarize(
  { job, version }: JobReading['job'],
  { succeeded, failed, pending }: Readonly<Record<'succeeded' | 'failed' | 'pending', readonly Entry[]>>,
): JobReport {
  const lines = succeeded.flatMap(({ Output = '{"lines":[]}' }) => (JSON.parse(Output) as BatchAnswer).lines);
  const done = lines.filter(({ status }) => status === 'done');
  const itemsOf = ({ Input }: Entry) => (JSON.parse(Input) as { Items: unknown[] }).Items.length;
  const items = (entries: readonly Entry[]) => entries.reduce((all, entry) => all + itemsOf(entry), 0);
  return {
    ...{ job, version },
    pictures: lines.length + items(failed) + items(pending),
    done: done.length,
    repeated: lines.filter(({ repeated }) => repeated).length,
    pending: items(pending),
    rejected: mostFirst(tally(lines.flatMap(({ reason }) => reason ?? []).map(lastSegment))),
    failed: mostFirst(
      tally(failed.flatMap((entry) => Array(itemsOf(entry)).fill(entry.Error ?? entry.Status) as string[])),
    ),
    counts: tally(done.map(({ count = 0 }) => count)).toSorted(([a], [b]) => a - b),
    slowest: done.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).slice(0, SLOWEST),
  };
}

/** Types of problems are paths. */
function lastSegment(type: string): string {
  return type.split(/[/:#]/).at(-1) ?? type;
}

function tally<Key>(values: readonly Key[]): [Key, number][] {
  return [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]);
}

function mostFirst(tallied: [string, number][]): [string, number][] {
  return tallied.toSorted(([, a], [, b]) => b - a);
}

/** Reads the files that Step Functions writes at the end of a job, one at a time. */

import type { BatchAnswer, BatchLine } from '../../functions/batch-contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { BatchRefusedError } from './exit-codes.ts';
import type { JobReading } from './job.ts';

/** A child in a result file, as far as it is read. */
export interface Child {
  readonly status: string;
  /** How many pictures it was to answer. */
  readonly items: number;
  /** Empty unless it has succeeded. */
  readonly lines: readonly BatchLine[];
  readonly error?: string;
}

/** Names of files. `FAILED`: all children that began and have not succeeded. */
export type FileKind = 'SUCCEEDED' | 'FAILED' | 'PENDING';

interface Entry {
  readonly Status: string;
  readonly Input: string;
  readonly Output?: string;
  readonly Error?: string;
}

/** Lists the files of a map run. */
export interface Manifest {
  readonly MapRunArn?: string;
  readonly ResultFiles: Readonly<Record<FileKind, readonly { readonly Key: string }[]>>;
}

/**
 * The manifest of the job's newest map run. A job that was resumed can have several.
 * @throws BatchRefusedError where the job has not ended
 */
export async function readManifest(objects: Objects, { job, phase, mapRun }: JobReading): Promise<Manifest> {
  // All pages: the manifest comes after the result files, and their number has no limit.
  const keys = await objects.list(`${job.results}/`, { most: Number.POSITIVE_INFINITY });
  const found: Manifest[] = [];
  if (phase !== 'running') {
    for (const key of keys) if (key.endsWith('/manifest.json')) found.push((await objects.getJson(key)) as Manifest);
  }
  const manifest = found.find(({ MapRunArn }) => MapRunArn === mapRun) ?? found.at(-1);
  if (manifest) return manifest;
  throw new BatchRefusedError(`Expected a job that has ended, received ${job.job}, which is ${phase} without results`);
}

/** The children of all files of a kind. */
export async function* childrenOf(objects: Objects, manifest: Manifest, kind: FileKind): AsyncGenerator<Child> {
  for (const { Key } of manifest.ResultFiles[kind]) {
    for (const entry of (await objects.getJson(Key)) as Entry[]) yield childOf(entry);
  }
}

function childOf({ Status, Input, Output, Error: error }: Entry): Child {
  return {
    status: Status,
    items: (JSON.parse(Input) as { Items: unknown[] }).Items.length,
    lines: Output === undefined ? [] : (JSON.parse(Output) as BatchAnswer).lines,
    ...(error !== undefined && { error }),
  };
}

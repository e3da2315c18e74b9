/**
 * Names and messages of batch jobs, which stacks, functions and commands share: keys of the bucket, the event of a
 * child, its answer, the input of a job. Imports nothing.
 */

/** Keys of batch jobs. `id` is that of an upload: 32 hex digits derived from bucket, key and version. */
export const BATCH_KEYS = {
  /** Pictures of this deployment's bucket that jobs of an endpoint may read. They do not expire. */
  pictures: (endpoint: string) => `pictures/${endpoint}/`,
  /** Results of all jobs of an endpoint. */
  results: (endpoint: string) => `batch/${endpoint}/`,
  /** Results of one version. Under the function's name: a stack that is created again counts versions from 1. */
  ofVersion: (of: { readonly endpoint: string; readonly functionName: string }, version: string) =>
    `batch/${of.endpoint}/${of.functionName}/v${version}/`,
  result: (folder: string, id: string) => `${folder}${id}.json`,
  annotated: (folder: string, id: string) => `${folder}${id}.jpg`,
  /** Files about jobs: those that Step Functions writes, and the manifests of `batch start --limit`. */
  jobs: (endpoint: string) => `jobs/${endpoint}/`,
  job: (endpoint: string, job: string) => `jobs/${endpoint}/${job}`,
  /** The page that compares the results of a job with those of another one, and its numbers. */
  comparison: (endpoint: string, { job, baseline }: { readonly job: string; readonly baseline: string }) =>
    `jobs/${endpoint}/${job}/against-${baseline}`,
} as const;

/** First segments of the keys of batch jobs that expire. */
export const BATCH_PREFIXES = ['batch/', 'jobs/'] as const;

/** A picture of a job: an entry of S3's list, or of a manifest. Names as in S3's API. */
export interface BatchItem {
  /** Default: the bucket of the job. */
  readonly Bucket?: string;
  readonly Key: string;
  readonly VersionId?: string;
  /** With or without quotes. Without it and without a version id, the object is read first. */
  readonly Etag?: string;
  /** Bytes; a string in manifests of CSV. */
  readonly Size?: number | string;
}

/** Invokes a version on a batch of pictures. */
export interface BatchEvent {
  readonly kind: 'batch';
  /** Name of the job; absent: the pictures are only measured, nothing is stored. */
  readonly job?: string;
  readonly bucket: string;
  /** Whether annotated pictures are stored. */
  readonly annotate: boolean;
  readonly items: readonly BatchItem[];
}

/** What became of one picture. */
export interface BatchLine {
  readonly id: string;
  readonly key: string;
  readonly status: 'done' | 'rejected';
  /** Of a picture that is done: objects found, and milliseconds of the detection. */
  readonly count?: number;
  readonly ms?: number;
  /** Of a rejected picture: the type of the problem. */
  readonly reason?: string;
  /** An earlier attempt or job has stored the result. */
  readonly repeated?: true;
}

/** The answer to a batch. */
export interface BatchAnswer {
  readonly function_version: string;
  readonly lines: readonly BatchLine[];
}

/** The input of a job's execution. Step Functions reads most of it by paths (`lib/batch.ts`). */
export interface BatchJob {
  readonly job: string;
  readonly source: 'list' | 'csv' | 'jsonl';
  readonly bucket: string;
  /** Prefix of the list, or key of the manifest. */
  readonly key: string;
  /** Pinned when the job starts, so that no job mixes versions. */
  readonly version: string;
  /** Most pictures, at least 1. */
  readonly limit: number;
  /** Pictures of one child. */
  readonly batch: number;
  readonly concurrency: number;
  /** Percent of the pictures that may fail, 0–100. Rejected pictures have not failed. */
  readonly tolerate: number;
  readonly annotate: boolean;
  /** Folder of the files that Step Functions writes. */
  readonly results: string;
  /** Of the forecast, for `watch` and `report`. */
  readonly forecast: { readonly pictures: number; readonly msPerPicture: number };
}

/** Name of the error of a child that has no time for the rest of its pictures. The machine invokes it again. */
export const BATCH_UNFINISHED = 'BatchUnfinishedError';

/** Name of the output of an endpoint's stack that has the ARN of the machine. */
export const BATCH_MACHINE_OUTPUT = 'BatchMachine';

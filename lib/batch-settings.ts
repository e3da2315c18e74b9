/** The setting `batch` of an endpoint: schema, faults, defaults. */

import * as z from 'zod';
import type { Fault } from '../functions/plan/fault.ts';
import { DEFAULTS } from './config.ts';

/** Objects that jobs may read besides those of the deployment's own folder. */
export interface BatchSource {
  readonly bucket: string;
  /** Empty: the whole bucket. */
  readonly prefix: string;
}

/** The setting with its defaults filled in. */
export interface ResolvedBatch {
  readonly concurrency: number;
  readonly sources: readonly BatchSource[];
}

/** `s3://bucket/prefix` or `s3://bucket`. */
const ADDRESS = /^s3:\/\/([^/]*)(?:\/(.*))?$/s;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = {
  /** Parts between dots, each of which begins and ends with a letter or digit. */
  form: /^(?=.{3,63}$)[a-z0-9](?:-*[a-z0-9])*(?:\.[a-z0-9](?:-*[a-z0-9])*)*$/,
  /** An address of IPv4; names that S3 keeps for itself, as for aliases, which policies of IAM cannot name. */
  reserved: /^(?:\d+\.){3}\d+$|^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
};
const BUCKET_FORM =
  'Expected the name of a bucket after s3://: 3–63 lower-case letters, digits, hyphens and dots, with a letter or ' +
  'digit at both ends and on both sides of each dot';
const BUCKET_RESERVED =
  'Expected the name of a bucket after s3:// that S3 allows: no IP address, no name that begins with xn--, sthree- ' +
  'or amzn-s3-demo-, or ends with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3';

/** In a policy of IAM, `*` and `?` stand for other texts, and so does `${…}`; it has characters of Latin-1 alone. */
const PREFIX = /^(?:(?!\$\{)[\x20-\xff])*$/;
const PREFIX_FORM = 'Expected a prefix of characters of Latin-1 without ${, which a policy of IAM would replace';

const CONCURRENCY = 'Expected a whole number of invocations, 1–1000';
const SOURCE = 'Expected s3://bucket or s3://bucket/prefix, without *, ? and comma';
const SOURCES = 'Expected a list of at least one source';
/**
 * What IAM's 6,144 characters of a managed policy leave for sources, beside everything else at the longest names.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_POLICY_CHARACTERS = 2600;

const sourceSchema = z.string(SOURCE).superRefine((value, { addIssue }) => {
  for (const message of sourceMessages(value)) addIssue({ code: 'custom', message });
});

/** What is wrong with an address. */
function sourceMessages(value: string): string[] {
  const [address, bucket = '', prefix = ''] = ADDRESS.exec(value) ?? [];
  if (address === undefined || /[*?,]/.test(value)) return [SOURCE];
  return [
    ...(BUCKET.form.test(bucket) ? [] : [BUCKET_FORM]),
    ...(BUCKET.reserved.test(bucket) ? [BUCKET_RESERVED] : []),
    ...(PREFIX.test(prefix) ? [] : [PREFIX_FORM]),
  ];
}

/** The setting as it is declared. */
export const batchSchema = z.strictObject({
  concurrency: z.int(CONCURRENCY).min(1, CONCURRENCY).max(1000, CONCURRENCY).exactOptional(),
  sources: z.array(sourceSchema, SOURCES).min(1, SOURCES).exactOptional(),
});

/** What the faults and defaults of the setting depend on. */
interface Owner {
  readonly batch?: z.output<typeof batchSchema>;
  readonly answeredBy?: 'model' | 'human';
  readonly reservedConcurrency?: number;
}

/** Faults that the schema does not find: settings without effect, and too much concurrency. */
export function batchFaults({ batch, answeredBy, reservedConcurrency: most }: Owner, path: string): Fault[] {
  if (!batch) return [];
  if (answeredBy === 'human') {
    const expected = 'Expected no value: an endpoint answered by a human runs no model';
    return [{ path: `${path}.batch`, expected, value: batch }];
  }
  const { concurrency = 0, sources = [] } = batch;
  const tooMany = most !== undefined && concurrency > most;
  const expected = `Expected at most the reservedConcurrency of ${most}, so that no job is throttled`;
  return [
    ...(tooMany ? [{ path: `${path}.batch.concurrency`, expected, value: concurrency }] : []),
    ...sources.flatMap((_, index) => coveredFault(sources, index, `${path}.batch.sources[${index}]`)),
    ...policyFault(sources, `${path}.batch.sources`),
  ];
}

/** The policy names the bucket of a source once, and its objects twice. */
function policyFault(sources: readonly string[], path: string): Fault[] {
  const of = ({ bucket, prefix }: BatchSource) => 3 * `"arn:aws-cn:s3:::${bucket}",`.length + 2 * `/${prefix}*`.length;
  const value = sources.reduce((sum, source) => sum + of(sourceOf(source)), 0);
  const expected = `Expected sources that take at most ${MAX_POLICY_CHARACTERS} characters in the IAM policy`;
  return value > MAX_POLICY_CHARACTERS ? [{ path, expected, value }] : [];
}

/** A source that an earlier one equals, or that another one contains, has no effect. */
function coveredFault(sources: readonly string[], at: number, path: string): Fault[] {
  const value = sources[at] ?? '';
  const own = sourceOf(value);
  const cover = sources.find((other, index) => {
    const { bucket, prefix } = sourceOf(other);
    if (index === at || bucket !== own.bucket || !own.prefix.startsWith(prefix)) return false;
    return prefix !== own.prefix || index < at;
  });
  return cover === undefined ? [] : [{ path, expected: `Expected a source that ${cover} does not contain`, value }];
}

/** @param reserved concurrency of the function. Half of it is left to callers. */
export function resolveBatch({ batch, reservedConcurrency: reserved }: Owner): ResolvedBatch | undefined {
  if (!batch) return undefined;
  const half = reserved === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(reserved / 2));
  const concurrency = batch.concurrency ?? Math.min(DEFAULTS.endpoint.batchConcurrency, half);
  return { concurrency, sources: (batch.sources ?? []).map(sourceOf) };
}

function sourceOf(address: string): BatchSource {
  const [, bucket = '', prefix = ''] = ADDRESS.exec(address) ?? [];
  return { bucket, prefix };
}

/** Copies labelled sets from the function's code into the bucket, and deletes those that no deployment uses. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { deployedSets } from '../plan/labelled-set.ts';
import type { CustomResourceOutcome } from '../platform/cloudformation.ts';
import { retryWhileDenied } from '../platform/fresh-role.ts';

/** Objects that are written at the same time. */
const AT_ONCE = 16;
/** S3 deletes up to a thousand objects per request. */
const MOST_DELETED = 1000;

/** The dependencies of a copy. */
export interface SetsContext {
  readonly client: S3Client;
  readonly bucket: string;
  /** Folder of the sets in the function's code: one folder each, named by the hash of its files. */
  readonly folder: string;
  /** Resolves after a number of seconds. */
  readonly wait: (seconds: number) => Promise<unknown>;
  readonly onError: (message: string, error: Error) => void;
}

/** `ResourceProperties` of the custom resource. */
interface SetsProperties {
  readonly Endpoint: string;
  /** Hashes of the sets. */
  readonly Sets: readonly string[];
}

/**
 * Does what a request of CloudFormation about `Custom::LabelledSets` requires, and never throws. The sets of the
 * deployment before stay, because a running rollout, or the undoing of this deployment, may use them. A deletion never
 * fails: it would leave a stack that cannot be deleted.
 */
export async function storeSets(
  event: CloudFormationCustomResourceEvent,
  context: SetsContext,
): Promise<CustomResourceOutcome> {
  const { Endpoint, Sets } = event.ResourceProperties as unknown as SetsProperties;
  const isDeleted = event.RequestType === 'Delete';
  const before = event.RequestType === 'Update' ? (event.OldResourceProperties as unknown as SetsProperties).Sets : [];
  const kept = isDeleted ? [] : [...Sets, ...before];
  try {
    const copied = await retryWhileDenied(() => copySets(Endpoint, isDeleted ? [] : Sets, context), context.wait);
    await deleteOthers(Endpoint, kept, context);
    return { data: { Copied: String(copied) } };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    context.onError('copying the labelled sets failed', error);
    return isDeleted ? { data: { Copied: '0' } } : { failure: `${error.name}: ${error.message}` };
  }
}

/** @returns the number of objects written; those that are there are not written again */
async function copySets(endpoint: string, sets: readonly string[], context: SetsContext): Promise<number> {
  let copied = 0;
  for (const hash of sets) {
    const prefix = `${deployedSets(endpoint)}${hash}/`;
    const there = new Set(await keysBelow(prefix, context));
    const files = await filesBelow(join(context.folder, hash));
    const missing = files.filter((file) => !there.has(prefix + file));
    for (let index = 0; index < missing.length; index += AT_ONCE) {
      const some = missing.slice(index, index + AT_ONCE);
      await Promise.all(some.map((file) => copy(join(context.folder, hash, file), prefix + file, context)));
    }
    copied += missing.length;
  }
  return copied;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function copy(file: string, Key: string, { client, bucket: Bucket }: SetsContext): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(file) }));
}

async function keysBelow(Prefix: string, { client, bucket: Bucket }: SetsContext): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix, ...(token && { ContinuationToken: token }) });
    const page = await client.send(command);
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

async function deleteOthers(endpoint: string, kept: readonly string[], context: SetsContext): Promise<void> {
  const prefixes = kept.map((hash) => `${deployedSets(endpoint)}${hash}/`);
  const keys = await keysBelow(deployedSets(endpoint), context);
  const others = keys.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)));
  for (let index = 0; index < others.length; index += MOST_DELETED) {
    const Objects = others.slice(index, index + MOST_DELETED).map((Key) => ({ Key }));
    await context.client.send(new DeleteObjectsCommand({ Bucket: context.bucket, Delete: { Objects, Quiet: true } }));
  }
}

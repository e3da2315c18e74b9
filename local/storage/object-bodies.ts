/**
 * S3's objects on disk: bodies as files, metadata as rows. fauxqs's own files are named by the keys, so that a key such
 * as `../x` would leave their folder, and are overwritten in place, so that a crash could leave half a body.
 *
 * A new body gets a new file before its row names it; the former file is removed afterwards. So a row always names a
 * whole body, and a crash can only leave a file that no row names, which the next start removes.
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { buildApp } from 'fauxqs';
import type { Database, Table } from './database.ts';

/** fauxqs's store of S3. */
export type S3Store = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>['s3Store'];
type Provider = NonNullable<S3Store['persistence']>;
export type S3Object = Parameters<Provider['upsertObject']>[1];

/** An object without its body. */
export interface ObjectRecord {
  readonly bucket: string;
  readonly file: string;
  readonly object: Omit<S3Object, 'body' | 'lastModified'> & { readonly lastModified: string };
}

interface BucketRecord {
  readonly created: string;
  readonly type: Parameters<Provider['insertBucket']>[2];
}

/** Tells fauxqs that the body is to be read. */
const UNREAD = Buffer.alloc(0);

/** Uploads in parts are in memory until they are completed: after a restart, a client begins such an upload again. */
export class ObjectBodies implements Provider {
  private readonly folder: string;
  private readonly buckets: Table<BucketRecord>;
  private readonly objects: Table<ObjectRecord>;

  /** @param folder of the bodies, which nothing else uses */
  constructor(folder: string, database: Database) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.buckets = database.table('buckets');
    this.objects = database.table('objects');
  }

  /** Restores the buckets, and removes files that no row names. */
  loadS3(store: S3Store): void {
    for (const [name, { created, type }] of this.buckets.entries()) {
      store.createBucket(name, type);
      store.setBucketCreationDate(name, new Date(created));
    }
    const unnamed = new Set(readdirSync(this.folder));
    for (const [, { file }] of this.objects.below('')) unnamed.delete(file);
    for (const file of unnamed) this.removeFile(file);
  }

  /** An object, with a body that fauxqs reads where it is needed. */
  find(bucket: string, key: string): S3Object | undefined {
    const record = this.objects.get(keyOf(bucket, key));
    return record && objectOf(record);
  }

  /** The objects whose keys begin with a prefix and come after a key, in order of their keys' bytes. */
  *below(bucket: string, prefix: string, after: string): Generator<S3Object> {
    for (const [, record] of this.objects.below(keyOf(bucket, prefix), keyOf(bucket, after))) yield objectOf(record);
  }

  insertBucket(name: string, created: Date, type: BucketRecord['type']): void {
    this.buckets.put(name, { created: created.toISOString(), type });
  }

  deleteBucket(name: string): void {
    this.buckets.delete(name);
  }

  upsertObject(bucket: string, { body, ...object }: S3Object): void {
    const key = keyOf(bucket, object.key);
    const former = this.objects.get(key)?.file;
    const file = randomUUID();
    writeFileSync(join(this.folder, file), body);
    this.objects.put(key, { bucket, file, object: { ...object, lastModified: object.lastModified.toISOString() } });
    if (former !== undefined) this.removeFile(former);
  }

  deleteObject(bucket: string, name: string): void {
    const key = keyOf(bucket, name);
    const file = this.objects.get(key)?.file;
    this.objects.delete(key);
    if (file !== undefined) this.removeFile(file);
  }

  readBody(bucket: string, name: string): Buffer {
    const file = this.objects.get(keyOf(bucket, name))?.file;
    if (file === undefined) throw new Error(`Expected a stored object for ${bucket}/${name}, received none`);
    return readFileSync(join(this.folder, file));
  }

  completeMultipartUpload(_upload: string, bucket: string, object: S3Object): void {
    this.upsertObject(bucket, object);
  }

  private removeFile(file: string): void {
    rmSync(join(this.folder, file), { force: true });
  }

  // The emulator passes no lifecycle rules to fauxqs, and uploads in parts are not stored.
  saveBucketLifecycleConfiguration(): void {}
  deleteBucketLifecycleConfiguration(): void {}
  insertMultipartUpload(): void {}
  upsertMultipartPart(): void {}
  deleteMultipartUpload(): void {}
  deleteAllMultipartUploads(): void {}
  close(): void {}

  // Of directory buckets, and of fauxqs's own addresses; the emulator has neither.
  renameObject(): never {
    throw unsupported('renameObject');
  }
  deleteObjectsByBucket(): never {
    throw unsupported('deleteObjectsByBucket');
  }
  deleteAllObjects(): never {
    throw unsupported('deleteAllObjects');
  }
  purgeAll(): never {
    throw unsupported('purgeAll');
  }
}

function objectOf({ object }: ObjectRecord): S3Object {
  return { ...object, body: UNREAD, lastModified: new Date(object.lastModified) };
}

function keyOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function unsupported(operation: string): Error {
  return new Error(`Expected an operation that the emulator passes on, received ${operation}`);
}

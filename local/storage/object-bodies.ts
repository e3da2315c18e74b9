/**
 * S3's objects on disk: bodies in files, metadata as rows. fauxqs's own files are named by the keys, so that a key such
 * as `../x` would leave their folder, and are overwritten in place, so that a crash could leave half a body.
 *
 * A new body is written before its row names it; the place of the former one is freed afterwards. So a row always names
 * a whole body, and a crash can only leave bytes that no row names, which are freed with their file.
 */

import { BodyFiles } from './body-files.ts';
import { Compaction } from './compaction.ts';
import type { Database, Table } from './database.ts';
import { type ObjectRecord, type Provider, placeOf, type S3Object, type S3Store } from './object-record.ts';
import type { Place } from './place.ts';

interface BucketRecord {
  readonly created: string;
  readonly type: Parameters<Provider['insertBucket']>[2];
}

/** Key of the only value. */
const CLOSED = 'closed';

/** Tells fauxqs that the body is to be read. */
const UNREAD = Buffer.alloc(0);

/** Uploads in parts are in memory until they are completed: after a restart, a client begins such an upload again. */
export class ObjectBodies implements Provider {
  private readonly buckets: Table<BucketRecord>;
  private readonly objects: Table<ObjectRecord>;
  /** A value where the last emulator has ended by `close`. */
  private readonly closed: Table<true>;
  private readonly files: BodyFiles;
  private readonly compaction: Compaction;

  /**
   * @param folder of the bodies, which nothing else uses
   * @param fileBytes see `BodyFiles`
   */
  constructor(folder: string, database: Database, fileBytes?: number) {
    this.buckets = database.table('buckets');
    this.objects = database.table('objects', 'keys');
    this.closed = database.table('closed');
    const wasClosed = this.closed.get(CLOSED) !== undefined;
    this.closed.delete(CLOSED);
    // Because a power failure could bring back rows that name what is removed now.
    database.sync();
    this.files = new BodyFiles(folder, this.places(), fileBytes);
    if (!wasClosed) this.files.freeUnused(this.places());
    this.compaction = new Compaction({ files: this.files, objects: this.objects, database });
  }

  private *places(): Generator<Place> {
    for (const [, record] of this.objects.below('')) yield placeOf(record);
  }

  /** Restores the buckets. */
  loadS3(store: S3Store): void {
    for (const [name, { created, type }] of this.buckets.entries()) {
      store.createBucket(name, type);
      store.setBucketCreationDate(name, new Date(created));
    }
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
    const former = this.objects.get(key);
    const place = this.files.append(body);
    const { file, at } = place;
    try {
      this.objects.put(key, {
        bucket,
        file,
        at,
        object: { ...object, lastModified: object.lastModified.toISOString() },
      });
    } catch (error) {
      this.files.free(place);
      throw error;
    }
    if (former) this.files.free(placeOf(former));
  }

  deleteObject(bucket: string, name: string): void {
    const key = keyOf(bucket, name);
    const former = this.objects.get(key);
    this.objects.delete(key);
    if (former) this.files.free(placeOf(former));
  }

  readBody(bucket: string, name: string): Buffer {
    const record = this.objects.get(keyOf(bucket, name));
    if (!record) throw new Error(`Expected a stored object for ${bucket}/${name}, received none`);
    return this.files.read(placeOf(record));
  }

  /** @see Compaction.overwriteFreed */
  overwriteFreed(): Promise<void> {
    return this.compaction.overwriteFreed();
  }

  /** @see Compaction.run */
  compact(): Promise<void> {
    return this.compaction.run();
  }

  completeMultipartUpload(_upload: string, bucket: string, object: S3Object): void {
    this.upsertObject(bucket, object);
  }

  // The emulator passes no lifecycle rules to fauxqs, and uploads in parts are not stored.
  saveBucketLifecycleConfiguration(): void {}
  deleteBucketLifecycleConfiguration(): void {}
  insertMultipartUpload(): void {}
  upsertMultipartPart(): void {}
  deleteMultipartUpload(): void {}
  deleteAllMultipartUploads(): void {}

  close(): void {
    this.compaction.end();
    this.files.close();
    this.closed.put(CLOSED, true);
  }

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

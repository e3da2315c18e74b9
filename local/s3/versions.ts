/** Because fauxqs keeps no versions, noncurrent ones are copied to a bucket of their own. */

import { randomBytes } from 'node:crypto';
import { AwsError } from '../protocol/aws-error.ts';
import type { Table } from '../storage/database.ts';
import type { Store } from '../storage/store.ts';
import { type ObjectLocation, pathOf } from './request.ts';

/** Bucket of overwritten and deleted objects, with keys `<bucket>/<version id>/<key>`. */
export const NONCURRENT = 'laptop-noncurrent-versions';

/** Room for the versions of some large uploads that wait for their function. */
const MAX_NONCURRENT_BYTES = 128 * 1024 * 1024;

/** One version of an object, or the marker that a deletion leaves. */
export interface ObjectVersion {
  readonly id: string;
  readonly isDeleteMarker: boolean;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  /** Bytes; 0 for a marker. */
  readonly size: number;
  readonly etag: string;
}

/** All versions of one key, newest first. */
export interface KeyVersions extends ObjectLocation {
  readonly versions: readonly ObjectVersion[];
}

/** Where objects and their versions are stored. */
export interface VersionStorage {
  readonly store: Store;
  readonly table: Table<KeyVersions>;
}

export class Versions {
  private readonly store: Store;
  private readonly table: Table<KeyVersions>;
  /** Copies of noncurrent versions by their ids, the oldest first. */
  private readonly copies = new Map<string, { readonly location: ObjectLocation; readonly size: number }>();
  private copiedBytes = 0;
  private readonly maxBytes: number;

  /** @param maxBytes of all noncurrent versions together */
  constructor({ store, table }: VersionStorage, maxBytes = MAX_NONCURRENT_BYTES) {
    this.store = store;
    this.table = table;
    this.maxBytes = maxBytes;
    this.findCopies();
  }

  /** All versions but the newest of a key have copies. */
  private findCopies(): void {
    const copies: (ObjectVersion & { readonly location: ObjectLocation })[] = [];
    for (const [, { versions, ...location }] of this.table.below('')) {
      const kept = versions.slice(1).filter(({ isDeleteMarker }) => !isDeleteMarker);
      copies.push(...kept.map((each) => ({ location, ...each })));
    }
    for (const { id, location, size } of copies.toSorted((a, b) => a.lastModified.localeCompare(b.lastModified))) {
      this.copies.set(id, { location, size });
      this.copiedBytes += size;
    }
  }

  private versionsOf(location: ObjectLocation): readonly ObjectVersion[] {
    return this.table.get(pathOf(location))?.versions ?? [];
  }

  private save({ bucket, key }: ObjectLocation, versions: readonly ObjectVersion[]): void {
    const path = pathOf({ bucket, key });
    if (versions.length > 0) this.table.put(path, { bucket, key, versions });
    else this.table.delete(path);
  }

  async open(): Promise<void> {
    await this.store.s3({ method: 'PUT', path: `/${NONCURRENT}` });
  }

  /**
   * Copies the current version, before it is overwritten or deleted. To bound the disk, the oldest copies are
   * removed where all are more than `maxBytes`; S3 removes them after the days of a lifecycle rule.
   */
  async keep(location: ObjectLocation): Promise<void> {
    const [newest] = this.versionsOf(location);
    if (!newest || newest.isDeleteMarker) return;
    await this.copy(location, noncurrent(location, newest.id));
    this.copies.set(newest.id, { location, size: newest.size });
    this.copiedBytes += newest.size;
    for (const [id, { location: of }] of this.copies) {
      if (this.copiedBytes <= this.maxBytes || id === newest.id) return;
      await this.remove(of, id);
    }
  }

  /** Returns the id of a new current version; as long and opaque as S3's. */
  begin(location: ObjectLocation, { size, etag }: Pick<ObjectVersion, 'size' | 'etag'>): string {
    return this.add(location, { isDeleteMarker: false, size, etag });
  }

  /** After a deletion the object has no current version, but a marker. Returns the marker's id. */
  end(location: ObjectLocation): string {
    return this.add(location, { isDeleteMarker: true, size: 0, etag: '' });
  }

  /**
   * Removes one version for good. Without the newest one, the version before it is current again.
   * @returns undefined where there is no such version, which S3 answers like a removal
   */
  async remove(location: ObjectLocation, id: string): Promise<ObjectVersion | undefined> {
    const versions = this.versionsOf(location);
    const index = versions.findIndex((version) => version.id === id);
    const removed = versions[index];
    if (!removed) return undefined;
    if (index > 0) {
      if (!removed.isDeleteMarker) await this.discardCopy(location, id);
    } else {
      await this.replaceCurrent(location, removed, versions[1]);
    }
    this.save(location, versions.toSpliced(index, 1));
    return removed;
  }

  private async replaceCurrent(
    location: ObjectLocation,
    removed: ObjectVersion,
    before: ObjectVersion | undefined,
  ): Promise<void> {
    if (before && !before.isDeleteMarker) {
      await this.copy(noncurrent(location, before.id), location);
      await this.discardCopy(location, before.id);
    } else if (!removed.isDeleteMarker) {
      await this.discard(location);
    }
  }

  /** The current version; undefined for a missing or deleted object. */
  idOf(location: ObjectLocation): string | undefined {
    const [newest] = this.versionsOf(location);
    return newest?.isDeleteMarker ? undefined : newest?.id;
  }

  /** Location of a version in the store. @throws AwsError MethodNotAllowed for a marker, which has no content */
  find(location: ObjectLocation, id: string): ObjectLocation {
    const versions = this.versionsOf(location);
    if (versions.some((version) => version.id === id && version.isDeleteMarker)) {
      const message = 'The specified method is not allowed against this resource.';
      throw new AwsError('MethodNotAllowed', 405, message, { ResourceType: 'DeleteMarker' });
    }
    return this.idOf(location) === id ? location : noncurrent(location, id);
  }

  /** The versions of one key, none where there are none. */
  all({ bucket, key }: ObjectLocation): KeyVersions {
    return { bucket, key, versions: this.versionsOf({ bucket, key }) };
  }

  /** The keys of a bucket, or those with a prefix, that have a version or a marker. They may change meanwhile. */
  *of(bucket: string, prefix = ''): Generator<KeyVersions> {
    for (const [, key] of this.table.below(pathOf({ bucket, key: prefix }))) yield key;
  }

  private add(location: ObjectLocation, version: Omit<ObjectVersion, 'id' | 'lastModified'>): string {
    const id = randomBytes(24).toString('base64url');
    const added = { ...version, id, lastModified: new Date().toISOString() };
    this.save(location, [added, ...this.versionsOf(location)]);
    return id;
  }

  private async copy(from: ObjectLocation, to: ObjectLocation): Promise<void> {
    await this.store.s3({ method: 'PUT', path: pathOf(to), headers: { 'x-amz-copy-source': pathOf(from) } });
  }

  private async discardCopy(location: ObjectLocation, id: string): Promise<void> {
    this.copiedBytes -= this.copies.get(id)?.size ?? 0;
    this.copies.delete(id);
    await this.discard(noncurrent(location, id));
  }

  private async discard(location: ObjectLocation): Promise<void> {
    await this.store.s3({ method: 'DELETE', path: pathOf(location) });
  }
}

function noncurrent({ bucket, key }: ObjectLocation, id: string): ObjectLocation {
  return { bucket: NONCURRENT, key: `${bucket}/${id}/${key}` };
}

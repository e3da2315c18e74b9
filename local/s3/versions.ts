/** Because fauxqs keeps no versions, noncurrent ones are copied to a bucket of their own. */

import { randomBytes } from 'node:crypto';
import type { Store } from '../store.ts';
import { type ObjectLocation, pathOf } from './request.ts';

/** Bucket of overwritten and deleted objects, with keys `<bucket>/<version id>/<key>`. */
export const NONCURRENT = 'laptop-noncurrent-versions';

export class Versions {
  private readonly store: Store;
  private readonly current = new Map<string, string>();

  constructor(store: Store) {
    this.store = store;
  }

  async open(): Promise<void> {
    await this.store.s3({ method: 'PUT', path: `/${NONCURRENT}` });
  }

  /** Copies the current version, before it is overwritten or deleted. */
  async keep(location: ObjectLocation): Promise<void> {
    const id = this.current.get(pathOf(location));
    if (!id) return;
    const to = pathOf({ bucket: NONCURRENT, key: `${location.bucket}/${id}/${location.key}` });
    await this.store.s3({ method: 'PUT', path: to, headers: { 'x-amz-copy-source': pathOf(location) } });
  }

  /** Returns the id of a new current version; as long and opaque as S3's. */
  begin(location: ObjectLocation): string {
    const id = randomBytes(24).toString('base64url');
    this.current.set(pathOf(location), id);
    return id;
  }

  /** After a deletion the object has no current version. */
  end(location: ObjectLocation): void {
    this.current.delete(pathOf(location));
  }

  idOf(location: ObjectLocation): string | undefined {
    return this.current.get(pathOf(location));
  }

  /** Location of a version in the store. */
  find(location: ObjectLocation, id: string): ObjectLocation {
    return this.idOf(location) === id
      ? location
      : { bucket: NONCURRENT, key: `${location.bucket}/${id}/${location.key}` };
  }
}

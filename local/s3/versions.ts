/** Versions of objects, which fauxqs does not keep: the newest lies where it belongs, older ones in a bucket beside. */

import { randomBytes } from 'node:crypto';
import type { Store } from '../store.ts';
import { type ObjectLocation, pathOf } from './request.ts';

/** Holds `<version id>/<key>` of what was overwritten or deleted. */
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

  /** Keeps what is about to be overwritten or deleted. */
  async keep(location: ObjectLocation): Promise<void> {
    const id = this.current.get(pathOf(location));
    if (!id) return;
    const to = pathOf({ bucket: NONCURRENT, key: `${location.bucket}/${id}/${location.key}` });
    await this.store.s3({ method: 'PUT', path: to, headers: { 'x-amz-copy-source': pathOf(location) } });
  }

  /** The id of a version that was just made; S3's are as long and as opaque. */
  begin(location: ObjectLocation): string {
    const id = randomBytes(24).toString('base64url');
    this.current.set(pathOf(location), id);
    return id;
  }

  /** The object is deleted: it has no current version. */
  end(location: ObjectLocation): void {
    this.current.delete(pathOf(location));
  }

  idOf(location: ObjectLocation): string | undefined {
    return this.current.get(pathOf(location));
  }

  /** Where a version lies now. */
  find(location: ObjectLocation, id: string): ObjectLocation {
    return this.idOf(location) === id
      ? location
      : { bucket: NONCURRENT, key: `${location.bucket}/${id}/${location.key}` };
  }
}

/** Versions of objects, which fauxqs does not keep: the newest lies where it belongs, older ones in a bucket beside. */

import { randomBytes } from 'node:crypto';
import type { Store } from '../store.ts';
import { pathOf, type S3Place } from './request.ts';

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
  async keep(place: S3Place): Promise<void> {
    const id = this.current.get(pathOf(place));
    if (!id) return;
    const to = pathOf({ bucket: NONCURRENT, key: `${place.bucket}/${id}/${place.key}` });
    await this.store.s3({ method: 'PUT', path: to, headers: { 'x-amz-copy-source': pathOf(place) } });
  }

  /** The id of a version that was just made; S3's are as long and as opaque. */
  begin(place: S3Place): string {
    const id = randomBytes(24).toString('base64url');
    this.current.set(pathOf(place), id);
    return id;
  }

  /** The object is deleted: it has no current version. */
  end(place: S3Place): void {
    this.current.delete(pathOf(place));
  }

  idOf(place: S3Place): string | undefined {
    return this.current.get(pathOf(place));
  }

  /** Where a version lies now. */
  find(place: S3Place, id: string): S3Place {
    return this.idOf(place) === id ? place : { bucket: NONCURRENT, key: `${place.bucket}/${id}/${place.key}` };
  }
}

/**
 * Lets a store of fauxqs find its objects in the database instead of in memory, where 1 KB stayed for each. Also lists
 * them in order of their keys' bytes, as S3 does: fauxqs sorts by the language of the machine, but continues by code
 * units, so that a list in pages misses keys.
 */

import { inOrder } from './database.ts';
import type { ObjectBodies } from './object-bodies.ts';
import type { S3Object, S3Store } from './object-record.ts';

type ListOptions = NonNullable<Parameters<S3Store['listObjects']>[1]>;
type Listed = ReturnType<S3Store['listObjects']>;

/** After every key that begins with the text before it. */
const LAST = '\u{10FFFF}';

/** Restores the buckets of a new store, and keeps its objects in `bodies` from now on. */
export function keepObjects(store: S3Store, bodies: ObjectBodies): void {
  const listObjects = (bucket: string, options: ListOptions = {}) => {
    // Because it throws the error of S3.
    if (!store.hasBucket(bucket)) store.headObject(bucket, '');
    return list(bodies, bucket, options);
  };
  Object.assign(store, { buckets: new Buckets(bodies), listObjects });
  bodies.loadS3(store);
  // Because the store would store again what it loads.
  store.persistence = bodies;
}

/** What fauxqs takes for the objects of each bucket. */
class Buckets extends Map<string, Map<string, S3Object>> {
  private readonly bodies: ObjectBodies;

  constructor(bodies: ObjectBodies) {
    super();
    this.bodies = bodies;
  }

  override set(bucket: string): this {
    return super.set(bucket, new BucketObjects(this.bodies, bucket));
  }
}

/** The rows of one bucket. `bodies` writes and deletes them before or after fauxqs changes this. */
class BucketObjects extends Map<string, S3Object> {
  private readonly bodies: ObjectBodies;
  private readonly bucket: string;

  constructor(bodies: ObjectBodies, bucket: string) {
    super();
    this.bodies = bodies;
    this.bucket = bucket;
  }

  override get(key: string): S3Object | undefined {
    return this.bodies.find(this.bucket, key);
  }

  override has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  override set(): this {
    return this;
  }

  override delete(key: string): boolean {
    return this.has(key);
  }

  override get size(): number {
    return this.bodies.below(this.bucket, '', '').reduce((count) => count + 1, 0);
  }
}

function list(bodies: ObjectBodies, bucket: string, options: ListOptions): Listed {
  const { prefix = '', delimiter = '', maxKeys = 1000, startAfter, marker } = options;
  const after = startAfter ?? marker ?? '';
  const objects: S3Object[] = [];
  const prefixes = new Set<string>();
  const commonPrefixOf = (key: string) => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  let from: string | undefined = after;
  while (from !== undefined) {
    const start: string = from;
    from = undefined;
    for (const object of bodies.below(bucket, prefix, start)) {
      const common = commonPrefixOf(object.key);
      const isListed = common !== undefined && (prefixes.has(common) || inOrder(common, after) <= 0);
      if (!isListed && objects.length + prefixes.size >= maxKeys) return listed(objects, prefixes, true);
      if (common === undefined) objects.push(object);
      else {
        if (!isListed) prefixes.add(common);
        from = common + LAST;
        break;
      }
    }
  }
  return listed(objects, prefixes, false);
}

function listed(objects: S3Object[], prefixes: ReadonlySet<string>, isTruncated: boolean): Listed {
  return { objects, commonPrefixes: [...prefixes], isTruncated };
}

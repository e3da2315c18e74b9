/** S3's objects in the store, with versions and with an announcement of every new object. */

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { AwsError, unescapeXml } from '../protocol/aws-error.ts';
import type { CorsRule } from '../protocol/cors.ts';
import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';
import type { Store } from '../storage/store.ts';
import type { Announcements, Receivers } from './announcements.ts';
import { checkConditions, isConditional, withoutConditions } from './condition.ts';
import { type Expired, expiredOf, type LifecycleRule } from './lifecycle.ts';
import { Locks } from './locks.ts';
import type { ObjectCreated } from './object-created.ts';
import { withRange } from './range.ts';
import { type Change, type ObjectLocation, pathOf } from './request.ts';
import { listVersions } from './version-list.ts';
import { type KeyVersions, NONCURRENT, type ObjectVersion, type VersionStorage, Versions } from './versions.ts';

/** Objects that `expire` looks at in one turn of the event loop. */
const EXPIRY_TURN = 100;

/** A bucket of a template. */
export interface BucketDefinition {
  readonly versioned: boolean;
  /** Absent: nothing receives its events. */
  readonly receivers?: Receivers;
  readonly cors: readonly CorsRule[];
  /** Default: objects stay. */
  readonly lifecycle?: readonly LifecycleRule[];
}

/** Of an object; the tag is without quotation marks. */
type SizeAndTag = Pick<ObjectVersion, 'size' | 'etag'>;

export class Objects {
  private readonly store: Store;
  private readonly versions: Versions;
  private readonly buckets = new Map<string, BucketDefinition>();
  private readonly locks = new Locks();
  private readonly announcements: Announcements;
  private sequence = 0n;

  constructor(storage: VersionStorage, announcements: Announcements) {
    this.store = storage.store;
    this.versions = new Versions(storage);
    this.announcements = announcements;
  }

  /** Creates a bucket, or updates it. */
  async define(name: string, definition: BucketDefinition): Promise<void> {
    if (this.buckets.size === 0) await this.versions.open();
    if (!this.buckets.has(name)) await this.store.s3({ method: 'PUT', path: `/${name}` });
    this.buckets.set(name, definition);
  }

  bucketNames(): ReadonlySet<string> {
    return new Set(this.buckets.keys());
  }

  /** Names of the buckets for uploads: those whose new objects are announced. */
  announcing(): string[] {
    return [...this.buckets].filter(([, { receivers }]) => receivers !== undefined).map(([name]) => name);
  }

  /** @throws AwsError NoSuchBucket */
  bucket(name: string): BucketDefinition {
    const found = this.buckets.get(name);
    if (!found) throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: name });
    return found;
  }

  /** CORS rules of a bucket; none for an unknown one. */
  corsRules(name: string): readonly CorsRule[] {
    return this.buckets.get(name)?.cors ?? [];
  }

  /** All buckets but the one of the noncurrent versions. */
  async listBuckets(): Promise<ServiceResponse> {
    const response = await this.store.s3({ method: 'GET', path: '/' });
    const own = new RegExp(`<Bucket><Name>${NONCURRENT}</Name>.*?</Bucket>`, 's');
    return { ...response, body: String(response.body).replace(own, '') };
  }

  /**
   * Writes or deletes an object. Changes of one object run one after another.
   * @param reason of the event. Default: the change
   */
  change(
    request: ServiceRequest,
    location: ObjectLocation,
    change: Change,
    reason: string = change,
  ): Promise<ServiceResponse> {
    return this.locks.run(pathOf(location), async () => {
      const { versioned, receivers } = this.bucket(location.bucket);
      if (change === 'DeleteObject') return this.delete(request, location, versioned);
      if (isConditional(request)) checkConditions(request, location.key, await this.tagOf(location));
      if (versioned) await this.versions.keep(location);
      const response = await this.forward(withoutConditions(request), location);
      if (response.status >= 300 || !(versioned || receivers)) return response;
      const content = await this.stored(request, location, response);
      const version = versioned ? { versionId: this.versions.begin(location, content) } : {};
      if (receivers)
        await this.announcements.announce({ ...location, ...content, ...version, ...this.now(), reason }, receivers);
      const { versionId } = version;
      return versionId ? { ...response, headers: { ...response.headers, 'x-amz-version-id': versionId } } : response;
    });
  }

  /** Deletes one version for good, or the object, which leaves a marker where the bucket keeps versions. */
  private async delete(
    request: ServiceRequest,
    location: ObjectLocation,
    versioned: boolean,
  ): Promise<ServiceResponse> {
    if (!versioned) return this.forward(request, location);
    const wanted = request.query.get('versionId');
    if (wanted) {
      const removed = await this.versions.remove(location, wanted);
      const marker = removed?.isDeleteMarker ? { 'x-amz-delete-marker': 'true' } : {};
      return { status: 204, headers: { 'x-amz-version-id': wanted, ...marker } };
    }
    await this.versions.keep(location);
    const response = await this.forward(request, location);
    if (response.status >= 300) return response;
    const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': this.versions.end(location) };
    return { ...response, headers: { ...response.headers, ...marker } };
  }

  /** Deletes what has expired by the lifecycle rules of buckets with versions. Lets requests in between. */
  async expire(clock: Pick<Clock, 'now'>): Promise<void> {
    const timeOf = (iso: string) => clock.now(Date.parse(iso));
    let looked = 0;
    for (const [bucket, { lifecycle = [], versioned }] of this.buckets) {
      if (!versioned || lifecycle.length === 0) continue;
      const expired = (key: KeyVersions) => expiredOf(key, lifecycle, clock.now(), timeOf);
      for (const key of this.versions.of(bucket)) {
        if (isAnything(expired(key))) await this.locks.run(pathOf(key), () => this.expireOne(key, expired));
        looked += 1;
        if (looked % EXPIRY_TURN === 0) await setImmediate();
      }
    }
  }

  private async expireOne({ bucket, key }: ObjectLocation, expired: (key: KeyVersions) => Expired): Promise<void> {
    // Once more, because a change may have come before.
    const { current, versions } = expired(this.versions.all({ bucket, key }));
    for (const id of versions) await this.versions.remove({ bucket, key }, id);
    if (!current) return;
    await this.versions.keep({ bucket, key });
    await this.store.s3({ method: 'DELETE', path: pathOf({ bucket, key }) });
    this.versions.end({ bucket, key });
  }

  /** What a change has stored. Answers to copies and to uploads in parts have the tag in their XML. */
  private async stored(
    { body }: ServiceRequest,
    location: ObjectLocation,
    { headers = {} }: ServiceResponse,
  ): Promise<SizeAndTag> {
    const { etag } = headers;
    return etag === undefined ? this.sizeAndTag(location) : { size: body.length, etag: unquoted(etag) };
  }

  private async sizeAndTag(location: ObjectLocation): Promise<SizeAndTag> {
    const { headers = {} } = await this.store.s3({ method: 'HEAD', path: pathOf(location) });
    return { size: Number(headers['content-length']), etag: unquoted(headers.etag) };
  }

  private async tagOf(location: ObjectLocation): Promise<string | undefined> {
    const { status, headers = {} } = await this.store.s3({ method: 'HEAD', path: pathOf(location) });
    return status === 404 ? undefined : unquoted(headers.etag);
  }

  private now(): Pick<ObjectCreated, 'sequencer' | 'at'> {
    const at = new Date();
    this.sequence += 1n;
    const order = BigInt(at.getTime()) * 1_000_000n + this.sequence;
    return { at, sequencer: order.toString(16).toUpperCase().padStart(16, '0') };
  }

  private list(bucket: string, query: URLSearchParams): ServiceResponse {
    if (this.bucket(bucket).versioned)
      return listVersions(bucket, [...this.versions.of(bucket, query.get('prefix') ?? '')], query);
    throw new AwsError(
      'NotImplemented',
      501,
      'Versions of a bucket without versions are not supported by the emulator.',
    );
  }

  /** Reads an object, a version or a list; uploads parts; deletes many objects. @throws AwsError NoSuchVersion */
  async read(request: ServiceRequest, location: ObjectLocation): Promise<ServiceResponse> {
    if (request.query.has('delete')) await this.keepAll(location.bucket, request.body);
    if (request.query.has('versions')) return this.list(location.bucket, request.query);
    const wanted = request.query.get('versionId');
    const stored = wanted && location.key ? this.versions.find(location, wanted) : location;
    const response = await this.forward(await this.ranged(request, stored), stored);
    if (wanted && response.status === 404) {
      const details = { Key: location.key, VersionId: wanted };
      throw new AwsError('NoSuchVersion', 404, 'The specified version does not exist.', details);
    }
    const id = location.key ? (wanted ?? this.versions.idOf(location)) : undefined;
    const version = id && response.status < 300 ? { 'x-amz-version-id': id } : {};
    return { ...response, headers: { ...response.headers, ...version, ...overrides(request.query) } };
  }

  private async ranged(request: ServiceRequest, location: ObjectLocation): Promise<ServiceRequest> {
    if (request.headers.range === undefined || !location.key) return request;
    const { size } = await this.sizeAndTag(location);
    return { ...request, headers: withRange(request.headers, size) };
  }

  private forward(
    { method, query, headers, body }: ServiceRequest,
    location: ObjectLocation,
  ): Promise<ServiceResponse> {
    const path = location.key ? pathOf(location) : `/${location.bucket}`;
    return this.store.s3({ method, path: query.size > 0 ? `${path}?${query}` : path, headers, body });
  }

  private async keepAll(bucket: string, body: Buffer): Promise<void> {
    if (!this.bucket(bucket).versioned) return;
    if (/<VersionId>/.test(body.toString())) {
      throw new AwsError('NotImplemented', 501, 'Lists of versions to delete are not supported by the emulator.');
    }
    for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const location = { bucket, key: unescapeXml(key) };
      await this.versions.keep(location);
      this.versions.end(location);
    }
  }
}

function unquoted(tag = ''): string {
  return tag.replaceAll('"', '');
}

function isAnything({ current, versions }: Expired): boolean {
  return current || versions.length > 0;
}

/** Headers that a GET chooses for its response. */
function overrides(query: URLSearchParams): Record<string, string> {
  const chosen = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(chosen.map(([name, value]) => [name.slice('response-'.length), value]));
}

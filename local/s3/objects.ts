/**
 * S3 in front of the store: versions, conditional writes, presigned POST, CORS, and an event for every object that was
 * put, whichever way it came.
 */

import { AwsError, unescapeXml } from '../protocol/aws-error.ts';
import { allowHeaders, allowing, type CorsRule, corsRequestOf, preflightHeaders } from '../protocol/cors.ts';
import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';
import type { Store } from '../store.ts';
import { checkConditions, isConditional } from './conditions.ts';
import { Locks } from './locks.ts';
import { formAnswer, putOf } from './post-answer.ts';
import { checkPolicy, readForm } from './post-policy.ts';
import {
  type Change,
  changeOf,
  checkSupported,
  locationOf,
  type ObjectLocation,
  pathOf,
  withHoistedHeaders,
} from './request.ts';
import { NONCURRENT, Versions } from './versions.ts';

/** What the template says about a bucket. */
export interface BucketDefinition {
  readonly versioned: boolean;
  /** Whether its events go to EventBridge. */
  readonly notifies: boolean;
  readonly cors: readonly CorsRule[];
}

/** An object that was completely put. */
export interface ObjectCreated extends ObjectLocation {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  /** `PutObject`, `POST Object`, `CopyObject` or `CompleteMultipartUpload` */
  readonly reason: string;
}

export class Objects {
  private readonly store: Store;
  private readonly versions: Versions;
  private readonly buckets = new Map<string, BucketDefinition>();
  private readonly locks = new Locks();
  private readonly onCreated: (created: ObjectCreated) => void;

  constructor(store: Store, onCreated: (created: ObjectCreated) => void) {
    this.store = store;
    this.versions = new Versions(store);
    this.onCreated = onCreated;
  }

  async define(name: string, definition: BucketDefinition): Promise<void> {
    if (this.buckets.size === 0) await this.versions.open();
    if (!this.buckets.has(name)) await this.store.s3({ method: 'PUT', path: `/${name}` });
    this.buckets.set(name, definition);
  }

  /** Names of the buckets whose events go to EventBridge: the ones to put pictures into. */
  notifying(): string[] {
    return [...this.buckets].filter(([, { notifies }]) => notifies).map(([name]) => name);
  }

  location(request: ServiceRequest): ObjectLocation {
    return locationOf(request, new Set(this.buckets.keys()));
  }

  /** Serves a request whose signature was checked. @throws AwsError */
  async serve(signed: ServiceRequest): Promise<ServiceResponse> {
    const request = withHoistedHeaders(signed);
    checkSupported(request.query);
    const location = this.location(request);
    if (!location.bucket) return this.listBuckets(request);
    if (!this.buckets.has(location.bucket)) throw noSuchBucket(location.bucket);
    const change = changeOf(request);
    if (!location.key && change) throw new AwsError('AccessDenied', 403, 'Buckets come from the stacks.');
    if (change) return this.locks.run(pathOf(location), () => this.change(request, location, change));
    if (request.query.has('delete')) await this.keepAll(location.bucket, request.body);
    return this.read(request, location);
  }

  /** Serves a form upload, which carries its permission in itself. @throws AwsError */
  async servePost(request: ServiceRequest, now: Date): Promise<ServiceResponse> {
    const { bucket } = this.location(request);
    if (!this.buckets.has(bucket)) throw noSuchBucket(bucket);
    const form = await readForm(request.headers['content-type'] ?? '', request.body);
    await checkPolicy(form, bucket, now);
    const location = { bucket, key: form.fields.get('key') ?? '' };
    const put = putOf(form, request);
    const answer = await this.locks.run(pathOf(location), () => this.change(put, location, 'PutObject', 'POST Object'));
    return answer.status === 200 ? formAnswer(form, location, { answer, host: request.headers.host ?? '' }) : answer;
  }

  private async change(
    request: ServiceRequest,
    location: ObjectLocation,
    change: Change,
    reason?: string,
  ): Promise<ServiceResponse> {
    const definition = this.buckets.get(location.bucket);
    if (request.query.has('versionId'))
      throw new AwsError('NotImplemented', 501, 'The laptop does not delete single versions.');
    if (isConditional(request))
      checkConditions(request, await this.store.s3({ method: 'HEAD', path: pathOf(location) }));
    if (definition?.versioned) await this.versions.keep(location);
    const answer = await this.forward(request, location);
    if (answer.status >= 300) return answer;
    if (change === 'DeleteObject') {
      this.versions.end(location);
      return answer;
    }
    const versionId = definition?.versioned ? this.versions.begin(location) : undefined;
    const { headers = {} } = await this.store.s3({ method: 'HEAD', path: pathOf(location) });
    const facts = { size: Number(headers['content-length']), etag: (headers.etag ?? '').replaceAll('"', '') };
    const version = versionId ? { versionId } : {};
    if (definition?.notifies) this.onCreated({ ...location, ...facts, ...version, reason: reason ?? change ?? '' });
    return versionId ? { ...answer, headers: { ...answer.headers, 'x-amz-version-id': versionId } } : answer;
  }

  private async read(request: ServiceRequest, location: ObjectLocation): Promise<ServiceResponse> {
    const wanted = request.query.get('versionId');
    const found = wanted && location.key ? this.versions.find(location, wanted) : location;
    const answer = await this.forward(request, found);
    if (wanted && answer.status === 404)
      throw new AwsError('NoSuchVersion', 404, 'The specified version does not exist.', {
        Key: location.key,
        VersionId: wanted,
      });
    const id = location.key ? (wanted ?? this.versions.idOf(location)) : undefined;
    const version = id && answer.status < 300 ? { 'x-amz-version-id': id } : {};
    return { ...answer, headers: { ...answer.headers, ...version, ...overrides(request.query) } };
  }

  private forward(
    { method, query, headers, body }: ServiceRequest,
    location: ObjectLocation,
  ): Promise<ServiceResponse> {
    const path = location.key ? pathOf(location) : `/${location.bucket}`;
    return this.store.s3({ method, path: query.size > 0 ? `${path}?${query}` : path, headers, body });
  }

  private async keepAll(bucket: string, body: Buffer): Promise<void> {
    if (!this.buckets.get(bucket)?.versioned) return;
    for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const location = { bucket, key: unescapeXml(key) };
      await this.versions.keep(location);
      this.versions.end(location);
    }
  }

  private async listBuckets(request: ServiceRequest): Promise<ServiceResponse> {
    const answer = await this.store.s3({ method: request.method, path: '/' });
    const own = new RegExp(`<Bucket><Name>${NONCURRENT}</Name>.*?</Bucket>`, 's');
    return { ...answer, body: String(answer.body).replace(own, '') };
  }

  /** Answers what a page asks before a request, or adds what it may read. */
  cors(request: ServiceRequest): Record<string, string> {
    const corsRequest = corsRequestOf(request.method, request.headers);
    const rules = this.buckets.get(this.location(request).bucket)?.cors ?? [];
    const rule = corsRequest && allowing(rules, { ...corsRequest, headers: [] });
    return rule && corsRequest ? allowHeaders(rule, corsRequest) : {};
  }

  /** @throws AwsError AccessForbidden */
  preflight(request: ServiceRequest): ServiceResponse {
    const corsRequest = corsRequestOf(request.method, request.headers);
    const rules = this.buckets.get(this.location(request).bucket)?.cors ?? [];
    const rule = corsRequest && allowing(rules, corsRequest);
    if (!rule) throw new AwsError('AccessForbidden', 403, 'CORSResponse: This CORS request is not allowed.');
    return { status: 200, headers: preflightHeaders(rule, corsRequest) };
  }
}

function noSuchBucket(bucket: string): AwsError {
  return new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });
}

/** Headers that a GET, presigned or not, may choose for its own answer. */
function overrides(query: URLSearchParams): Record<string, string> {
  const chosen = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(chosen.map(([name, value]) => [name.slice('response-'.length), value]));
}

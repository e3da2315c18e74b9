/**
 * S3 in front of the store: versions, conditional writes, presigned POST, CORS, and an event for every object that was
 * put, whichever way it came.
 */

import { AwsError, unescapeXml } from '../protocol/aws-error.ts';
import { allowHeaders, allowing, type CorsRule, preflightHeaders, questionOf } from '../protocol/cors.ts';
import type { ServiceAnswer, ServiceRequest } from '../protocol/service.ts';
import type { Store } from '../store.ts';
import { checkConditions, isConditional } from './conditions.ts';
import { Locks } from './locks.ts';
import { formAnswer, putOf } from './post-answer.ts';
import { checkPolicy, readForm } from './post-policy.ts';
import { type Change, changeOf, checkPlayed, pathOf, placeOf, type S3Place, withHoistedHeaders } from './request.ts';
import { NONCURRENT, Versions } from './versions.ts';

/** What the template says about a bucket. */
export interface BucketDefinition {
  readonly versioned: boolean;
  /** Whether its events go to EventBridge. */
  readonly notifies: boolean;
  readonly cors: readonly CorsRule[];
}

/** An object that was completely put. */
export interface ObjectCreated extends S3Place {
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

  place(request: ServiceRequest): S3Place {
    return placeOf(request, new Set(this.buckets.keys()));
  }

  /** Serves a request whose signature was checked. @throws AwsError */
  async serve(signed: ServiceRequest): Promise<ServiceAnswer> {
    const request = withHoistedHeaders(signed);
    checkPlayed(request.query);
    const place = this.place(request);
    if (!place.bucket) return this.listBuckets(request);
    if (!this.buckets.has(place.bucket)) throw noSuchBucket(place.bucket);
    const change = changeOf(request);
    if (!place.key && change) throw new AwsError('AccessDenied', 403, 'Buckets come from the stacks.');
    if (change) return this.locks.run(pathOf(place), () => this.change(request, place, change));
    if (request.query.has('delete')) await this.keepAll(place.bucket, request.body);
    return this.read(request, place);
  }

  /** Serves a form upload, which carries its permission in itself. @throws AwsError */
  async servePost(request: ServiceRequest, now: Date): Promise<ServiceAnswer> {
    const { bucket } = this.place(request);
    if (!this.buckets.has(bucket)) throw noSuchBucket(bucket);
    const form = await readForm(request.headers['content-type'] ?? '', request.body);
    await checkPolicy(form, bucket, now);
    const place = { bucket, key: form.fields.get('key') ?? '' };
    const put = putOf(form, request);
    const answer = await this.locks.run(pathOf(place), () => this.change(put, place, 'PutObject', 'POST Object'));
    return answer.status === 200 ? formAnswer(form, place, { answer, host: request.headers.host ?? '' }) : answer;
  }

  private async change(
    request: ServiceRequest,
    place: S3Place,
    change: Change,
    reason?: string,
  ): Promise<ServiceAnswer> {
    const definition = this.buckets.get(place.bucket);
    if (request.query.has('versionId'))
      throw new AwsError('NotImplemented', 501, 'The laptop does not delete single versions.');
    if (isConditional(request)) checkConditions(request, await this.store.s3({ method: 'HEAD', path: pathOf(place) }));
    if (definition?.versioned) await this.versions.keep(place);
    const answer = await this.forward(request, place);
    if (answer.status >= 300) return answer;
    if (change === 'DeleteObject') {
      this.versions.end(place);
      return answer;
    }
    const versionId = definition?.versioned ? this.versions.begin(place) : undefined;
    const { headers = {} } = await this.store.s3({ method: 'HEAD', path: pathOf(place) });
    const facts = { size: Number(headers['content-length']), etag: (headers.etag ?? '').replaceAll('"', '') };
    const version = versionId ? { versionId } : {};
    if (definition?.notifies) this.onCreated({ ...place, ...facts, ...version, reason: reason ?? change ?? '' });
    return versionId ? { ...answer, headers: { ...answer.headers, 'x-amz-version-id': versionId } } : answer;
  }

  private async read(request: ServiceRequest, place: S3Place): Promise<ServiceAnswer> {
    const wanted = request.query.get('versionId');
    const found = wanted && place.key ? this.versions.find(place, wanted) : place;
    const answer = await this.forward(request, found);
    if (wanted && answer.status === 404)
      throw new AwsError('NoSuchVersion', 404, 'The specified version does not exist.', {
        Key: place.key,
        VersionId: wanted,
      });
    const id = place.key ? (wanted ?? this.versions.idOf(place)) : undefined;
    const version = id && answer.status < 300 ? { 'x-amz-version-id': id } : {};
    return { ...answer, headers: { ...answer.headers, ...version, ...overrides(request.query) } };
  }

  private forward({ method, query, headers, body }: ServiceRequest, place: S3Place): Promise<ServiceAnswer> {
    const path = place.key ? pathOf(place) : `/${place.bucket}`;
    return this.store.s3({ method, path: query.size > 0 ? `${path}?${query}` : path, headers, body });
  }

  private async keepAll(bucket: string, body: Buffer): Promise<void> {
    if (!this.buckets.get(bucket)?.versioned) return;
    for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const place = { bucket, key: unescapeXml(key) };
      await this.versions.keep(place);
      this.versions.end(place);
    }
  }

  private async listBuckets(request: ServiceRequest): Promise<ServiceAnswer> {
    const answer = await this.store.s3({ method: request.method, path: '/' });
    const own = new RegExp(`<Bucket><Name>${NONCURRENT}</Name>.*?</Bucket>`, 's');
    return { ...answer, body: String(answer.body).replace(own, '') };
  }

  /** Answers what a page asks before a request, or adds what it may read. */
  cors(request: ServiceRequest): Record<string, string> {
    const question = questionOf(request.method, request.headers);
    const rules = this.buckets.get(this.place(request).bucket)?.cors ?? [];
    const rule = question && allowing(rules, { ...question, headers: [] });
    return rule && question ? allowHeaders(rule, question) : {};
  }

  /** @throws AwsError AccessForbidden */
  preflight(request: ServiceRequest): ServiceAnswer {
    const question = questionOf(request.method, request.headers);
    const rules = this.buckets.get(this.place(request).bucket)?.cors ?? [];
    const rule = question && allowing(rules, question);
    if (!rule) throw new AwsError('AccessForbidden', 403, 'CORSResponse: This CORS request is not allowed.');
    return { status: 200, headers: preflightHeaders(rule, question) };
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

/** The buckets that a Distributed Map reads from and writes to. */

import { AwsError, unescapeXml } from '../protocol/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';
import { type ObjectLocation, pathOf } from '../s3/request.ts';

/** An object in a list, with names and types as Step Functions passes them: the time in seconds, the tag in quotes. */
export interface ListedObject {
  readonly Etag: string;
  readonly Key: string;
  readonly LastModified: number;
  readonly Size: number;
  readonly StorageClass: string;
}

/** The emulated S3, as far as a map run calls it. */
export interface ObjectService {
  bucket(name: string): unknown;
  read(request: ServiceRequest, location: ObjectLocation): Promise<ServiceResponse>;
  change(request: ServiceRequest, location: ObjectLocation, change: 'PutObject'): Promise<ServiceResponse>;
}

export class MapBuckets {
  private readonly objects: ObjectService;

  constructor(objects: ObjectService) {
    this.objects = objects;
  }

  /** Objects below a prefix, in the order of their keys. @throws AwsError */
  async *list(bucket: string, prefix: string): AsyncGenerator<ListedObject> {
    this.objects.bucket(bucket);
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', ...(token && { 'continuation-token': token }) });
      if (prefix) query.set('prefix', prefix);
      const xml = String(this.checked(await this.objects.read(requestOf('GET', query), { bucket, key: '' })).body);
      for (const [, contents = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) yield listedObject(contents);
      token = field(xml, 'NextContinuationToken');
    } while (token);
  }

  /** @throws AwsError */
  async get(location: ObjectLocation, versionId?: string): Promise<Buffer> {
    this.objects.bucket(location.bucket);
    const query = new URLSearchParams(versionId === undefined ? {} : { versionId });
    const { body = '' } = this.checked(await this.objects.read(requestOf('GET', query, pathOf(location)), location));
    return Buffer.from(body);
  }

  /** @throws AwsError */
  async put(location: ObjectLocation, text: string): Promise<void> {
    this.objects.bucket(location.bucket);
    const body = Buffer.from(text);
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const request = { ...requestOf('PUT', new URLSearchParams(), pathOf(location)), headers, body };
    this.checked(await this.objects.change(request, location, 'PutObject'));
  }

  private checked(response: ServiceResponse): ServiceResponse {
    const { status, body = '' } = response;
    if (status < 300) return response;
    const xml = String(body);
    throw new AwsError(field(xml, 'Code') ?? `${status}`, status, field(xml, 'Message') ?? 'S3 refused the request');
  }
}

function requestOf(method: string, query: URLSearchParams, path = '/'): ServiceRequest {
  return { method, path, query, headers: {}, body: Buffer.alloc(0) };
}

function listedObject(xml: string): ListedObject {
  return {
    Etag: field(xml, 'ETag') ?? '',
    Key: field(xml, 'Key') ?? '',
    LastModified: Math.floor(Date.parse(field(xml, 'LastModified') ?? '') / 1000),
    Size: Number(field(xml, 'Size')),
    StorageClass: field(xml, 'StorageClass') ?? 'STANDARD',
  };
}

function field(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? undefined : unescapeXml(found);
}

/**
 * S3's API: finds bucket and object of a request, rejects operations that are not supported, and serves form uploads
 * and CORS preflights, which carry no signature.
 */

import { AwsError } from '../protocol/aws-error.ts';
import { allowedHeaders, allowing, corsRequestOf, preflightHeaders } from '../protocol/cors.ts';
import type { ServiceRequest, ServiceResponse, UnsignedService } from '../protocol/service.ts';
import { withoutChunks } from './chunked.ts';
import { checkDigests } from './digests.ts';
import type { Objects } from './objects.ts';
import { operationOf } from './operation.ts';
import { formResponse, putOf } from './post-form.ts';
import { checkPolicy, readForm } from './post-policy.ts';
import {
  changeOf,
  checkFormSupported,
  checkKey,
  checkSupported,
  locationOf,
  type ObjectLocation,
  withHoistedHeaders,
} from './request.ts';

export class S3Api implements UnsignedService {
  private readonly objects: Objects;

  constructor(objects: Objects) {
    this.objects = objects;
  }

  /** Serves a request with a valid signature. @throws AwsError */
  async serve(signed: ServiceRequest): Promise<ServiceResponse> {
    const given = withHoistedHeaders(signed);
    checkSupported(given);
    const request = given.method === 'PUT' ? withoutChunks(given) : given;
    const location = this.locate(request);
    if (!location.bucket) return this.objects.listBuckets();
    this.objects.bucket(location.bucket);
    checkKey(location);
    if (request.method === 'PUT' || request.query.has('delete')) await checkDigests(request.headers, request.body);
    const change = changeOf(request);
    if (!change) return this.objects.read(request, location);
    if (!location.key) throw new AwsError('AccessDenied', 403, 'Buckets come from the stacks.');
    return this.objects.change(request, location, change);
  }

  /** Serves preflights of pages, and form uploads, whose signed policy is in the form. @throws AwsError */
  async serveUnsigned(request: ServiceRequest): Promise<ServiceResponse | undefined> {
    if (request.method === 'OPTIONS') return this.preflight(request);
    const isForm = request.method === 'POST' && isFormType(request.headers['content-type']);
    return isForm && !this.locate(request).key ? this.servePost(request) : undefined;
  }

  /** The operation of a signed request; undefined for one that nobody here sends. */
  operationOf(signed: ServiceRequest): string | undefined {
    return operationOf(withHoistedHeaders(signed), this.locate(signed));
  }

  /**
   * Whether a page of another origin may send a request: a form where the CORS rules of the bucket allow it, and the
   * read of an object, where there is a rule or the page only shows it.
   */
  allowsPage(request: ServiceRequest): boolean {
    const { method, headers, query } = request;
    const { bucket, key } = this.locate(request);
    const isSignedForS3 = /\/s3\/aws4_request$/.test(query.get('X-Amz-Credential') ?? '');
    const isRead = ['GET', 'HEAD'].includes(method) && key !== '' && isSignedForS3;
    const isForm = method === 'POST' && key === '' && query.size === 0 && isFormType(headers['content-type']);
    const corsRequest = corsRequestOf(method, headers);
    if (!corsRequest) return isRead && headers.origin === undefined;
    const rule = allowing(this.objects.corsRules(bucket), { ...corsRequest, headers: [] });
    return (isRead || isForm) && rule !== undefined;
  }

  /** Headers that let a page of another origin read any response, errors included. */
  corsHeaders(request: ServiceRequest): Record<string, string> {
    const corsRequest = corsRequestOf(request.method, request.headers);
    if (!corsRequest || request.method === 'OPTIONS') return {};
    const rule = allowing(this.objects.corsRules(this.locate(request).bucket), { ...corsRequest, headers: [] });
    return rule ? allowedHeaders(rule, corsRequest) : {};
  }

  private preflight(request: ServiceRequest): ServiceResponse {
    const corsRequest = corsRequestOf(request.method, request.headers);
    const rules = this.objects.corsRules(this.locate(request).bucket);
    const rule = corsRequest && allowing(rules, corsRequest);
    if (!rule) throw new AwsError('AccessForbidden', 403, 'CORSResponse: This CORS request is not allowed.');
    return { status: 200, headers: preflightHeaders(rule, corsRequest) };
  }

  private async servePost(request: ServiceRequest): Promise<ServiceResponse> {
    const { bucket } = this.locate(request);
    this.objects.bucket(bucket);
    const form = await readForm(request.headers['content-type'] ?? '', request.body);
    checkPolicy(form, bucket, new Date());
    checkFormSupported(form.fields);
    const location = { bucket, key: form.fields.get('key') ?? '' };
    checkKey(location);
    await checkDigests(Object.fromEntries(form.fields), form.file);
    const response = await this.objects.change(putOf(form, request), location, 'PutObject', 'POST Object');
    return response.status === 200 ? formResponse(location, response, request.headers.host ?? '') : response;
  }

  private locate(request: ServiceRequest): ObjectLocation {
    return locationOf(request, this.objects.bucketNames());
  }
}

function isFormType(contentType = ''): boolean {
  return /^multipart\/form-data/i.test(contentType);
}

/**
 * The one address of the laptop's AWS services (`AWS_ENDPOINT_URL`): checks every request's signature, and passes it to
 * the service that the signature is made for.
 */

import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { ANSWER_PATH, type CustomResources } from './cloudformation/custom-resources.ts';
import { UnsupportedError } from './errors.ts';
import { AwsError } from './protocol/aws-error.ts';
import { readBody } from './protocol/http-body.ts';
import { json, type Service, type ServiceRequest, type ServiceResponse } from './protocol/service.ts';
import { checkSignature } from './protocol/signature.ts';
import type { Objects } from './s3/objects.ts';

/** More does not fit into memory comfortably; S3 itself takes 5 GiB in one request. */
const MAX_BODY_BYTES = 1024 ** 3;

export interface AwsEndpointOptions {
  readonly objects: Objects;
  /** By the service names of signatures: `sqs`, `lambda`, `monitoring`, `cloudformation`, `states`, `sts`. */
  readonly services: Readonly<Record<string, Service>>;
  readonly customResources: CustomResources;
  readonly onUnsupported: (message: string) => void;
}

export class AwsEndpoint {
  readonly server = http.createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });
  private readonly options: AwsEndpointOptions;

  constructor(options: AwsEndpointOptions) {
    this.options = options;
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming, MAX_BODY_BYTES);
    const request = toRequest(incoming, body ?? Buffer.alloc(0));
    const id = randomUUID();
    const { status, headers, body: content = '' } = body ? await this.outcome(request, id) : tooLarge(id);
    const cors = incoming.method === 'OPTIONS' ? {} : this.options.objects.cors(request);
    // The answer to a HEAD tells the length of something that it does not carry; some statuses carry nothing.
    const isBare = incoming.method === 'HEAD' || status === 204 || status === 304;
    const length = isBare ? {} : { 'content-length': String(Buffer.byteLength(content)) };
    response.writeHead(status, { ...headers, ...cors, ...length, 'x-amz-request-id': id });
    response.end(content);
  }

  private async outcome(request: ServiceRequest, id: string): Promise<ServiceResponse> {
    try {
      return await this.route(request);
    } catch (error) {
      if (error instanceof UnsupportedError) this.options.onUnsupported(error.message);
      return faultAnswer(error, request, id);
    }
  }

  private async route(request: ServiceRequest): Promise<ServiceResponse> {
    const { objects, services } = this.options;
    const now = new Date();
    if (request.path.startsWith(ANSWER_PATH)) return this.takeAnswer(request);
    if (request.method === 'OPTIONS') return objects.preflight(request);
    const isForm = request.method === 'POST' && /^multipart\/form-data/i.test(request.headers['content-type'] ?? '');
    if (isForm && !objects.location(request).key) return objects.servePost(request, now);
    const { service: name } = await checkSignature(request, now);
    if (name === 's3') return objects.serve(request);
    const service = services[name];
    if (!service) throw new UnsupportedError(`Service ${name}`, `${request.method} ${request.path}`);
    return service(request);
  }

  /** The address itself is the permission, as with CloudFormation's presigned one. */
  private takeAnswer({ path, body }: ServiceRequest): ServiceResponse {
    return { status: this.options.customResources.answer(path.slice(ANSWER_PATH.length), body.toString()) ? 200 : 404 };
  }
}

function toRequest(incoming: IncomingMessage, body: Buffer): ServiceRequest {
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?');
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(',')]);
  return {
    method: incoming.method ?? 'GET',
    path,
    // In a signed query `+` is a plus sign.
    query: new URLSearchParams(query.replaceAll('+', '%2B')),
    headers: Object.fromEntries(headers),
    body,
  };
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** S3 answers with XML, all others with JSON; each has its own name for a wrong signature. */
function faultAnswer(error: unknown, request: ServiceRequest, id: string): ServiceResponse {
  const fault = asS3Error(error);
  const target = request.headers['x-amz-target'];
  if (!target && !request.path.startsWith('/2015-03-31/')) {
    const body = request.method === 'HEAD' ? '' : fault.toXml(id);
    return { status: fault.status, headers: { 'content-type': 'application/xml' }, body };
  }
  const type = JSON_NAMES[fault.code] ?? fault.code;
  return json(
    fault.status,
    { __type: type, message: fault.message, Message: fault.message },
    { 'x-amzn-errortype': type },
  );
}

const JSON_NAMES: Record<string, string> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  AccessDenied: 'MissingAuthenticationTokenException',
};

function asS3Error(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof UnsupportedError) return new AwsError('NotImplemented', 501, error.message);
  return new AwsError('InternalError', 500, `The laptop failed: ${error instanceof Error ? error.stack : error}`);
}

function tooLarge(id: string): ServiceResponse {
  const fault = new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size');
  return { status: fault.status, headers: { 'content-type': 'application/xml' }, body: fault.toXml(id) };
}

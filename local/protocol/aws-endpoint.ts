/**
 * The HTTP address of all AWS services (`AWS_ENDPOINT_URL`). Checks the signature of each request and passes it to the
 * service that the signature names.
 */

import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { UnsupportedError } from '../errors.ts';
import { AwsError } from './aws-error.ts';
import { foreignHost, isFromPage } from './browser.ts';
import { errorResponse, xmlResponse } from './error-response.ts';
import { readBody } from './http-body.ts';
import { KEEP_ALIVE_MS } from './listen.ts';
import type { Service, ServiceRequest, ServiceResponse, UnsignedService } from './service.ts';
import { serviceRequest } from './service-request.ts';
import { checkSignature } from './signature.ts';

/** Because bodies are held in memory. S3 itself allows 5 GiB in one request. */
const MAX_BODY_BYTES = 1024 ** 3;

export interface AwsEndpointOptions {
  /** By the service names in signatures: `s3`, `sqs`, `lambda`, `monitoring`, `cloudformation`, … */
  readonly services: Readonly<Record<string, Service>>;
  /** Tried in this order before the signature is checked. */
  readonly unsigned: readonly UnsignedService[];
  /**
   * Throws the error that a request gets instead of an answer of its service. Called after the signature was checked.
   * @param service its name in signatures
   */
  readonly intercept: (request: ServiceRequest, service: string) => void;
  /** Host names besides those of this machine, in lower case. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Whether a page of another origin may send the request, but for preflights. Default: none may. */
  readonly allowsPage?: (request: ServiceRequest) => boolean;
  /** Headers to add to every response, errors included. */
  readonly extraHeaders: (request: ServiceRequest) => Readonly<Record<string, string>>;
  readonly onUnsupported: (message: string) => void;
  /** Requests wait for it: those during the return of stored resources would reach only some of them. */
  readonly opened?: Promise<void>;
}

export class AwsEndpoint {
  readonly server = http.createServer((request, response) => {
    this.respond(request, response).catch(() => response.destroy());
  });
  private readonly options: AwsEndpointOptions;

  constructor(options: AwsEndpointOptions) {
    this.options = options;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  private async respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.options.opened;
    const body = await readBody(incoming, MAX_BODY_BYTES);
    const request = serviceRequest(incoming, body ?? Buffer.alloc(0));
    const id = randomUUID();
    const { status, headers, body: content = '' } = body ? await this.serve(request, id) : tooLarge(id);
    // Because the length of a response to HEAD is that of the GET, and some statuses have no body.
    const hasBody = incoming.method !== 'HEAD' && status !== 204 && status !== 304;
    const length = hasBody ? { 'content-length': String(Buffer.byteLength(content)) } : {};
    const extra = this.options.extraHeaders(request);
    response.writeHead(status, { ...headers, ...extra, ...length, 'x-amz-request-id': id });
    response.end(hasBody ? content : undefined);
  }

  private async serve(request: ServiceRequest, id: string): Promise<ServiceResponse> {
    try {
      const foreign = foreignHost(request.headers.host, this.options.allowedHosts);
      if (foreign) throw new AwsError('AccessDenied', 403, foreign);
      if (isFromPage(request) && request.method !== 'OPTIONS' && !this.options.allowsPage?.(request))
        throw new AwsError('AccessForbidden', 403, 'Requests of pages of other origins are not allowed.');
      return (await this.serveUnsigned(request)) ?? (await this.serveSigned(request));
    } catch (error) {
      if (error instanceof UnsupportedError) this.options.onUnsupported(error.message);
      return errorResponse(error, request, id);
    }
  }

  private async serveUnsigned(request: ServiceRequest): Promise<ServiceResponse | undefined> {
    for (const service of this.options.unsigned) {
      const response = await service.serveUnsigned(request);
      if (response) return response;
    }
    return undefined;
  }

  private async serveSigned(request: ServiceRequest): Promise<ServiceResponse> {
    const { service: name } = checkSignature(request, new Date());
    const { services, intercept } = this.options;
    intercept(request, name);
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    if (!service) throw new UnsupportedError(`The service ${name}`, `${request.method} ${request.path}`);
    return service(request);
  }
}

function tooLarge(id: string): ServiceResponse {
  return xmlResponse(new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size'), id);
}

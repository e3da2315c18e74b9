/**
 * The HTTP API with API Gateway's routes, limits, throttling and CORS. Because only this machine can reach it, it
 * enforces authorization by IAM only where its options say so, and by JWT never.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */

import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { LambdaError } from '../lambda/function-types.ts';
import type { Lambda } from '../lambda/invoker.ts';
import type { Payload } from '../lambda/runtime-api.ts';
import { foreignHost } from '../protocol/browser.ts';
import { allowedHeaders, allowing, type CorsRule, corsRequestOf, preflightHeaders } from '../protocol/cors.ts';
import { readBody } from '../protocol/http-body.ts';
import { KEEP_ALIVE_MS } from '../protocol/listen.ts';
import { serviceRequest } from '../protocol/service-request.ts';
import { httpEvent, splitUrl } from './event.ts';
import { type Caller, callerOf } from './iam.ts';
import { type HttpResponse, httpResponse } from './response.ts';
import { type MatchedRoute, matchRoute, type Route } from './routes.ts';
import { TokenBucket } from './token-bucket.ts';

/** API Gateway's limit. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The API of the templates. */
export interface HttpApiDefinition {
  readonly routes: readonly Route[];
  readonly cors?: CorsRule;
  /** For each route by itself. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
}

/** One line of the access log. */
export interface Access {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly version?: string;
}

interface Served extends HttpResponse {
  readonly version?: string;
}

/** What an HTTP API needs. */
export interface HttpApiOptions {
  readonly lambda: Lambda;
  readonly onAccess: (access: Access) => void;
  /** Whether routes with `AWS_IAM` require a signature. */
  readonly signed: boolean;
  /** Host names besides those of this machine, in lower case. */
  readonly allowedHosts: readonly string[];
  /** Requests wait for it: those during the return of stored resources would reach only some of them. */
  readonly opened?: Promise<void>;
}

export class HttpApi {
  private definition: HttpApiDefinition = { routes: [] };
  readonly server = http.createServer((request, response) => {
    this.respond(request, response).catch(() => response.destroy());
  });
  private readonly options: HttpApiOptions;
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(options: HttpApiOptions) {
    this.options = options;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Replaces the definition, from the next request on. */
  define(definition: HttpApiDefinition): void {
    this.definition = definition;
    this.buckets.clear();
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begin = performance.now();
    await this.options.opened;
    const { status, headers, body, version } = await this.serve(request);
    const cors = this.corsHeaders(request);
    const length = status === 204 || status === 304 ? {} : { 'content-length': body.length };
    response.writeHead(status, { ...headers, ...cors, ...length, 'apigw-requestid': randomUUID() });
    response.end(body);
    const { method = '', url: path = '' } = request;
    this.options.onAccess({
      method,
      path,
      status,
      durationMs: performance.now() - begin,
      ...(version ? { version } : {}),
    });
  }

  private async serve(request: IncomingMessage): Promise<Served> {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return message(413, 'Request Entity Too Large');
    const foreign = foreignHost(request.headers.host, this.options.allowedHosts);
    if (foreign) return message(403, foreign);
    const preflight = this.preflight(request);
    if (preflight) return preflight;
    const matched = this.match(request);
    if (!matched) return message(404, 'Not Found');
    const requires = this.options.signed && matched.route.authorization === 'AWS_IAM';
    const caller = requires ? callerOf(serviceRequest(request, body)) : undefined;
    if (requires && !caller) return message(403, 'Forbidden');
    if (!this.admit(matched.route)) return message(429, 'Too Many Requests');
    return this.integrate(request, body, { ...matched, ...(caller ? { caller } : {}) });
  }

  private match({ method = '', url = '/' }: IncomingMessage): MatchedRoute | undefined {
    try {
      return matchRoute(this.definition.routes, method, splitUrl(url).path);
    } catch (error) {
      if (error instanceof URIError) return undefined;
      throw error;
    }
  }

  private async integrate(
    request: IncomingMessage,
    body: Buffer,
    { route, ...match }: MatchedRoute & { readonly caller?: Caller },
  ): Promise<Served> {
    const event = httpEvent(request, body, { routeKey: route.key, ...match });
    const { promise: late, resolve } = Promise.withResolvers<Served>();
    const timer = setTimeout(() => resolve(message(503, 'Service Unavailable')), route.timeoutMs);
    try {
      return await Promise.race([this.invoke(route.target, event), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async invoke(target: string, event: Payload): Promise<Served> {
    try {
      const report = await this.options.lambda.invoke(target, event);
      const { version } = report.destination.version;
      if (report.failed) return { ...message(500, 'Internal Server Error'), version };
      return { ...httpResponse(report.payload), version };
    } catch (error) {
      return errorResponse(error);
    }
  }

  private admit(route: Route): boolean {
    const { throttle } = this.definition;
    if (!throttle) return true;
    const now = performance.now();
    const bucket = this.buckets.get(route.key) ?? new TokenBucket(throttle, now);
    this.buckets.set(route.key, bucket);
    return bucket.take(now);
  }

  /** API Gateway answers preflights of all paths itself, unless a route has the method OPTIONS. */
  private preflight(request: IncomingMessage): Served | undefined {
    const corsRequest = corsRequestOf('OPTIONS', request.headers);
    const { cors } = this.definition;
    if (request.method !== 'OPTIONS' || !cors || !corsRequest || this.match(request)?.route.key.startsWith('OPTIONS'))
      return undefined;
    const rule = allowing([cors], corsRequest);
    return { status: 204, headers: rule ? preflightHeaders(rule, corsRequest) : {}, body: Buffer.alloc(0) };
  }

  private corsHeaders(request: IncomingMessage): Record<string, string> {
    const corsRequest = corsRequestOf(request.method ?? '', request.headers);
    const { cors } = this.definition;
    if (!corsRequest || !cors || request.method === 'OPTIONS') return {};
    const rule = allowing([{ ...cors, methods: ['*'] }], corsRequest);
    return rule ? allowedHeaders(rule, corsRequest) : {};
  }
}

function message(status: number, text: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message: text })),
  };
}

/** The client of an HTTP API receives 503 for a throttled function, 500 for a malformed result. */
function errorResponse(error: unknown): HttpResponse {
  if (error instanceof LambdaError && error.status === 429) return message(503, 'Service Unavailable');
  if (error instanceof LambdaError && error.status === 413) return message(413, 'Request Too Long');
  return message(500, 'Internal Server Error');
}

/**
 * The Lambda Runtime API: the HTTP server from which function processes get events and to which they send responses.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */

import http from 'node:http';
import { readBody } from '../protocol/http-body.ts';

/** Most bytes of an event, and of a response, in a synchronous invocation. */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;
export const MAX_RESPONSE_BYTES = MAX_REQUEST_BYTES + 100;

/** An event as JSON. Bytes are sent without a copy. */
export type Payload = string | Buffer;

/** Receives the requests of one function process. */
export interface RuntimeClient {
  /** The process waits for its next event. Send it on `response`. */
  next(response: http.ServerResponse): void;
  /** The response to an event; undefined when it was too large. */
  succeeded(requestId: string, body: string | undefined): void;
  failed(requestId: string, body: string): void;
  initFailed(body: string): void;
}

/** One server for all processes. Each process has a path prefix of its own, which identifies it. */
export class RuntimeApi {
  private readonly clients = new Map<string, RuntimeClient>();
  private readonly server = http.createServer((request, response) => this.handle(request, response));

  private constructor() {
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
  }

  /** Starts on a free port of 127.0.0.1. */
  static async start(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    await new Promise<void>((resolve, reject) => api.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Returns the process's `AWS_LAMBDA_RUNTIME_API`. */
  register(id: string, client: RuntimeClient): string {
    this.clients.set(id, client);
    const address = this.server.address();
    if (typeof address !== 'object' || !address) throw new Error('Expected a port for the Runtime API, received none');
    return `127.0.0.1:${address.port}/${id}`;
  }

  unregister(id: string): void {
    this.clients.delete(id);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const [, id = '', , , ...rest] = (request.url ?? '').split('/');
    const client = this.clients.get(id);
    if (!client) return reply(response, 403, { errorType: 'InvalidRuntime' });
    if (request.method === 'GET' && rest.join('/') === 'invocation/next') return client.next(response);
    const body = await readBody(request, MAX_RESPONSE_BYTES);
    const status = dispatch(client, rest, body?.toString());
    reply(response, status, { status: http.STATUS_CODES[status] });
  }
}

/** Calls the client, and returns the status for the process. */
function dispatch(client: RuntimeClient, [noun, key = '', verb]: string[], body: string | undefined): number {
  if (noun === 'init' && key === 'error') client.initFailed(body ?? '{}');
  else if (noun === 'invocation' && verb === 'error') client.failed(key, body ?? '{}');
  else if (noun === 'invocation' && verb === 'response') client.succeeded(key, body);
  else return 404;
  return body === undefined ? 413 : 202;
}

function reply(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

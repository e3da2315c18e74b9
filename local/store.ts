/**
 * Objects and queues, by fauxqs: in memory, in this process, behind no port. It checks no signatures, so nothing but
 * the laptop's own front door may reach it.
 */

import { buildApp } from 'fauxqs';
import type { ServiceResponse } from './protocol/service.ts';

/** The largest object of S3 in one PUT. */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

/** fauxqs looks at content types to tell services apart; an object may have any, even one that is malformed. */
const CARRIED_TYPE = 'x-carried-content-type';

export interface StoreRequest {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A fault of a queue operation, by SQS's own name. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

type App = ReturnType<typeof buildApp>;

export class Store {
  private readonly app: App;

  constructor() {
    this.app = buildApp({ logger: false });
    // The library's own limit is 11 MiB.
    this.app.removeContentTypeParser('*');
    this.app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    this.app.addHook('preHandler', (request, _reply, done) => {
      const type = request.headers[CARRIED_TYPE];
      if (type) request.raw.headers['content-type'] = String(type);
      done();
    });
  }

  /** One S3 request in path style. */
  async s3({ method, path, headers = {}, body }: StoreRequest): Promise<ServiceResponse> {
    const type = headers['content-type'] ?? 'binary/octet-stream';
    const carried = { 'content-type': 'application/octet-stream', [CARRIED_TYPE]: type };
    return this.inject({ method, path, headers: { ...headers, ...carried }, ...(body ? { body } : {}) });
  }

  /** One SQS request as a client made it. */
  forward(request: StoreRequest): Promise<ServiceResponse> {
    return this.inject(request);
  }

  /** One SQS operation. @throws QueueError */
  async sqs<T>(operation: string, input: object): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
    const answer = await this.inject({ method: 'POST', path: '/', headers, body: Buffer.from(JSON.stringify(input)) });
    const text = String(answer.body);
    if (answer.status !== 200) throw new QueueError(`${operation}: ${text}`);
    return JSON.parse(text || '{}');
  }

  private async inject({ method, path, headers = {}, body }: StoreRequest): Promise<ServiceResponse> {
    const own = { ...headers, host: '127.0.0.1', 'content-length': String(body?.length ?? 0) };
    const answer = await this.app.inject({
      method: method as 'GET',
      url: path,
      headers: own,
      ...(body && body.length > 0 ? { payload: body } : {}),
    });
    const names = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, String(value)]],
    );
    return { status: answer.statusCode, headers: Object.fromEntries(names), body: answer.rawPayload };
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

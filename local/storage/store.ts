/** Objects and queues, by fauxqs. It runs in this process and listens on no port, because it checks no signatures. */

import { ACCOUNT, REGION } from '../account.ts';
import type { ServiceResponse } from '../protocol/service.ts';
import { type App, type Fauxqs, type FauxqsState, openFauxqs } from './fauxqs.ts';
import type { S3Routes, StoreRequest } from './s3-routes.ts';

/** SQS rejected an operation. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

export class Store {
  private readonly app: App;
  private readonly routes: S3Routes;

  /** Opens the objects and queues with what was stored. */
  static async open(state: FauxqsState): Promise<Store> {
    return new Store(await openFauxqs(state));
  }

  private constructor({ app, routes }: Fauxqs) {
    this.app = app;
    this.routes = routes;
  }

  /** One S3 request in path style. */
  s3(request: StoreRequest): Promise<ServiceResponse> {
    const headers = { ...request.headers };
    headers['content-type'] ??= 'binary/octet-stream';
    return this.routes.serve({ ...request, headers });
  }

  /** One SQS request of a client. */
  forward(request: StoreRequest): Promise<ServiceResponse> {
    return this.inject(request);
  }

  /** One SQS operation. @throws QueueError */
  async sqs<T>(operation: string, input: object): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
    const response = await this.inject({
      method: 'POST',
      path: '/',
      headers,
      body: Buffer.from(JSON.stringify(input)),
    });
    const text = String(response.body);
    if (response.status !== 200) throw new QueueError(`${operation}: ${text}`);
    return JSON.parse(text || '{}');
  }

  /** The URL of a queue for `sqs`. */
  queueUrl(queueArn: string): string {
    return `http://sqs.${REGION}.localhost/${ACCOUNT}/${queueArn.split(':').at(-1)}`;
  }

  /** Sends a message to a queue. @throws QueueError */
  async sendMessage(queueArn: string, body: string): Promise<void> {
    await this.sqs('SendMessage', { QueueUrl: this.queueUrl(queueArn), MessageBody: body });
  }

  private async inject({ method, path, headers = {}, body }: StoreRequest): Promise<ServiceResponse> {
    const own = { ...headers, host: '127.0.0.1', 'content-length': String(body?.length ?? 0) };
    const response = await this.app.inject({
      method: method as 'GET',
      url: path,
      headers: own,
      ...(body && body.length > 0 ? { payload: body } : {}),
    });
    const names = Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, String(value)]],
    );
    return { status: response.statusCode, headers: Object.fromEntries(names), body: response.rawPayload };
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

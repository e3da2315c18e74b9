/**
 * fauxqs's S3 operations, called without its HTTP server, which copies each body several times. An operation reads only
 * these fields of a request, and calls only these methods of a reply.
 */

import type { ServiceResponse } from '../protocol/service.ts';
import type { S3Store } from './object-record.ts';

interface ActionRequest {
  readonly params: { readonly bucket: string; readonly '*': string };
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Action = (request: ActionRequest, reply: Reply) => Promise<void>;

/** fauxqs's function that adds its operations to a server. */
export type RegisterRoutes = (server: object, store: S3Store) => void;

/** One S3 request in path style. */
export interface StoreRequest {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

class Reply {
  private code = 200;
  private readonly headers: Record<string, string> = { 'x-amz-id-2': 'fauxqs' };
  private content: string | Buffer = '';

  header(name: string, value: unknown): this {
    this.headers[name.toLowerCase()] = String(value);
    return this;
  }

  status(code: number): this {
    this.code = code;
    return this;
  }

  send(content: string | Buffer = ''): void {
    this.content = content;
  }

  response(): ServiceResponse {
    return { status: this.code, headers: this.headers, body: this.content };
  }
}

export class S3Routes {
  /** By method and pattern of the path. */
  private readonly actions = new Map<string, Action>();

  constructor(register: RegisterRoutes, store: S3Store) {
    const add = (method: string) => (url: string, action: Action) => this.actions.set(`${method} ${url}`, action);
    const route = ({ method, url, handler }: { method: string; url: string; handler: Action }) =>
      add(method)(url, handler);
    const [put, head, post, del] = ['PUT', 'HEAD', 'POST', 'DELETE'].map(add);
    register({ route, put, head, post, delete: del }, store);
  }

  /** @throws Error for a method that S3 has not */
  async serve({ method, path, headers = {}, body = Buffer.alloc(0) }: StoreRequest): Promise<ServiceResponse> {
    const [address = '', query = ''] = path.split('?', 2);
    const [, bucket = '', ...rest] = address.split('/');
    const pattern = bucket === '' ? '/' : rest.length === 0 ? '/:bucket' : '/:bucket/*';
    const action = this.actions.get(`${method} ${pattern}`);
    if (!action) throw new Error(`Expected a method of S3 for ${address}, received ${method}`);
    const reply = new Reply();
    const params = { bucket: decodeURIComponent(bucket), '*': decodeURIComponent(rest.join('/')) };
    await action({ params, query: Object.fromEntries(new URLSearchParams(query)), headers, body }, reply);
    return reply.response();
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the host behaves. */
export interface HostOptions {
  /** Breaks the connection after so many bytes of a body, once, and only when `breakWhen` says so. */
  breakAfter?: number;
  breakWhen?: Promise<void>;
  /** Sends nothing more after so many bytes. */
  stallAfter?: number;
  /** Answers with this status. */
  status?: number;
  /** Sends everybody there. */
  redirect?: string;
  /** Does not know `Range`. */
  withoutRanges?: boolean;
  /** Does not say how long the body is. */
  withoutLength?: boolean;
  etag?: string;
}

export interface ModelHost {
  /** Address of the file. */
  readonly url: URL;
  /** `Range` and `If-Range` of each request so far. */
  readonly requests: { range: string | undefined; ifRange: string | undefined }[];
  content: Uint8Array;
  options: HostOptions;
  close(): Promise<void>;
}

/** A host of one file on this machine, as model hubs are: `Range`, `If-Range`, `ETag`. */
export async function modelHost(content: Uint8Array, options: HostOptions = {}): Promise<ModelHost> {
  const server = createServer((request, response) => answer(host, request, response));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const host: ModelHost = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/tiny.onnx`),
    requests: [],
    content,
    options,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return host;
}

function answer({ requests, content, options }: ModelHost, request: IncomingMessage, response: ServerResponse): void {
  const { range, 'if-range': ifRange } = request.headers as { range?: string; 'if-range'?: string };
  requests.push({ range, ifRange });
  if (options.status) return void response.writeHead(options.status).end();
  if (options.redirect) return void response.writeHead(302, { location: options.redirect }).end();
  const tag = options.etag ?? '"1"';
  const start = range && !options.withoutRanges && ifRange === tag ? Number(/bytes=(\d+)-/.exec(range)?.[1]) : 0;
  if (start >= content.length) return void response.writeHead(416).end();
  const length = options.withoutLength ? {} : { 'content-length': content.length - start };
  const partial = start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { etag: tag, ...length, ...partial });
  send(content.subarray(start), options, response);
}

function send(body: Uint8Array, options: HostOptions, response: ServerResponse): void {
  const cut = options.breakAfter ?? options.stallAfter;
  if (cut === undefined) return void response.end(body);
  const broken = options.breakAfter !== undefined;
  delete options.breakAfter;
  response.write(body.subarray(0, cut));
  if (broken) options.breakWhen?.then(() => response.socket?.destroy());
}

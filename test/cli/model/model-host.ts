import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Behaviour of the host. */
export interface HostOptions {
  /** Breaks the connection once after this number of bytes, when `breakWhen` resolves. */
  breakAfter?: number;
  breakWhen?: Promise<void>;
  /** Stops sending after this number of bytes. */
  stallAfter?: number;
  /** Answers with this status. */
  status?: number;
  /** Redirects every request to this address. */
  redirect?: string;
  /** Sends no `Content-Length`. */
  withoutLength?: boolean;
}

export interface ModelHost {
  /** Address of the file. */
  readonly url: URL;
  content: Uint8Array;
  options: HostOptions;
  close(): Promise<void>;
}

/** A host of one file on this machine. */
export async function modelHost(content: Uint8Array, options: HostOptions = {}): Promise<ModelHost> {
  const server = createServer((request, response) => answer(host, request, response));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const host: ModelHost = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/tiny.onnx`),
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

function answer({ content, options }: ModelHost, _request: IncomingMessage, response: ServerResponse): void {
  if (options.status) return void response.writeHead(options.status).end();
  if (options.redirect) return void response.writeHead(302, { location: options.redirect }).end();
  response.writeHead(200, options.withoutLength ? {} : { 'content-length': content.length });
  send(content, options, response);
}

function send(body: Uint8Array, options: HostOptions, response: ServerResponse): void {
  const cut = options.breakAfter ?? options.stallAfter;
  if (cut === undefined) return void response.end(body);
  const broken = options.breakAfter !== undefined;
  delete options.breakAfter;
  response.write(body.subarray(0, cut));
  if (broken) options.breakWhen?.then(() => response.socket?.destroy());
}

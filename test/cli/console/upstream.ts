/** An API that enforces signatures as API Gateway does, with the docs function and the answers of a test. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AwsError } from '../../../local/protocol/aws-error.ts';
import { checkSignature } from '../../../local/protocol/signature.ts';

/** What reached the API. */
export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer to a request. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A running API. */
export interface Upstream {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
}

/** Starts the API. @param isOpen paths without authorization */
export async function startUpstream(
  reply: (request: Received) => Reply | Promise<Reply>,
  isOpen: (path: string) => boolean = () => false,
): Promise<Upstream> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    const headers = request.headers as Record<string, string>;
    const body = await buffer(request);
    const given = { method: request.method ?? '', target: request.url ?? '', headers, body };
    received.push(given);
    try {
      const signed = { method: given.method, path: pathname, query: searchParams, headers, body };
      if (!isOpen(pathname)) checkSignature(signed, new Date());
      const { status = 200, headers: sent, body: answer } = await reply(given);
      response.writeHead(status, sent).end(answer);
    } catch (error) {
      const isRefused = error instanceof AwsError;
      const message = isRefused ? 'Forbidden' : String(error);
      response
        .writeHead(isRefused ? 403 : 500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close };
}

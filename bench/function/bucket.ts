import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** An S3 of its own for a measurement: it takes every PUT, and answers as S3 does. */
export interface BenchBucket extends AsyncDisposable {
  readonly endpoint: string;
  /** Bodies by path, since the last call. */
  taken(): Map<string, Buffer>;
}

/** Starts on a free port of 127.0.0.1. */
export async function startBucket(): Promise<BenchBucket> {
  let objects = new Map<string, Buffer>();
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'PUT') return response.writeHead(501).end();
    const body = Buffer.concat(chunks);
    objects.set((request.url ?? '').replace(/\?.*/, ''), body);
    const etag = createHash('md5').update(body).digest('hex');
    return response.writeHead(200, { etag: `"${etag}"`, 'x-amz-request-id': 'BENCH' }).end();
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    taken: () => {
      const all = objects;
      objects = new Map();
      return all;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

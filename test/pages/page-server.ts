import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DocsFunction } from '../docs/docs-function.ts';

/** The docs function over HTTP. The test provides the answers of endpoints. */
export interface PageServer {
  readonly url: string;
  close(): void;
}

/** The JSON answer of an endpoint. */
export interface EndpointAnswer {
  readonly status?: number;
  readonly json: unknown;
}

/** Starts the server. @param answerOf the answers of endpoints, by path and query; default: none */
export async function servePage(
  docs: DocsFunction,
  answerOf: (path: string, query: URLSearchParams) => EndpointAnswer | undefined = () => undefined,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const answer = answerOf(path, searchParams);
    if (answer) {
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.json));
      return;
    }
    const headers = request.headers as Record<string, string>;
    const { routeKey, ...variables } = routeOf(path);
    docs
      .get(routeKey, { headers, ...variables })
      .then(({ statusCode = 200, headers: sent, body = '', isBase64Encoded }) => {
        response.writeHead(statusCode, sent as Record<string, string>);
        response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
      })
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port(server)}`, close: () => server.close() };
}

function routeOf(path: string): { routeKey: string; proxy?: string; endpoint?: string } {
  const [, proxy] = /^\/docs\/(.+)$/.exec(path) ?? [];
  const [, endpoint, page] = /^\/status\/([^/]+)\/(report|judge|review)$/.exec(path) ?? [];
  if (proxy !== undefined) return { routeKey: 'GET /docs/{proxy+}', proxy };
  if (endpoint !== undefined) return { routeKey: `GET /status/{endpoint}/${page}`, endpoint };
  return { routeKey: `GET ${path}` };
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

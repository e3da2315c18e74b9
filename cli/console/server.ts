/** Serves the pages of a deployment on this machine, and sends their requests to its API. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ApiClient, type ApiTarget } from './api-client.ts';
import { type Refusal, Session } from './session.ts';

/** A running console. */
export interface Console {
  /** The address to open, once. */
  readonly address: string;
  close(): void;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  host: 'Expected the host of the console.',
  origin: 'Expected a request of a page of the console.',
  token: 'Expected the address that the terminal shows. It is valid once: start the console again for a new one.',
};

/** Prefix of addresses where a page posts an upload, which the console sends to the bucket. */
const UPLOADS = '/console/uploads/';

/** Headers of an answer that a page needs. Others belong to the connection, or to the unchanged body. */
const RETURNED = [
  'content-type',
  'content-security-policy',
  'referrer-policy',
  'retry-after',
  'x-content-type-options',
];

/** Starts a console on a free port. @param port 0: any */
export async function startConsole(target: ApiTarget, port = 0): Promise<Console> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const session = new Session(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const pages = new Pages(session, new ApiClient(target));
  server.on('request', (request, response) => {
    pages.serve(request, response).catch((error: unknown) => refuse(response, 502, String(error)));
  });
  return { address: session.address, close: () => closeAll(server) };
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}

class Pages {
  private readonly session: Session;
  private readonly api: ApiClient;
  /** Addresses of the bucket by the id of an upload. */
  private readonly uploads = new Map<string, string>();

  constructor(session: Session, api: ApiClient) {
    this.session = session;
    this.api = api;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.session.refusalOf(request.headers);
    if (refusal) return refuse(response, 403, REFUSALS[refusal]);
    const { pathname, searchParams } = new URL(request.url ?? '/', this.session.origin);
    const token = pathname === '/' ? searchParams.get('token') : null;
    const cookie = token === null ? undefined : this.session.open(token);
    if (cookie !== undefined) {
      response.writeHead(303, { location: '/status', 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
      return;
    }
    if (!this.session.isOpen(request.headers)) return refuse(response, 403, REFUSALS.token);
    const upload = this.uploads.get(pathname.slice(UPLOADS.length));
    const answer = pathname.startsWith(UPLOADS) && upload ? await post(request, upload) : await this.call(request);
    await this.answer(answer, pathname, response);
  }

  private async call(request: IncomingMessage): Promise<Response> {
    const body = Buffer.from(await buffer(request));
    const headers = request.headers as Record<string, string>;
    return this.api.send({ method: request.method ?? 'GET', target: request.url ?? '/', headers, body });
  }

  private async answer(answer: Response, path: string, response: ServerResponse): Promise<void> {
    const headers = RETURNED.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const body = await this.rewritten(answer, path);
    response.writeHead(answer.status, { ...Object.fromEntries(headers), 'cache-control': 'no-store' }).end(body);
  }

  private async rewritten(answer: Response, path: string): Promise<Buffer | string> {
    const type = answer.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) return withSigning(await answer.text(), this.api.url);
    if (answer.status === 201 && path.endsWith('/uploads')) return this.withOwnAddress(await answer.text());
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Because the bucket allows no page of this origin, the console posts the upload. */
  private withOwnAddress(text: string): string {
    const ticket = JSON.parse(text) as { url: string };
    const id = randomUUID();
    this.uploads.set(id, ticket.url);
    return JSON.stringify({ ...ticket, url: `${this.session.origin}${UPLOADS}${id}` });
  }
}

/** Says in the settings of a page that its requests are signed. Other pages stay as they are. */
function withSigning(page: string, api: string): string {
  return page.replace(/(<script type="application\/json" id="settings">)(.*?)(<\/script>)/s, (_, start, json, end) => {
    const settings = { ...JSON.parse(json), signedFor: api };
    return `${start}${JSON.stringify(settings).replaceAll('<', '\\u003c')}${end}`;
  });
}

async function post(request: IncomingMessage, url: string): Promise<Response> {
  const headers = { 'content-type': String(request.headers['content-type']) };
  return fetch(url, { method: 'POST', headers, body: Buffer.from(await buffer(request)) });
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  const problem = { type: 'about:blank', title: 'The console refuses the request', status, detail };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}

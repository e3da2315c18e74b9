import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the recorded Hub. */
export interface Repository {
  /** Contents by path. Files that end in `.onnx` or `_data` are in Git LFS, as at huggingface.co. */
  files: Record<string, string | Uint8Array>;
  /** Revisions beside the commit itself. Default: `HEAD` and `main`. */
  revisions?: readonly string[];
  cardData?: unknown;
  /** Files are only for requests with this token. */
  token?: string;
}

/** A refusal: status, code, and the text of the header and the body. */
export type Refusal = readonly [status: number, code: string | undefined, message: string];

export const COMMIT = 'a94f8ef1c2b3a4958697887766554433221100ff';

/** Answers of huggingface.co, recorded from its documentation and from its own client. */
export const REFUSALS = {
  missing: [401, 'RepoNotFound', 'Repository not found'],
  revision: [404, 'RevisionNotFound', 'Invalid rev id: refs'],
  gated: [
    401,
    'GatedRepo',
    'Access to model shop/detector is restricted. You must have access to it and be authenticated',
  ],
  forbidden: [
    403,
    'GatedRepo',
    'Your request to access model shop/detector is awaiting a review from the repo authors.',
  ],
  limited: [429, undefined, 'We had to rate limit your IP'],
  broken: [503, undefined, 'Service Temporarily Unavailable'],
} as const satisfies Record<string, Refusal>;

export interface Request {
  readonly host: 'hub' | 'storage';
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface HubHost {
  readonly endpoint: string;
  /** By name. */
  readonly repositories: Record<string, Repository>;
  readonly requests: Request[];
  /** Refuses requests whose path matches. */
  refuse?: { readonly path: RegExp; readonly refusal: Refusal };
  /** Changes an answer of the API, by a part of its path. */
  change?: { readonly path: RegExp; readonly body: string };
  /** Changes what the storage sends. */
  storage?: (content: Buffer) => Buffer;
  close(): Promise<void>;
}

/** Most files in a page of a listing. */
const PAGE = 3;

/** A host on this machine that answers as huggingface.co does, and the host of its large files. */
export async function hubHost(repositories: Record<string, Repository>): Promise<HubHost> {
  const storage = createServer((request, response) => {
    note('storage', request);
    const [, repo = '', path = ''] = /^\/(\w+\/\w+)\/(.*)$/.exec(pathOf(request)) ?? [];
    const content = bytes(host.repositories[repo]?.files[path] ?? '');
    const sent = host.storage?.(content) ?? content;
    response.writeHead(200, { 'content-length': sent.length }).end(sent);
  });
  const hub = createServer((request, response) => {
    note('hub', request);
    answer(host, request, response, addressOf(storage));
  });
  for (const server of [hub, storage]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const note = (name: Request['host'], { url = '', headers }: IncomingMessage) =>
    host.requests.push({ host: name, path: url, authorization: headers.authorization });
  const host: HubHost = {
    endpoint: addressOf(hub),
    repositories,
    requests: [],
    close: async () => {
      for (const server of [hub, storage]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  return host;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pathOf({ url = '' }: IncomingMessage): string {
  return decodeURIComponent(new URL(url, 'http://hub').pathname);
}

const bytes = (content: string | Uint8Array) => Buffer.from(content as Uint8Array);
const isLarge = (path: string) => /\.onnx$|_data$/.test(path);

function answer(host: HubHost, request: IncomingMessage, response: ServerResponse, storage: string): void {
  const refusal = refusalFor(host, request);
  if (refusal) return void refuse(response, refusal);
  const path = pathOf(request);
  if (host.change?.path.test(path)) return void json(response, host.change.body);
  const { repo, kind, file } = partsOf(path);
  const { cardData, token, files } = host.repositories[repo] as Repository;
  if (kind === 'tree') return void list(host, repo, request, response);
  if (kind === 'revision') {
    const info = { _id: '1', id: repo, sha: COMMIT, gated: token ? 'auto' : false, cardData };
    return void json(response, JSON.stringify(info));
  }
  const content = files[file] ?? '';
  response.setHeader('x-repo-commit', COMMIT);
  if (!isLarge(file)) return void response.writeHead(200, { etag: '"1"' }).end(bytes(content));
  const linked = { 'x-linked-size': bytes(content).length, 'x-linked-etag': `"${sha256(content)}"` };
  response.writeHead(302, { ...linked, location: `${storage}/${repo}/${file}` }).end();
}

/** `/api/models/owner/repo/tree/main`, `/owner/repo/resolve/main/model.onnx`. */
function partsOf(path: string) {
  const [, repo = '', kind = '', revision = '', file = ''] =
    /^(?:\/api\/models)?\/(\w+\/[\w.-]+)\/(revision|tree|resolve)\/([^/]+)\/?(.*)$/.exec(path) ?? [];
  return { repo, kind, revision, file };
}

function refusalFor({ refuse: order, repositories }: HubHost, request: IncomingMessage): Refusal | undefined {
  const path = pathOf(request);
  if (order?.path.test(path)) return order.refusal;
  const { repo, kind, revision, file } = partsOf(path);
  const repository = repositories[repo];
  if (!repository) return REFUSALS.missing;
  const { revisions = ['HEAD', 'main'], token, files } = repository;
  if (![COMMIT, ...revisions].includes(revision)) return REFUSALS.revision;
  if (kind !== 'resolve') return undefined;
  const { authorization } = request.headers;
  if (token && authorization !== `Bearer ${token}`) return authorization ? REFUSALS.forbidden : REFUSALS.gated;
  return file in files ? undefined : [404, 'EntryNotFound', 'Entry not found'];
}

function list(host: HubHost, repo: string, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const from = Number(new URL(url, 'http://hub').searchParams.get('cursor') ?? 0);
  const files = host.repositories[repo]?.files ?? {};
  const folders = [...new Set(Object.keys(files).flatMap((path) => path.split('/').slice(0, -1)))];
  const entries = [
    ...folders.map((path) => ({ type: 'directory', oid: 'd1', size: 0, path })),
    ...Object.entries(files).map(([path, content]) => ({ type: 'file', path, ...sizes(path, bytes(content)) })),
  ];
  const next = `<${host.endpoint}/api/models/${repo}/tree/${COMMIT}?recursive=true&cursor=${from + PAGE}>; rel="next"`;
  if (entries.length > from + PAGE) response.setHeader('link', next);
  json(response, JSON.stringify(entries.slice(from, from + PAGE)));
}

function sizes(path: string, content: Buffer) {
  const { length: size } = content;
  if (!isLarge(path)) return { oid: 'f1', size };
  return { oid: 'f1', size, lfs: { oid: sha256(content), size, pointerSize: 132 }, xetHash: 'f'.repeat(64) };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function json(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}

function refuse(response: ServerResponse, [status, code, message]: Refusal): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-error-message': message,
    ...(code && { 'x-error-code': code }),
    ...(status === 429 && { ratelimit: '"api";r=0;t=55' }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ error: message }));
}

import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import Negotiator from 'negotiator';
import { ENV, type PlatformSettings } from '../contract.ts';
import { MAX_BODY_BYTES } from '../detect/body.ts';
import { readPlatformSettings, readVariable } from '../platform/settings.ts';
import { type Asset, Assets, asset, PAGE_FOLDER } from './assets.ts';
import { bucketOrigins, contentSecurityPolicy, SECURITY_HEADERS } from './headers.ts';
import { describeApi } from './openapi/document.ts';
import { fillPage, greetingPage, type PageSettings } from './pages.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** What this function tells about, and the files of its page. */
interface Docs {
  readonly settings: PlatformSettings;
  readonly functionVersion: string;
  readonly assets: Assets;
  readonly policy: string;
}

const docs: Docs = {
  settings: readPlatformSettings(process.env),
  functionVersion: readVariable('AWS_LAMBDA_FUNCTION_VERSION', process.env),
  assets: new Assets(join(readVariable('LAMBDA_TASK_ROOT', process.env), PAGE_FOLDER)),
  policy: contentSecurityPolicy(bucketOrigins(readVariable(ENV.bucket, process.env), process.env)),
};

/** The one entry of the docs function: what can be asked of the API by anyone, and shows no caller's data. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Answer> {
  switch (event.routeKey) {
    case 'GET /':
      return greet(event);
    case 'GET /docs':
      return page(event);
    case 'GET /docs/{proxy+}':
      return file(event);
    case 'GET /openapi.json':
      return description(event);
    case 'GET /health':
      return json({ status: 'ok', function_version: docs.functionVersion });
    case 'GET /models':
      return json(modelsOf(docs.settings));
    default:
      return notFound(event);
  }
}

function greet(event: APIGatewayProxyEventV2): Answer {
  const { name, endpoints } = docs.settings;
  const accept = event.headers.accept ?? '*/*';
  const chosen = new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']);
  if (chosen === 'text/html') return send(event, asset('greeting.html', Buffer.from(greetingPage(docs.settings))));
  const paths = endpoints.map((endpoint) => `/${endpoint.name}`);
  return json({
    name,
    endpoints: paths,
    docs: '/docs',
    openapi: '/openapi.json',
    models: '/models',
    health: '/health',
  });
}

let filled: Asset | undefined;

function page(event: APIGatewayProxyEventV2): Answer {
  const template = docs.assets.get('index.html');
  if (!template) throw new Error(`Expected ${PAGE_FOLDER}/index.html beside the function's code, received none`);
  filled ??= asset('index.html', Buffer.from(fillPage(template.bytes.toString(), pageSettings())));
  return send(event, filled);
}

function pageSettings(): PageSettings {
  // Our stacks never set this variable: only what plays AWS does, and that has no authorizers.
  const guarded = process.env.AWS_ENDPOINT_URL === undefined;
  return { ...docs.settings, maxBodyBytes: MAX_BODY_BYTES, guarded };
}

function file(event: APIGatewayProxyEventV2): Answer {
  const name = event.pathParameters?.proxy ?? '';
  const found = name.endsWith('.html') ? undefined : docs.assets.get(name);
  return found ? send(event, found) : notFound(event);
}

/** Browsers ask again each time, and hear 304 unless a deployment changed the file. */
function send(event: APIGatewayProxyEventV2, { bytes, type, etag, gzip }: Asset): Answer {
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': type,
    'cache-control': 'no-cache',
    etag,
    ...(type.startsWith('text/html') && { 'content-security-policy': docs.policy }),
  };
  if (event.headers['if-none-match'] === etag) return { statusCode: 304, headers, body: '' };
  const compressed = gzip && acceptsGzip(event);
  return {
    statusCode: 200,
    headers: {
      ...headers,
      ...(gzip && { vary: 'accept-encoding' }),
      ...(compressed && { 'content-encoding': 'gzip' }),
    },
    body: (compressed ? gzip : bytes).toString('base64'),
    isBase64Encoded: true,
  };
}

let described: Asset | undefined;

/** Made at the first question, not at load: most processes are never asked. */
function description(event: APIGatewayProxyEventV2): Answer {
  described ??= asset('openapi.json', Buffer.from(JSON.stringify(describeApi(docs.settings))));
  return send(event, described);
}

function acceptsGzip({ headers }: APIGatewayProxyEventV2): boolean {
  const accepted = { headers: { 'accept-encoding': headers['accept-encoding'] ?? 'identity' } };
  return new Negotiator(accepted).encoding(['gzip', 'identity']) === 'gzip';
}

function modelsOf({ endpoints }: PlatformSettings) {
  return {
    endpoints: endpoints.map(({ name, kind, labels, modelSummaries }) => ({
      endpoint: name,
      kind,
      ...(labels && { labels }),
      models: modelSummaries,
    })),
  };
}

function json(body: unknown): Answer {
  return {
    statusCode: 200,
    headers: { ...SECURITY_HEADERS, 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify(body),
  };
}

function notFound({ rawPath, requestContext }: APIGatewayProxyEventV2): Answer {
  const problem = {
    type: '/docs#not-found',
    title: 'There is nothing at this path',
    status: 404,
    detail: 'Expected a path of /openapi.json.',
    instance: requestContext.requestId,
    errors: [{ field: 'path', expected: 'a path of /openapi.json', received: rawPath.slice(0, 80) }],
  };
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/problem+json' };
  return { statusCode: 404, headers, body: JSON.stringify(problem) };
}

import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import Negotiator from 'negotiator';
import { type Asset, Assets, asset, PAGE_FOLDER } from '../api/assets.ts';
import { type Allowed, bucketOrigins, contentSecurityPolicy } from '../api/headers.ts';
import { MAX_BODY_BYTES } from '../api/options.ts';
import { json, notFound, send } from '../api/respond.ts';
import { ENV, type PlatformSettings } from '../contract.ts';
import { readPlatformSettings, readVariable } from '../platform/settings.ts';
import { describeApi } from './openapi/document.ts';
import { fillPage } from './pages.ts';

type Answer = APIGatewayProxyStructuredResultV2;

const settings = readPlatformSettings(process.env);
const functionVersion = readVariable('AWS_LAMBDA_FUNCTION_VERSION', process.env);
const assets = new Assets(join(readVariable('LAMBDA_TASK_ROOT', process.env), PAGE_FOLDER));
const uploadOrigins = bucketOrigins(readVariable(ENV.bucket, process.env), process.env);
/** The try page shows chosen pictures (`blob:`) and posts uploads to the bucket. */
const policy = policyOf({ pictures: ['blob:'], requests: uploadOrigins });
/** Report, judge and review page show pictures of the bucket. */
const picturesPolicy = policyOf({ pictures: uploadOrigins });
/** The status page shows some where an endpoint has the setting `drift`. */
const statusPolicy = settings.endpoints.some(({ drift }) => drift) ? picturesPolicy : policyOf({});

function policyOf(allowed: Allowed): Record<string, string> {
  return { 'content-security-policy': contentSecurityPolicy(allowed) };
}

/** Only the local emulator sets this variable, because it enforces no authorizers unless it starts with `--signed`. */
const guarded = process.env.AUTHORIZERS_DISABLED === undefined;

/** The docs function: public pages, the OpenAPI document, health and models. It has no access to callers' data. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Answer> {
  // API Gateway sends the headers of the answer to a HEAD, and no body.
  switch (event.routeKey.replace(/^HEAD /, 'GET ')) {
    case 'GET /':
      return greet(event);
    case 'GET /docs':
      return send(event, page('index.html'), policy);
    case 'GET /status':
      return send(event, page('status.html'), statusPolicy);
    case 'GET /status/{endpoint}/report':
      return shell('report.html', event);
    case 'GET /status/{endpoint}/judge':
      return shell('judge.html', event);
    case 'GET /status/{endpoint}/review':
      return shell('review.html', event);
    case 'GET /docs/{proxy+}':
      return file(event);
    case 'GET /openapi.json':
      return send(event, description());
    case 'GET /health':
      return json({ status: 'ok', function_version: functionVersion });
    case 'GET /models':
      return json(modelsOf(settings));
    default:
      return notFound(event);
  }
}

function greet(event: APIGatewayProxyEventV2): Answer {
  const accept = event.headers.accept || '*/*';
  const chosen = new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']);
  if (chosen === 'text/html') return send(event, page('greeting.html'), policy);
  const endpoints = settings.endpoints.map(({ name }) => `/${name}`);
  const links = { docs: '/docs', status: '/status', openapi: '/openapi.json', models: '/models', health: '/health' };
  return json({ name: settings.name, endpoints, ...links });
}

/** Created at the first request, because most processes serve few of them. */
const pages = new Map<string, Asset>();
let openApi: Asset | undefined;

function page(name: 'greeting.html' | 'index.html' | 'status.html' | EndpointPage): Asset {
  const known = pages.get(name) ?? asset(name, Buffer.from(filledPage(name)));
  pages.set(name, known);
  return known;
}

function filledPage(name: string): string {
  const template = assets.get(name);
  if (!template)
    throw new Error(`Expected a file for ${PAGE_FOLDER}/${name} beside the function's code, received none`);
  return fillPage(template.bytes.toString(), { ...settings, maxBodyBytes: MAX_BODY_BYTES, guarded });
}

/** A page of one endpoint, whose data it requests from that endpoint. */
type EndpointPage = 'report.html' | 'judge.html' | 'review.html';

function shell(name: EndpointPage, event: APIGatewayProxyEventV2): Answer {
  const endpoint = event.pathParameters?.endpoint;
  const shown = settings.endpoints.find((each) => each.name === endpoint);
  if (!shown || (name === 'review.html' && !shown.review)) return notFound(event);
  return send(event, page(name), picturesPolicy);
}

function description(): Asset {
  openApi ??= asset('openapi.json', Buffer.from(JSON.stringify(describeApi(settings))));
  return openApi;
}

function file(event: APIGatewayProxyEventV2): Answer {
  const name = event.pathParameters?.proxy ?? '';
  const found = name.endsWith('.html') ? undefined : assets.get(name);
  return found ? send(event, found) : notFound(event);
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

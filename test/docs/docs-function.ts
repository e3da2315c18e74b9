import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { PlatformSettings } from '../../functions/contract.ts';
import { buildPage, PAGE_FOLDER } from '../../functions/pages/build.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** The docs function as it runs on Lambda: its folder, its environment, one process of its own module. */
export interface DocsFunction {
  /** Requests one route. The body is decoded to text. */
  get(routeKey: string, request?: DocsRequest): Promise<Answer & { readonly text: string }>;
  remove(): void;
}

export interface DocsRequest {
  readonly headers?: Record<string, string>;
  /** The value of `{proxy+}`. */
  readonly proxy?: string;
  /** The value of `{endpoint}`. */
  readonly endpoint?: string;
}

/** Settings of the stacks, with two endpoints. */
export const SETTINGS: PlatformSettings = {
  name: 'field-trial',
  auth: 'none',
  endpoints: [
    { name: 'count-cars', kind: 'count', models: ['counter-nano'], labels: ['car'], modelSummaries: [summary()] },
    { name: 'predict', kind: 'predict', models: ['counter-nano'], modelSummaries: [summary()] },
  ],
};

function summary() {
  const labels = ['car', 'apple', 'potted plant'];
  const bounds = { confidence: { min: 0.05, max: 0.99 }, iou: { min: 0.1, max: 0.9 } };
  const thresholds = { confidence: 0.5, perLabel: { car: 0.7 }, iou: 0.35, bounds };
  const sha256 = '3f9b7462f2faa89dc22f50211d5c834ee72006aa41d144cb7a6092779d2e5551';
  return { name: 'counter-nano', version: '1.0.0', family: 'yolox', sha256, licence: 'Apache-2.0', labels, thresholds };
}

/** Loads a new instance of the function. @param environment in addition to that of Lambda and the stacks */
export async function loadDocs(
  settings: PlatformSettings = SETTINGS,
  environment: Record<string, string> = {},
): Promise<DocsFunction> {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  buildPage(join(folder, PAGE_FOLDER));
  const before = process.env;
  process.env = {
    PLATFORM_SETTINGS: JSON.stringify(settings),
    BUCKET_NAME: 'pictures',
    AWS_REGION: 'eu-central-1',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    LAMBDA_TASK_ROOT: folder,
    ...environment,
  };
  try {
    jest.resetModules();
    const { handler } = await import('../../functions/docs/handler.ts');
    return {
      get: (routeKey, request) => invoke(handler, routeKey, request),
      remove: () => rmSync(folder, { recursive: true }),
    };
  } finally {
    process.env = before;
  }
}

type Handler = (event: APIGatewayProxyEventV2) => Promise<Answer>;

async function invoke(handler: Handler, routeKey: string, { headers = {}, proxy, endpoint }: DocsRequest = {}) {
  const path = routeKey
    .replace(/^(GET|HEAD) /, '')
    .replace('{proxy+}', proxy ?? '')
    .replace('{endpoint}', endpoint ?? '');
  const pathParameters = { ...(proxy !== undefined && { proxy }), ...(endpoint !== undefined && { endpoint }) };
  const event = {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers,
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1', domainName: 'api.example.com', http: { method: 'GET', path } },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event);
  const text = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8').toString();
  return { ...answer, text };
}

import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOverride,
  type ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import type { PlatformSettings } from '../../contract.ts';
import { detectedBy } from './endpoint.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { platformPaths } from './platform-paths.ts';
import { PROBLEMS } from './problems.ts';
import { eventWebhooks } from './webhooks.ts';

/** Version of the API's schemas, not of the deployment. */
const API_VERSION = '1.0.0';

const DESCRIPTION = `Object detection: send a picture, receive its objects, their count and an annotated picture.

Errors are problem documents (RFC 9457) with the field, the expected value and the received value.`;

/**
 * The OpenAPI 3.1 document of a deployment, generated from the schemas that validate requests and answers. The same
 * settings give the same document.
 */
export function describeApi({
  name,
  auth,
  endpoints,
  ...settings
}: PlatformSettings): ReturnType<typeof createDocument> {
  const operatorAuth = settings.operatorAuth ?? auth;
  const schemes = [auth, operatorAuth].flatMap((each) => (SECURITY[each] ? [[each, SECURITY[each]] as const] : []));
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: name, version: API_VERSION, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [
      ...endpoints.map((endpoint) => ({ name: endpoint.name, description: `Detects ${detectedBy(endpoint)}.` })),
      { name: 'platform', description: 'The deployment itself.' },
      ...(settings.events ? [{ name: 'events', description: 'Sent to the receivers in the settings.' }] : []),
    ],
    ...(SECURITY[auth] && { security: [{ [auth]: [] }] }),
    paths: {
      ...Object.assign({}, ...endpoints.map((endpoint) => endpointPaths(endpoint, { auth, operatorAuth }))),
      ...platformPaths(auth),
    },
    ...(settings.events && { webhooks: eventWebhooks() }),
    components: {
      ...(schemes.length > 0 && { securitySchemes: Object.fromEntries(schemes) }),
      examples: Object.fromEntries([...PROBLEMS].map(([type, value]) => [type, { summary: value.title, value }])),
    },
  };
  return createDocument(document, { override: withoutDatePattern });
}

/** Because zod adds an unreadable pattern of calendar rules to dates, which repeats their format. */
const withoutDatePattern: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};

const SECURITY: Record<PlatformSettings['auth'], ZodOpenApiSecuritySchemeObject | undefined> = {
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4 for the service `execute-api`, as by the AWS SDKs or `curl --aws-sigv4`.',
    // As in the exports of API Gateway.
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the deployment’s issuer.' },
  none: undefined,
};

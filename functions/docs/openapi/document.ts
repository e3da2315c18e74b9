import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOverride,
  type ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import type { PlatformSettings } from '../../contract.ts';
import { foundBy } from './endpoint.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { platformPaths } from './platform-paths.ts';
import { PROBLEMS } from './problems.ts';

/** Version of the API that is described: of its shapes, not of what is deployed. */
const API_VERSION = '1.0.0';

const DESCRIPTION = `Send a picture, get the objects in it: counted, boxed, and drawn.

Every refusal is a problem document (RFC 9457): what was expected, for which field, and what came.`;

/**
 * The OpenAPI 3.1 document of a deployment, made from the schemas by which requests are checked and answers are built.
 * The same settings give the same document.
 */
export function describeApi({ name, auth, endpoints }: PlatformSettings): ReturnType<typeof createDocument> {
  const scheme = SECURITY[auth];
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: name, version: API_VERSION, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [
      ...endpoints.map((endpoint) => ({ name: endpoint.name, description: `Finds ${foundBy(endpoint)}.` })),
      { name: 'platform', description: 'About the deployment itself.' },
    ],
    ...(scheme && { security: [{ [auth]: [] }] }),
    paths: {
      ...Object.assign({}, ...endpoints.map((endpoint) => endpointPaths(endpoint, auth))),
      ...platformPaths(auth),
    },
    components: {
      ...(scheme && { securitySchemes: { [auth]: scheme } }),
      examples: Object.fromEntries([...PROBLEMS].map(([type, value]) => [type, { summary: value.title, value }])),
    },
  };
  return createDocument(document, { override: withoutDatePattern });
}

/** zod writes calendar rules into a pattern that nobody can read; the format says the same. */
const withoutDatePattern: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};

const SECURITY: Record<PlatformSettings['auth'], ZodOpenApiSecuritySchemeObject | undefined> = {
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4, service `execute-api`: made by the AWS SDKs, or by `curl --aws-sigv4`.',
    // The words that API Gateway's own exports use for the same thing.
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the deployment’s issuer.' },
  none: undefined,
};

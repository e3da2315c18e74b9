import type { ZodType } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import type { PlatformSettings } from '../../contract.ts';
import { gatewayAnswers } from './responses.ts';
import { greetingSchema, healthSchema, modelsSchema } from './schemas.ts';

const TAG = 'platform';

/** The paths of the docs function. All are public except `/models`. */
export function platformPaths(auth: PlatformSettings['auth']): ZodOpenApiPathsObject {
  const html = { 'text/html': { schema: { type: 'string' } } } as const;
  return {
    '/': {
      get: publicGet('getGreeting', 'Get the endpoints and the links of this API', {
        ...json(greetingSchema),
        ...html,
      }),
    },
    '/docs': { get: publicGet('getDocs', 'Page to try every endpoint in the browser', html) },
    '/status': {
      get: publicGet('getStatusPage', 'Page with the deployed versions and rollouts of all endpoints', html),
    },
    '/openapi.json': {
      get: publicGet('getOpenApi', 'Get this document', { 'application/json': { schema: { type: 'object' } } }),
    },
    '/health': { get: publicGet('getHealth', 'Check that the API responds', json(healthSchema)) },
    '/models': {
      get: {
        tags: [TAG],
        operationId: 'getModels',
        summary: 'List the endpoints with their models',
        responses: { '200': { description: 'OK', content: json(modelsSchema) }, ...gatewayAnswers(auth) },
      },
    },
  };
}

function publicGet(operationId: string, summary: string, content: Content): ZodOpenApiOperationObject {
  const responses = { '200': { description: 'OK', content }, ...gatewayAnswers('none') };
  return { tags: [TAG], operationId, summary, security: [], responses };
}

type Content = Record<string, { schema: ZodType | { type: 'string' | 'object' } }>;

function json(schema: ZodType): Content {
  return { 'application/json': { schema } };
}

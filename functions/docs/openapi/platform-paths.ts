import type { ZodType } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import type { PlatformSettings } from '../../contract.ts';
import { gatewayRefusals } from './responses.ts';
import { greetingSchema, healthSchema, modelsSchema } from './schemas.ts';

const TAG = 'platform';

/** What the docs function itself serves: open to all, but for the models. */
export function platformPaths(auth: PlatformSettings['auth']): ZodOpenApiPathsObject {
  const html = { 'text/html': { schema: { type: 'string' } } } as const;
  return {
    '/': { get: open('getGreeting', 'Greets, and says what there is', { ...json(greetingSchema), ...html }) },
    '/docs': { get: open('getDocs', 'A page to try every endpoint in the browser', html) },
    '/status': { get: open('getStatusPage', 'A page that shows how the rollouts of all endpoints stand', html) },
    '/openapi.json': {
      get: open('getOpenApi', 'This document', { 'application/json': { schema: { type: 'object' } } }),
    },
    '/health': { get: open('getHealth', 'Whether the API answers', json(healthSchema)) },
    '/models': {
      get: {
        tags: [TAG],
        operationId: 'getModels',
        summary: 'The endpoints with their models',
        responses: { '200': { description: 'OK', content: json(modelsSchema) }, ...gatewayRefusals(auth) },
      },
    },
  };
}

function open(operationId: string, summary: string, content: Content): ZodOpenApiOperationObject {
  const responses = { '200': { description: 'OK', content }, ...gatewayRefusals('none') };
  return { tags: [TAG], operationId, summary, security: [], responses };
}

type Content = Record<string, { schema: ZodType | { type: 'string' | 'object' } }>;

function json(schema: ZodType): Content {
  return { 'application/json': { schema } };
}

import * as z from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemSchema } from '../../api/schemas.ts';
import type { PlatformSettings } from '../../contract.ts';
import { PROBLEMS } from './problems.ts';
import { gatewayMessageSchema } from './schemas.ts';

type Auth = PlatformSettings['auth'];

/** Messages of API Gateway's own answers, by status. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is malformed or has invalid options. Do not retry it unchanged.',
  401: 'The token is missing, expired or not valid for this API.',
  403: 'The caller is not authorized, or the request is not signed.',
  404: 'The prediction, the report or the path does not exist.',
  406: '`Accept` allows none of the available content types.',
  413: 'Payload too large; use POST /{endpoint}/uploads.',
  415: 'The content type or the picture format is not supported.',
  422: 'The picture cannot be decoded, has too many pixels, or takes too long to decode.',
  429: 'Too many requests; retry later.',
  500: 'Internal error.',
  503: 'Service unavailable; retry later.',
};

/** The problem that every operation of an endpoint can answer. */
const ALWAYS = 'internal-error';

/** Answers without success: the problems of these types, that of every operation, and API Gateway's own. */
export function problemAnswers(types: readonly string[], auth: Auth): ZodOpenApiResponsesObject {
  const problems = [...types, ALWAYS].map((type) => [type, PROBLEMS.get(type)] as const);
  const unknown = problems.find(([, problem]) => problem === undefined);
  if (unknown)
    throw new Error(`Expected one of ${[...PROBLEMS.keys()].join(', ')} for the problem, received ${unknown[0]}`);
  const byStatus = Map.groupBy(problems, ([, problem]) => problem?.status ?? 500);
  const statuses = new Set([...byStatus.keys(), ...gatewayStatuses(auth), ...(byStatus.has(413) ? [413] : [])]);
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => {
        const examples = (byStatus.get(status) ?? []).map(([type]) => type);
        return [String(status), answer(status, examples)];
      }),
  );
}

/** API Gateway's own answers on any route of this deployment. */
export function gatewayAnswers(auth: Auth): ZodOpenApiResponsesObject {
  return Object.fromEntries(gatewayStatuses(auth).map((status) => [String(status), answer(status, [])]));
}

function gatewayStatuses(auth: Auth): number[] {
  const credentials = { iam: [403], jwt: [401, 403], none: [] }[auth];
  return [...credentials, 404, 429, 500, 503];
}

function answer(status: number, problems: readonly string[]): ZodOpenApiResponseObject {
  const message = GATEWAY[status];
  const examples = Object.fromEntries(problems.map((type) => [type, { $ref: `#/components/examples/${type}` }]));
  return {
    description: DESCRIPTIONS[status] ?? `Status ${status}`,
    ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    content: {
      ...(message && { 'application/json': { schema: messageSchema(problems), example: { message } } }),
      ...(problems.length > 0 && { 'application/problem+json': { schema: problemSchema, examples } }),
    },
  };
}

/**
 * The schema of API Gateway's answer. Because client generators read only the first JSON content type of a status, it
 * includes the problem wherever the status has one; the generated client then parses both.
 */
function messageSchema(problems: readonly string[]) {
  return problems.length > 0 ? z.union([problemSchema, gatewayMessageSchema]) : gatewayMessageSchema;
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'seconds to wait before a retry; sent where known',
    required: false,
    schema: { type: 'integer' },
  },
} as const;

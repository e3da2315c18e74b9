import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemSchema } from '../../api/schemas.ts';
import type { PlatformSettings } from '../../contract.ts';
import { PROBLEMS } from './problems.ts';
import { gatewayMessageSchema } from './schemas.ts';

type Auth = PlatformSettings['auth'];

/** What API Gateway answers by itself, by status. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood; asking again would not help.',
  401: 'The token is missing, expired, or not for this API.',
  403: 'The caller may not do this, or the request is not signed.',
  404: 'There is no such prediction, or nothing to report.',
  406: '`Accept` allows none of the forms that there are.',
  413: 'The picture is too big for this door.',
  415: 'Not a picture, or not a body that can be read.',
  422: 'A picture that cannot be decoded, or with too many pixels.',
  429: 'Too many requests; wait and ask again.',
  500: 'The request failed on our side.',
  503: 'Out of service for a moment; wait and ask again.',
};

/** The problem that every operation of an endpoint can have, beside its own. */
const ALWAYS = 'internal-error';

/** Answers other than success: the problems named (by type), that of every operation, and the gateway's own. */
export function refusals(types: readonly string[], auth: Auth): ZodOpenApiResponsesObject {
  const problems = [...types, ALWAYS].map((type) => [type, PROBLEMS.get(type)] as const);
  const unknown = problems.find(([, problem]) => problem === undefined);
  if (unknown)
    throw new Error(`Expected one of ${[...PROBLEMS.keys()].join(', ')} as a problem, received ${unknown[0]}`);
  const byStatus = Map.groupBy(problems, ([, problem]) => problem?.status ?? 500);
  const statuses = new Set([...byStatus.keys(), ...gatewayStatuses(auth), ...(byStatus.has(413) ? [413] : [])]);
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => {
        const examples = (byStatus.get(status) ?? []).map(([type]) => type);
        return [String(status), refusal(status, examples)];
      }),
  );
}

/** What the gateway can answer on any route of this deployment. */
export function gatewayRefusals(auth: Auth): ZodOpenApiResponsesObject {
  return Object.fromEntries(gatewayStatuses(auth).map((status) => [String(status), refusal(status, [])]));
}

function gatewayStatuses(auth: Auth): number[] {
  const credentials = { iam: [403], jwt: [401, 403], none: [] }[auth];
  return [...credentials, 429, 500, 503];
}

function refusal(status: number, problems: readonly string[]): ZodOpenApiResponseObject {
  const message = GATEWAY[status];
  const examples = Object.fromEntries(problems.map((type) => [type, { $ref: `#/components/examples/${type}` }]));
  return {
    description: DESCRIPTIONS[status] ?? `Status ${status}`,
    ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    content: {
      ...(problems.length > 0 && { 'application/problem+json': { schema: problemSchema, examples } }),
      ...(message && { 'application/json': { schema: gatewayMessageSchema, example: { message } } }),
    },
  };
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'seconds to wait before asking again; given where we know',
    required: false,
    schema: { type: 'integer' },
  },
} as const;

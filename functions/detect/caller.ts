/** Who sent a request, as API Gateway has authenticated it. */

import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { PredictionNotFoundError, shown } from '../api/errors.ts';
import type { EndpointSettings } from '../contract.ts';

/**
 * The authorizer's part of an event. API Gateway passes claims as texts.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const authorizerSchema = z.object({
  jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional(),
  iam: z
    .object({
      accountId: z.string().nullish(),
      userId: z.string(),
      cognitoIdentity: z.object({ identityId: z.string() }).nullish(),
    })
    .optional(),
});

/** The sender of a request. */
export interface Caller {
  /** Who owns the results of this caller, as a hash. Absent: nobody was authenticated, or a token has no `sub`. */
  readonly owner?: string;
  /** Whether the token has a scope of operators, who may read every result. */
  readonly isOperator: boolean;
}

/** The caller of an HTTP request. */
export function callerOf(event: APIGatewayProxyEventV2, { operatorScopes = [] }: EndpointSettings): Caller {
  // The type of events lacks it, because it depends on the route.
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: unknown };
  if (authorizer === undefined) return { isOperator: false };
  const { jwt, iam } = authorizerSchema.parse(authorizer);
  if (jwt) {
    const { iss, sub, scope, scp } = jwt.claims;
    const scopes = [scope, scp].flatMap(scopesIn);
    const isOperator = operatorScopes.some((each) => scopes.includes(each));
    return typeof sub === 'string' ? { owner: hashOf('jwt', iss, sub), isOperator } : { isOperator };
  }
  if (!iam) return { isOperator: false };
  const { accountId, userId, cognitoIdentity } = iam;
  const owner = hashOf('iam', accountId, principalOf(userId), cognitoIdentity?.identityId);
  return { owner, isOperator: false };
}

/** `a b`, or a list, which API Gateway writes as `[a b]`. */
function scopesIn(claim: unknown): string[] {
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
}

/** The id of a role without the name of the session, because another session of the same service has another name. */
function principalOf(userId: string): string {
  return userId.startsWith('AROA') ? (userId.split(':')[0] ?? userId) : userId;
}

/** A hash, so that stored results and upload forms name nobody. */
function hashOf(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/**
 * Passes for the owner of a result, for operators, and for everybody where a result has no owner: one of `none()`, of
 * an upload by an S3 client, or of an earlier release.
 * @throws PredictionNotFoundError, the same as for a result that does not exist
 */
export function checkReader(caller: Caller, id: string, owner: string | undefined): void {
  if (owner !== undefined && owner !== caller.owner && !caller.isOperator) throw notFound(id);
}

/** No prediction with this id, or none of this caller. */
export function notFound(id: string): PredictionNotFoundError {
  return new PredictionNotFoundError([
    { field: 'id', expected: 'the id of a prediction of this endpoint', received: shown(id) },
  ]);
}

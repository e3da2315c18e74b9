/**
 * IAM authorization of an HTTP API: the signature of each request.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */

import { ACCOUNT, CREDENTIALS, REGION } from '../account.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';
import { sha256Of } from '../protocol/sha256.ts';
import { checkSignature } from '../protocol/signature.ts';

/** Who signed a request, as `requestContext.authorizer` of its event. */
export interface Caller {
  readonly iam: Readonly<Record<string, string | null>>;
}

/**
 * The caller of a request; undefined where the signature is missing, wrong, or for another service or region.
 * Signatures in the query are refused, although AWS accepts them.
 */
export function callerOf(request: ServiceRequest): Caller | undefined {
  if (request.query.has('X-Amz-Signature')) return undefined;
  try {
    const { service, region } = checkSignature(request, new Date());
    return service === 'execute-api' && region === REGION && coversBody(request) ? OPERATOR : undefined;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** Because only S3 accepts a signature without the body (`UNSIGNED-PAYLOAD`). */
function coversBody({ headers, body }: ServiceRequest): boolean {
  const claimed = headers['x-amz-content-sha256'];
  return claimed === undefined || claimed === sha256Of(body).toString('hex');
}

/** The only caller that has credentials. */
const OPERATOR: Caller = {
  iam: {
    accessKey: CREDENTIALS.accessKeyId,
    accountId: ACCOUNT,
    callerId: 'AIDALAPTOP',
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${ACCOUNT}:user/laptop`,
    userId: 'AIDALAPTOP',
  },
};

/** Conditional writes, which the store does not know. */

import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../protocol/service.ts';

export function isConditional({ headers }: ServiceRequest): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
}

/** @param head the answer to a HEAD of the object that would be written. @throws AwsError PreconditionFailed, NoSuchKey */
export function checkConditions({ headers }: ServiceRequest, head: ServiceResponse): void {
  const match = headers['if-match'];
  const exists = head.status === 200;
  if (match && !exists) throw new AwsError('NoSuchKey', 404, 'The specified key does not exist.');
  const holds = match ? bare(match) === bare(head.headers?.etag ?? '') : !exists;
  if (holds) return;
  const message = 'At least one of the pre-conditions you specified did not hold';
  throw new AwsError('PreconditionFailed', 412, message, { Condition: match ? 'If-Match' : 'If-None-Match' });
}

const bare = (etag: string) => etag.replaceAll('"', '');

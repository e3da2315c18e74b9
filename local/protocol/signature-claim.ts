/** Reads the parts of a signature: key, time, service, signed headers. */

import { createHash } from 'node:crypto';
import { CREDENTIALS } from '../account.ts';
import { AwsError } from './aws-error.ts';
import type { ServiceRequest } from './service.ts';

/** Largest difference between the clocks of client and server, ms. */
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

/** Service, region and time of a signature. */
export interface Signer {
  readonly service: string;
  readonly region: string;
  readonly signedAt: Date;
}

export interface Claim extends Signer {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
}

/** The signature in the query of a presigned URL. @throws AwsError */
export function presignedClaim({ query, headers }: ServiceRequest, now: Date): Claim {
  const get = (name: string) => query.get(name) ?? queryFault(`${name} is missing`);
  if (get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') queryFault('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const signer = parseCredential(get('X-Amz-Credential'), parseDate(get('X-Amz-Date')));
  const seconds = Number(get('X-Amz-Expires'));
  if (!(seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS))
    queryFault('X-Amz-Expires must be between 1 and 604800 seconds');
  const expires = new Date(signer.signedAt.getTime() + seconds * 1000);
  if (now > expires) {
    const details = { 'X-Amz-Expires': String(seconds), Expires: isoSeconds(expires), ServerTime: isoSeconds(now) };
    throw new AwsError('AccessDenied', 403, 'Request has expired', details);
  }
  if (signer.signedAt.getTime() > now.getTime() + MAX_SKEW_MS)
    throw new AwsError('AccessDenied', 403, 'Request is not yet valid');
  const signedHeaders = get('X-Amz-SignedHeaders').split(';');
  const unsigned = Object.keys(headers).filter(
    (name) => /^x-amz-(?!content-sha256$)/.test(name) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    const message = 'There were headers present in the request which were not signed';
    throw new AwsError('AccessDenied', 403, message, { HeadersNotSigned: unsigned.join(', ') });
  }
  const payloadHash = query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  return { ...signer, signedHeaders, signature: get('X-Amz-Signature'), payloadHash };
}

/** The signature in the Authorization header. @throws AwsError */
export function headerClaim({ headers, query, body }: ServiceRequest, now: Date): Claim {
  const { authorization } = headers;
  if (authorization?.startsWith('AWS ') || (query.has('AWSAccessKeyId') && query.has('Signature'))) {
    const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    throw new AwsError('InvalidRequest', 400, message);
  }
  if (!authorization) throw new AwsError('AccessDenied', 403, 'Access Denied');
  const [, fields = ''] = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization) ?? [];
  const field = (name: string) => new RegExp(`(?:^|[ ,])${name}=([^, ]+)`).exec(fields)?.[1];
  const [credential, signed, signature] = [field('Credential'), field('SignedHeaders'), field('Signature')];
  if (!credential || !signed || !signature) throw malformed('The authorization header that you provided is not valid.');
  const signer = parseCredential(credential, parseDate(headers['x-amz-date'] ?? ''));
  if (Math.abs(signer.signedAt.getTime() - now.getTime()) > MAX_SKEW_MS) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new AwsError('RequestTimeTooSkewed', 403, message, {
      ServerTime: isoSeconds(now),
      RequestTime: isoSeconds(signer.signedAt),
    });
  }
  const payloadHash = headers['x-amz-content-sha256'] ?? sha256(body);
  return { ...signer, signedHeaders: signed.split(';'), signature, payloadHash };
}

/** Reads `<key>/<date>/<region>/<service>/aws4_request`. @throws AwsError */
export function parseCredential(credential: string, signedAt: Date): Signer {
  const [end, service, region, , ...key] = credential.split('/').toReversed();
  if (end !== 'aws4_request' || !service || !region)
    throw malformed('The Credential is mal-formed; expecting "<key>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  if (key.toReversed().join('/') !== CREDENTIALS.accessKeyId) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new AwsError('InvalidAccessKeyId', 403, message, { AWSAccessKeyId: key.join('/') });
  }
  return { service, region, signedAt };
}

/** Reads `20260131T235959Z`. @throws AwsError */
export function parseDate(text: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (!year) throw new AwsError('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header');
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const isoSeconds = (date: Date) => date.toISOString().replace(/\.\d{3}/, '');
/** In hexadecimal digits. */
export const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
export const malformed = (message: string) => new AwsError('AuthorizationHeaderMalformed', 400, message);

function queryFault(message: string): never {
  throw new AwsError('AuthorizationQueryParametersError', 400, message);
}

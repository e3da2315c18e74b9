/**
 * Checks AWS Signature Version 4: in the Authorization header, in the query (presigned URLs), and on a policy
 * (presigned POST).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */

import { timingSafeEqual } from 'node:crypto';
import { createScope, getCanonicalHeaders, getCanonicalQuery } from '@smithy/signature-v4';
import { CREDENTIALS } from '../account.ts';
import { AwsError } from './aws-error.ts';
import type { ServiceRequest } from './service.ts';
import { sha256Of } from './sha256.ts';
import {
  type Claim,
  headerClaim,
  malformed,
  parseCredential,
  parseDate,
  presignedClaim,
  type Signer,
  sha256,
} from './signature-claim.ts';
import { sign } from './signing-key.ts';

/** Returns service, region and time of a valid signature. @throws AwsError as S3 */
export function checkSignature(request: ServiceRequest, now: Date): Signer {
  const claim = request.query.has('X-Amz-Signature') ? presignedClaim(request, now) : headerClaim(request, now);
  const canonical = canonicalRequest(request, claim);
  const stringToSign = ['AWS4-HMAC-SHA256', amzDate(claim.signedAt), scopeOf(claim), sha256(canonical)].join('\n');
  compare(stringToSign, claim, canonical);
  checkPayload(request.body, claim.payloadHash);
  return claim;
}

/** Checks the signature of a string, such as a POST policy in base64. @throws AwsError */
export function checkString(text: string, fields: ReadonlyMap<string, string>): void {
  const field = (name: string) => fields.get(name) ?? missing(`Bucket POST must contain a field named '${name}'.`);
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') throw malformed('Unsupported signing algorithm');
  const signer = parseCredential(field('x-amz-credential'), parseDate(field('x-amz-date')));
  compare(text, { ...signer, signature: field('x-amz-signature') });
}

function missing(message: string): never {
  throw new AwsError('InvalidArgument', 400, message);
}

function compare(stringToSign: string, claim: Signer & { signature: string }, canonical?: string): void {
  const { region, service, signedAt } = claim;
  const scope = { date: amzDate(signedAt).slice(0, 8), region, service };
  const expected = Buffer.from(sign(stringToSign, CREDENTIALS.secretAccessKey, scope));
  const received = Buffer.from(claim.signature);
  if (expected.length === received.length && timingSafeEqual(expected, received)) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  throw new AwsError('SignatureDoesNotMatch', 403, message, {
    AWSAccessKeyId: CREDENTIALS.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: claim.signature,
    ...(canonical === undefined ? {} : { CanonicalRequest: canonical }),
  });
}

function canonicalRequest({ method, path, query, headers }: ServiceRequest, claim: Claim): string {
  const signed = Object.fromEntries(claim.signedHeaders.map((name) => [name, headers[name] ?? '']));
  const request = { headers: signed, query: grouped(query) } as Parameters<typeof getCanonicalHeaders>[0];
  const canonical = getCanonicalHeaders(request, undefined, new Set(claim.signedHeaders));
  const names = Object.keys(canonical).sort();
  const lines = names.map((name) => `${name}:${canonical[name]}`);
  // S3's signatures cover the path as sent; those of other services cover it encoded once more.
  const signedPath = claim.service === 's3' ? path : encodeURIComponent(path).replaceAll('%2F', '/');
  return [method, signedPath, getCanonicalQuery(request), ...lines, '', names.join(';'), claim.payloadHash].join('\n');
}

function grouped(query: URLSearchParams): Record<string, string | string[]> {
  const names = new Set([...query.keys()].filter((name) => name !== 'X-Amz-Signature'));
  return Object.fromEntries([...names].map((name) => [name, query.getAll(name)]));
}

function checkPayload(body: Buffer, claimed: string): void {
  if (!/^[0-9a-f]{64}$/.test(claimed)) return;
  const actual = sha256Of(body).toString('hex');
  if (actual === claimed) return;
  const message = 'The provided x-amz-content-sha256 header does not match what was computed.';
  throw new AwsError('XAmzContentSHA256Mismatch', 400, message, {
    ClientComputedContentSHA256: claimed,
    S3ComputedContentSHA256: actual,
  });
}

function scopeOf({ signedAt, region, service }: Signer): string {
  return createScope(amzDate(signedAt).slice(0, 8), region, service);
}

function amzDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

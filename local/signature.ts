/**
 * Checks AWS Signature Version 4: in the Authorization header, in the query (presigned URLs), and on a policy
 * (presigned POST).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalHeaders, getCanonicalQuery, SignatureV4 } from '@smithy/signature-v4';
import { CREDENTIALS } from './environment.ts';
import { S3Error } from './s3-error.ts';

/** Clocks may differ by so much, ms. */
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

/** A request as it came, before anybody trusted it. */
export interface SignedRequest {
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Who signed, when, and for which service. */
export interface Signer {
  readonly service: string;
  readonly region: string;
  readonly signedAt: Date;
}

interface Claim extends Signer {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
}

/** @throws S3Error that says why the request is refused, as S3 would */
export async function checkSignature(request: SignedRequest, now: Date): Promise<Signer> {
  const claim = request.query.has('X-Amz-Signature') ? presignedClaim(request, now) : headerClaim(request, now);
  const canonical = canonicalRequest(request, claim);
  const stringToSign = ['AWS4-HMAC-SHA256', amzDate(claim.signedAt), scopeOf(claim), sha256(canonical)].join('\n');
  await compare(stringToSign, claim, canonical);
  checkPayload(request.body, claim.payloadHash);
  return claim;
}

/** Checks the signature on a string, such as a POST policy in base64. @throws S3Error */
export async function checkString(text: string, fields: ReadonlyMap<string, string>): Promise<void> {
  const field = (name: string) => fields.get(name) ?? missing(`Bucket POST must contain a field named '${name}'.`);
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') throw malformed('Unsupported signing algorithm');
  const signer = parseCredential(field('x-amz-credential'), parseDate(field('x-amz-date')));
  await compare(text, { ...signer, signature: field('x-amz-signature') });
}

function missing(message: string): never {
  throw new S3Error('InvalidArgument', 400, message);
}

async function compare(stringToSign: string, claim: Signer & { signature: string }, canonical?: string): Promise<void> {
  const { region, service, signedAt } = claim;
  const signer = new SignatureV4({ credentials: CREDENTIALS, region, service, sha256: Sha256 });
  const expected = Buffer.from(await signer.sign(stringToSign, { signingDate: signedAt }));
  const received = Buffer.from(claim.signature);
  if (expected.length === received.length && timingSafeEqual(expected, received)) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  throw new S3Error('SignatureDoesNotMatch', 403, message, {
    AWSAccessKeyId: CREDENTIALS.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: claim.signature,
    ...(canonical === undefined ? {} : { CanonicalRequest: canonical }),
  });
}

function presignedClaim({ query, headers }: SignedRequest, now: Date): Claim {
  const get = (name: string) => query.get(name) ?? queryFault(`${name} is missing`);
  if (get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') queryFault('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const signer = parseCredential(get('X-Amz-Credential'), parseDate(get('X-Amz-Date')));
  const seconds = Number(get('X-Amz-Expires'));
  if (!(seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS))
    queryFault('X-Amz-Expires must be between 1 and 604800 seconds');
  const expires = new Date(signer.signedAt.getTime() + seconds * 1000);
  if (now > expires) {
    const details = { 'X-Amz-Expires': String(seconds), Expires: isoSeconds(expires), ServerTime: isoSeconds(now) };
    throw new S3Error('AccessDenied', 403, 'Request has expired', details);
  }
  if (signer.signedAt.getTime() > now.getTime() + MAX_SKEW_MS)
    throw new S3Error('AccessDenied', 403, 'Request is not yet valid');
  const signedHeaders = get('X-Amz-SignedHeaders').split(';');
  const unsigned = Object.keys(headers).filter(
    (name) => /^x-amz-(?!content-sha256$)/.test(name) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    const message = 'There were headers present in the request which were not signed';
    throw new S3Error('AccessDenied', 403, message, { HeadersNotSigned: unsigned.join(', ') });
  }
  const payloadHash = query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  return { ...signer, signedHeaders, signature: get('X-Amz-Signature'), payloadHash };
}

function headerClaim({ headers, body }: SignedRequest, now: Date): Claim {
  const { authorization } = headers;
  if (!authorization) throw new S3Error('AccessDenied', 403, 'Access Denied');
  const [, fields = ''] = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization) ?? [];
  const field = (name: string) => new RegExp(`(?:^|[ ,])${name}=([^, ]+)`).exec(fields)?.[1];
  const [credential, signed, signature] = [field('Credential'), field('SignedHeaders'), field('Signature')];
  if (!credential || !signed || !signature) throw malformed('The authorization header that you provided is not valid.');
  const signer = parseCredential(credential, parseDate(headers['x-amz-date'] ?? ''));
  if (Math.abs(signer.signedAt.getTime() - now.getTime()) > MAX_SKEW_MS) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new S3Error('RequestTimeTooSkewed', 403, message, {
      ServerTime: isoSeconds(now),
      RequestTime: isoSeconds(signer.signedAt),
    });
  }
  const payloadHash = headers['x-amz-content-sha256'] ?? sha256(body);
  return { ...signer, signedHeaders: signed.split(';'), signature, payloadHash };
}

function parseCredential(credential: string, signedAt: Date): Signer {
  const [end, service, region, , ...key] = credential.split('/').toReversed();
  if (end !== 'aws4_request' || !service || !region)
    throw malformed('The Credential is mal-formed; expecting "<key>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  if (key.toReversed().join('/') !== CREDENTIALS.accessKeyId) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new S3Error('InvalidAccessKeyId', 403, message, { AWSAccessKeyId: key.join('/') });
  }
  return { service, region, signedAt };
}

function parseDate(text: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (!year) throw new S3Error('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header');
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function canonicalRequest({ method, path, query, headers }: SignedRequest, claim: Claim): string {
  const signed = Object.fromEntries(claim.signedHeaders.map((name) => [name, headers[name] ?? '']));
  const request = { headers: signed, query: grouped(query) } as Parameters<typeof getCanonicalHeaders>[0];
  const canonical = getCanonicalHeaders(request, undefined, new Set(claim.signedHeaders));
  const names = Object.keys(canonical).sort();
  const lines = names.map((name) => `${name}:${canonical[name]}`);
  // S3 signs the path as it is sent; all other services encode it once more.
  const signedPath = claim.service === 's3' ? path : encodeURIComponent(path).replaceAll('%2F', '/');
  return [method, signedPath, getCanonicalQuery(request), ...lines, '', names.join(';'), claim.payloadHash].join('\n');
}

function grouped(query: URLSearchParams): Record<string, string | string[]> {
  const names = new Set([...query.keys()].filter((name) => name !== 'X-Amz-Signature'));
  return Object.fromEntries([...names].map((name) => [name, query.getAll(name)]));
}

function checkPayload(body: Buffer, claimed: string): void {
  if (!/^[0-9a-f]{64}$/.test(claimed)) return;
  const actual = sha256(body);
  if (actual === claimed) return;
  const message = 'The provided x-amz-content-sha256 header does not match what was computed.';
  throw new S3Error('XAmzContentSHA256Mismatch', 400, message, {
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

const isoSeconds = (date: Date) => date.toISOString().replace(/\.\d{3}/, '');
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const malformed = (message: string) => new S3Error('AuthorizationHeaderMalformed', 400, message);

function queryFault(message: string): never {
  throw new S3Error('AuthorizationQueryParametersError', 400, message);
}

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What a signing key is for. */
export interface SigningScope {
  /** `20260131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Signing keys by secret and scope: their derivation takes longer than a signature. */
const keys = new Map<string, KeyObject>();
/** More than a day has. Because a caller can name any scope, all are dropped beyond it. */
const MOST_KEYS = 50;

/**
 * The signature of a string by Signature Version 4, hexadecimal.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function sign(stringToSign: string, secret: string, scope: SigningScope): string {
  return createHmac('sha256', keyOf(secret, scope)).update(stringToSign).digest('hex');
}

function keyOf(secret: string, { date, region, service }: SigningScope): KeyObject {
  const id = JSON.stringify([secret, date, region, service]);
  const known = keys.get(id);
  if (known) return known;
  const parts = [date, region, service, 'aws4_request'];
  const derived = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  const key = createSecretKey(derived);
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(id, key);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

import { Webhook } from 'standardwebhooks';
import { SecretError } from './secrets.ts';

/** What the headers of a webhook say. */
export interface Signed {
  /** Id of the event, the same in every attempt. */
  readonly id: string;
  /** Time of this attempt. */
  readonly at: Date;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks. Several secrets give several signatures: so a receiver can change to a new secret
 * while the old one is still used.
 * @param secrets `whsec_…`, separated by spaces
 * @throws SecretError
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders({ id, at, body }: Signed, secrets: string): Record<string, string> {
  const each = secrets.trim().split(/\s+/);
  if (!each.every((secret) => SECRET.test(secret))) {
    throw new SecretError('Expected whsec_ and base64 of 24 to 64 bytes for the secret of a webhook');
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': each.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** 24 to 64 bytes. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

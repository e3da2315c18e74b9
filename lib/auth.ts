/** How callers and operators authenticate. */

import type { NonEmpty } from './config.ts';

/** Options of `jwt()`. */
export interface JwtOptions {
  /** The https URL of an OpenID Connect issuer. Required. */
  readonly issuer: string;
  /** Accepted `aud` (or `client_id`) values. At least one. Required. */
  readonly audience: NonEmpty<string>;
  /**
   * Scopes of operators' tokens, each of which is enough for status, report and decisions. Callers must not get them:
   * the report shows the pictures of all callers. Default: none, operators sign requests with AWS credentials.
   */
  readonly operatorScopes?: NonEmpty<string>;
}

/**
 * Authentication of callers. Made by `iam()`, `jwt()` and `none()`. Operators (status, report, decisions) sign requests
 * with AWS credentials, except for tokens with `operatorScopes`.
 */
export type Auth = { readonly type: 'iam' } | ({ readonly type: 'jwt' } & JwtOptions) | { readonly type: 'none' };

/** Callers sign requests with AWS credentials (SigV4, service `execute-api`). The default. */
export function iam(): Auth {
  return { type: 'iam' };
}

/** Callers send a bearer token of an OpenID Connect issuer. */
export function jwt(options: JwtOptions): Auth {
  return { type: 'jwt', ...options };
}

/**
 * No authentication of callers: anyone who knows the address may send pictures, at your expense. Never a default.
 * Operators sign their requests.
 */
export function none(): Auth {
  return { type: 'none' };
}

/** Errors of AWS's clients as results, each with its remedy. */

import { messageOf } from '../rollout/errors.ts';
import { failed, type Result } from './result.ts';

/** Remedies by the names and codes of errors. */
const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/^(CredentialsProviderError|TokenProviderError)$/, 'aws configure sso, then: export AWS_PROFILE=<name>'],
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, 'aws sso login'],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure|InvalidSignatureException|SignatureDoesNotMatch)$/,
    'aws sts get-caller-identity; if that works, enable the region: aws account enable-region --region-name <region>',
  ],
  [/^RequestTimeTooSkewed$/, 'set the clock of this machine'],
  [
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden)$/,
    'attach the managed policy of the endpoint (output OperatorPolicy of its stack) to your user or role',
  ],
  [/^(TooManyRequestsException|Throttling|ThrottlingException|SlowDown)$/, 'wait a minute, then: npm run doctor'],
  [
    /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError)$/,
    'check the network, and the region: aws configure get region',
  ],
];

const OTHERWISE = 'run the check again: npm run doctor; if it fails again, file an issue with this receipt';

/** The result for an error that ended a check. */
export function failureOf(error: unknown): Result {
  const remedy = REMEDIES.find(([pattern]) => namesOf(error).some((name) => pattern.test(name)))?.[1];
  return failed(wordsOf(error), remedy ?? OTHERWISE);
}

/** Because `fetch` says only that it failed. */
function wordsOf(error: unknown): string {
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown };
  const { message } = Object(cause) as { message?: unknown };
  return name === 'TypeError' && typeof message === 'string' ? `no connection: ${message}` : messageOf(error);
}

/** Name and code of an error and of its causes: `fetch` has the cause of a failed connection there. */
function namesOf(error: unknown): string[] {
  const { name, code, cause } = Object(error) as { name?: unknown; code?: unknown; cause?: unknown };
  const own = [name, code].filter((each) => typeof each === 'string');
  return cause === undefined ? own : [...own, ...namesOf(cause)];
}

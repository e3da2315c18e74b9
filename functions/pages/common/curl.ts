import { type PageSettings, requiredAuth } from './page-settings.ts';

/** Continues a shell command on the next line. */
export const LINE = ' \\\n  ';

/** The API that a curl line addresses. */
export interface CurlContext {
  readonly origin: string;
  readonly auth: PageSettings['auth'];
  /** Of operators' operations. Absent: as callers. */
  readonly operatorAuth?: PageSettings['auth'];
  readonly maxBodyBytes: number;
  /** Whether the page can send signed requests, through the console. */
  readonly canSign?: boolean;
}

/** How a terminal calls the API. @param origin of the page */
export function curlContextOf(settings: PageSettings, origin: string): CurlContext {
  const { guarded, signedFor, maxBodyBytes } = settings;
  return {
    origin: signedFor ?? origin,
    auth: guarded ? requiredAuth(settings, 'callers') : 'none',
    operatorAuth: guarded ? requiredAuth(settings, 'operators') : 'none',
    maxBodyBytes,
    canSign: signedFor !== undefined,
  };
}

function signed(origin: string): string {
  const region = /\.execute-api\.([a-z0-9-]+)\./.exec(origin)?.[1] ?? '$AWS_REGION';
  return [
    `--aws-sigv4 "aws:amz:${region}:execute-api"`,
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    '-H "x-amz-security-token: $AWS_SESSION_TOKEN"',
  ].join(LINE);
}

/** The arguments of curl that authenticate the caller. Secrets are variables of the shell. */
export function credentialArguments({ origin, auth }: Pick<CurlContext, 'origin' | 'auth'>): string {
  return auth === 'iam' ? signed(origin) : bearer(auth);
}

function bearer(auth: PageSettings['auth']): string {
  return auth === 'jwt' ? '-H "Authorization: Bearer $TOKEN"' : '';
}

/** An argument for the shell, in single quotes where it needs them. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

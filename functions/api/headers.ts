/** Environment variables with the endpoint of S3: the local emulator's, or AWS by region. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The origins of presigned requests to `bucket`, for the Content-Security-Policy of pages. With a custom endpoint
 * (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`): path style and virtual-hosted style.
 */
export function bucketOrigins(bucket: string, environment: Environment): readonly string[] {
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  if (endpoint) {
    const { protocol, host, origin } = new URL(endpoint);
    return [origin, `${protocol}//${bucket}.${host}`];
  }
  const region = environment.AWS_REGION ?? 'us-east-1';
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [`https://${bucket}.s3.${region}.${suffix}`];
}

/** Headers of every answer: no content sniffing, and no referrer for other hosts. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Further sources that a page may load, in the syntax of the policy. */
export interface Allowed {
  readonly pictures?: readonly string[];
  readonly requests?: readonly string[];
}

/** The policy of pages: scripts and styles as files of this API; pictures and requests of this API and of `allowed`. */
export function contentSecurityPolicy({ pictures = [], requests = [] }: Allowed): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${["'self'", ...pictures, 'data:'].join(' ')}`,
    `connect-src ${["'self'", ...requests].join(' ')}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

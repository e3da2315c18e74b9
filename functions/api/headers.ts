/** Environment that tells where the bucket is reached: a laptop's own S3, or AWS by region. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The origins at which a presigned POST to `bucket` can lie, for the page's Content-Security-Policy. With an endpoint
 * of its own (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`), both ways to name a bucket there.
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

/** Headers of every answer: nothing is guessed, framed, or told to other hosts. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** What a page may use beside itself: sources as the policy writes them. */
export interface Allowed {
  readonly pictures?: readonly string[];
  readonly requests?: readonly string[];
}

/** The policy of the pages: own scripts and styles as files, and of pictures and requests their own and those allowed. */
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

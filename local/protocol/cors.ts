/** Cross-origin rules of buckets and HTTP APIs. */

/** Requests of pages of other origins that are allowed. `*` in a list matches anything. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number | undefined;
  readonly credentials?: boolean | undefined;
}

/** The cross-origin part of a request, or of its preflight. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Only in preflights. */
  readonly headers: readonly string[];
}

/** The first rule that allows a request. */
export function allowing(rules: readonly CorsRule[], corsRequest: CorsRequest): CorsRule | undefined {
  return rules.find(
    (rule) =>
      some(rule.origins, corsRequest.origin) &&
      some(rule.methods, corsRequest.method) &&
      corsRequest.headers.every((header) => some(rule.headers, header)),
  );
}

function some(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => {
    const [before = '', after] = pattern.toLowerCase().split('*');
    const given = value.toLowerCase();
    if (after === undefined) return given === before;
    return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
  });
}

/** The cross-origin part of a request; undefined without an `Origin` header. */
export function corsRequestOf(method: string, headers: Readonly<Record<string, unknown>>): CorsRequest | undefined {
  const text = (name: string) => (typeof headers[name] === 'string' ? (headers[name] as string) : '');
  if (!text('origin')) return undefined;
  const requested = text('access-control-request-headers').split(',');
  return {
    origin: text('origin'),
    method: text('access-control-request-method') || method,
    headers: requested.map((header) => header.trim()).filter(Boolean),
  };
}

/** Headers that let a page read the response. */
export function allowedHeaders(rule: CorsRule, corsRequest: CorsRequest): Record<string, string> {
  return {
    'access-control-allow-origin': rule.origins.includes('*') ? '*' : corsRequest.origin,
    ...(rule.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(rule.exposed.length > 0 ? { 'access-control-expose-headers': rule.exposed.join(',') } : {}),
    vary: 'origin',
  };
}

/** Headers of the response to a preflight. */
export function preflightHeaders(rule: CorsRule, corsRequest: CorsRequest): Record<string, string> {
  return {
    ...allowedHeaders(rule, corsRequest),
    'access-control-allow-methods': rule.methods.join(','),
    'access-control-allow-headers': rule.headers.includes('*') ? corsRequest.headers.join(',') : rule.headers.join(','),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
  };
}

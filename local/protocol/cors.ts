/** Cross-origin rules, as buckets and HTTP APIs have them. */

/** Who may call from a page of another origin. `*` in a list stands for anything. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number | undefined;
  readonly credentials?: boolean | undefined;
}

/** What a page asks before, or tells with, a request. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Only in preflights. */
  readonly headers: readonly string[];
}

/** The first rule that allows what is asked. */
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

/** What a page asks by a request's headers; undefined when no other origin is involved. */
export function corsRequestOf(method: string, headers: Readonly<Record<string, unknown>>): CorsRequest | undefined {
  const text = (name: string) => (typeof headers[name] === 'string' ? (headers[name] as string) : '');
  if (!text('origin')) return undefined;
  const asked = text('access-control-request-headers').split(',');
  return {
    origin: text('origin'),
    method: text('access-control-request-method') || method,
    headers: asked.map((header) => header.trim()).filter(Boolean),
  };
}

/** Headers of a response that the rule allows a page to read. */
export function allowHeaders(rule: CorsRule, corsRequest: CorsRequest): Record<string, string> {
  return {
    'access-control-allow-origin': rule.origins.includes('*') ? '*' : corsRequest.origin,
    ...(rule.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(rule.exposed.length > 0 ? { 'access-control-expose-headers': rule.exposed.join(',') } : {}),
    vary: 'origin',
  };
}

/** Headers of the answer to a preflight. */
export function preflightHeaders(rule: CorsRule, corsRequest: CorsRequest): Record<string, string> {
  return {
    ...allowHeaders(rule, corsRequest),
    'access-control-allow-methods': rule.methods.join(','),
    'access-control-allow-headers': rule.headers.includes('*') ? corsRequest.headers.join(',') : rule.headers.join(','),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
  };
}

/** Finds the route of an HTTP API for a request. */

/** A route and the function behind it. */
export interface Route {
  /** `POST /{endpoint}`, `ANY /{proxy+}` or `$default` */
  readonly key: string;
  /** ARN of the function, with its alias. */
  readonly target: string;
  /** Time after which the client receives 503, ms. */
  readonly timeoutMs: number;
  /** `AuthorizationType` of the route: API Gateway's default is `NONE`. */
  readonly authorization: 'NONE' | 'AWS_IAM' | 'JWT';
}

export interface MatchedRoute {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The most specific route for a request. Order: literal segments, `{variables}`, `{greedy+}` variables; then a method
 * before `ANY`; then `$default`.
 * @param path decoded
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): MatchedRoute | undefined {
  const candidates = routes.flatMap((route) => {
    const match = matchKey(route.key, method, path);
    return match ? [{ route, ...match }] : [];
  });
  const [best] = candidates.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return best && { route: best.route, pathParameters: best.pathParameters };
}

interface KeyMatch {
  /** Lower is more specific. */
  readonly rank: string;
  readonly pathParameters: Record<string, string>;
}

function matchKey(key: string, method: string, path: string): KeyMatch | undefined {
  if (key === '$default') return { rank: '9', pathParameters: {} };
  const [keyMethod = '', keyPath = ''] = key.split(' ');
  if (keyMethod !== method && keyMethod !== 'ANY') return undefined;
  const matched = matchPath(keyPath.split('/'), path.split('/'));
  return matched && { ...matched, rank: matched.rank + (keyMethod === 'ANY' ? '1' : '0') };
}

function matchPath(pattern: string[], path: string[]): KeyMatch | undefined {
  const pathParameters: Record<string, string> = {};
  let rank = '';
  for (const [i, segment] of pattern.entries()) {
    const given = path[i];
    const [, name, greedy] = /^\{(.+?)(\+)?\}$/.exec(segment) ?? [];
    if (given === undefined || (name && given === '')) return undefined;
    if (greedy && name)
      return { rank: `${rank}2`, pathParameters: { ...pathParameters, [name]: path.slice(i).join('/') } };
    if (name) pathParameters[name] = given;
    else if (segment !== given) return undefined;
    rank += name ? '1' : '0';
  }
  return pattern.length === path.length ? { rank, pathParameters } : undefined;
}

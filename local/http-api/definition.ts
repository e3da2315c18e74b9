/** Builds the definition of the HTTP API from the properties of its resources. */

import type { Properties } from '../cloudformation/resource-type.ts';
import type { CorsRule } from '../protocol/cors.ts';
import type { Route } from './routes.ts';
import type { HttpApiDefinition } from './server.ts';

/** Properties of all resources of the API, by id. */
export type Parts = Readonly<Record<'apis' | 'stages' | 'integrations' | 'routes', Map<string, Properties>>>;

/** API Gateway's default timeout of an integration, and its maximum, ms. */
const DEFAULT_TIMEOUT_MS = 30_000;

interface CorsConfiguration {
  readonly AllowOrigins?: string[];
  readonly AllowMethods?: string[];
  readonly AllowHeaders?: string[];
  readonly ExposeHeaders?: string[];
  readonly MaxAge?: number;
  readonly AllowCredentials?: boolean;
}

/** An API as the resources deployed so far describe it. */
export function definitionOf({ apis, stages, integrations, routes }: Parts, apiId: string): HttpApiDefinition {
  const own = (resources: Map<string, Properties>) => [...resources.values()].filter(({ ApiId }) => ApiId === apiId);
  const api = apis.get(apiId);
  const [stage] = own(stages);
  const cors = corsRule(api?.CorsConfiguration as CorsConfiguration | undefined);
  const throttle = throttleOf(stage?.DefaultRouteSettings as Record<string, number> | undefined);
  const all = own(routes).map((route) => routeOf(route, integrations));
  return { routes: all, ...(cors ? { cors } : {}), ...(throttle ? { throttle } : {}) };
}

function routeOf(route: Properties, integrations: ReadonlyMap<string, Properties>): Route {
  const { RouteKey, Target, AuthorizationType = 'NONE' } = route;
  const integration = integrations.get(String(Target).replace('integrations/', ''));
  const uri = String(integration?.IntegrationUri);
  // An ARN, or the invocation URI of REST APIs.
  const [, target = uri] = /functions\/(.+)\/invocations$/.exec(uri) ?? [];
  return {
    key: String(RouteKey),
    target,
    timeoutMs: Number(integration?.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS),
    authorization: AuthorizationType as Route['authorization'],
  };
}

function corsRule(cors: CorsConfiguration | undefined): CorsRule | undefined {
  if (!cors) return undefined;
  return {
    origins: cors.AllowOrigins ?? [],
    methods: cors.AllowMethods ?? [],
    headers: cors.AllowHeaders ?? [],
    exposed: cors.ExposeHeaders ?? [],
    maxAgeSeconds: cors.MaxAge,
    credentials: cors.AllowCredentials,
  };
}

function throttleOf(settings: Record<string, number> | undefined): { rate: number; burst: number } | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

/** The HTTP API, put together from the resources that describe it in several stacks. */

import type { Addresses } from '../account.ts';
import type { PhysicalResource, Properties, ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { CorsRule } from '../protocol/cors.ts';
import type { Route } from './routes.ts';
import type { HttpApi } from './server.ts';

/** API Gateway's longest, and default, wait for an integration. */
const DEFAULT_TIMEOUT_MS = 30_000;

interface CorsConfiguration {
  readonly AllowOrigins?: string[];
  readonly AllowMethods?: string[];
  readonly AllowHeaders?: string[];
  readonly ExposeHeaders?: string[];
  readonly MaxAge?: number;
  readonly AllowCredentials?: boolean;
}

/** Resource types of API Gateway; each change takes effect at once. */
export function apiResources(api: HttpApi, addresses: Addresses): Record<string, ResourceType> {
  const apis = new Map<string, Properties>();
  const stages = new Map<string, Properties>();
  const integrations = new Map<string, Properties>();
  const routes = new Map<string, Properties>();

  const rebuild = () => {
    const [definition] = apis.values();
    const [stage] = stages.values();
    const cors = corsRule(definition?.CorsConfiguration as CorsConfiguration | undefined);
    const throttle = throttleOf(stage?.DefaultRouteSettings as Record<string, number> | undefined);
    const all = [...routes.values()].map((route) => routeOf(route, integrations));
    api.define({ routes: all, ...(cors ? { cors } : {}), ...(throttle ? { throttle } : {}) });
  };
  const kind = (
    parts: Map<string, Properties>,
    physical: (properties: Properties, id: string) => PhysicalResource,
  ): ResourceType => ({
    apply: (properties, { stack, logicalId }) => {
      const id = `${stack.name}-${logicalId}`;
      parts.set(id, properties);
      rebuild();
      return physical(properties, id);
    },
    remove: (_, { stack, logicalId }) => {
      parts.delete(`${stack.name}-${logicalId}`);
      rebuild();
    },
  });
  return {
    'AWS::ApiGatewayV2::Api': kind(apis, (properties, id) => {
      if (properties.ProtocolType !== 'HTTP')
        throw new UnsupportedError(`An API of type ${properties.ProtocolType}`, id);
      if (apis.size > 1) throw new UnsupportedError('A second HTTP API', id);
      return { ref: id, attributes: { ApiEndpoint: addresses.url, ApiId: id } };
    }),
    'AWS::ApiGatewayV2::Stage': kind(stages, ({ StageName }, id) => {
      if (StageName !== '$default') throw new UnsupportedError(`The stage ${StageName}`, id);
      return { ref: '$default', attributes: {} };
    }),
    'AWS::ApiGatewayV2::Integration': kind(integrations, ({ IntegrationType, PayloadFormatVersion }, id) => {
      const what = `${IntegrationType} with payload format ${PayloadFormatVersion}`;
      if (what !== 'AWS_PROXY with payload format 2.0')
        throw new UnsupportedError(`An integration of type ${what}`, id);
      return { ref: id, attributes: {} };
    }),
    'AWS::ApiGatewayV2::Route': kind(routes, (_, id) => ({ ref: id, attributes: { RouteId: id } })),
  };
}

function routeOf({ RouteKey, Target }: Properties, integrations: ReadonlyMap<string, Properties>): Route {
  const integration = integrations.get(String(Target).replace('integrations/', ''));
  // An ARN, or the invocation URI that REST APIs use.
  const [, target = String(integration?.IntegrationUri)] =
    /functions\/(.+)\/invocations$/.exec(String(integration?.IntegrationUri)) ?? [];
  return { key: String(RouteKey), target, timeoutMs: Number(integration?.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS) };
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

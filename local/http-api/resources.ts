/** The HTTP API, assembled from resources in several stacks. */

import {
  DESCRIPTION,
  emulated,
  ignored,
  nested,
  only,
  PERMISSIONS,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import {
  addressOf,
  type PhysicalResource,
  type Properties,
  type ResourceContext,
  type ResourceType,
} from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { HttpApis } from './apis.ts';
import { definitionOf, type Parts } from './definition.ts';

const API: PropertyRules = {
  Name: DESCRIPTION,
  Description: DESCRIPTION,
  ProtocolType: only('HTTP'),
  CorsConfiguration: nested({
    AllowOrigins: emulated,
    AllowMethods: emulated,
    AllowHeaders: emulated,
    ExposeHeaders: emulated,
    MaxAge: emulated,
    AllowCredentials: emulated,
  }),
  Tags: TAGS,
};

const STAGE: PropertyRules = {
  ApiId: emulated,
  StageName: only('$default'),
  // Without it routes need a deployment of their own.
  AutoDeploy: only(true),
  Description: DESCRIPTION,
  DefaultRouteSettings: nested({
    ThrottlingRateLimit: emulated,
    ThrottlingBurstLimit: emulated,
    DetailedMetricsEnabled: ignored('The emulator has no metrics of API Gateway.'),
  }),
  AccessLogSettings: ignored('A terminal shows each request.'),
  Tags: TAGS,
};

const INTEGRATION: PropertyRules = {
  ApiId: emulated,
  IntegrationType: only('AWS_PROXY'),
  IntegrationUri: emulated,
  PayloadFormatVersion: only('2.0'),
  TimeoutInMillis: emulated,
  Description: DESCRIPTION,
};

const ROUTE: PropertyRules = {
  ApiId: emulated,
  RouteKey: emulated,
  Target: emulated,
  // JWT is not enforced, see `PERMISSIONS`. A Lambda authorizer (CUSTOM) also changes the event, so it is rejected.
  AuthorizationType: only('NONE', 'AWS_IAM', 'JWT'),
  AuthorizerId: PERMISSIONS,
  AuthorizationScopes: PERMISSIONS,
  OperationName: DESCRIPTION,
};

const AUTHORIZER: PropertyRules = {
  ApiId: emulated,
  AuthorizerType: only('JWT'),
  IdentitySource: PERMISSIONS,
  JwtConfiguration: PERMISSIONS,
  Name: DESCRIPTION,
};

/** Creates one part of an API. */
type Create = (
  properties: Properties,
  context: ResourceContext,
  id: string,
) => PhysicalResource | Promise<PhysicalResource>;

/** Resource types of API Gateway. Each change takes effect at once. */
export function httpApiResources(apis: HttpApis): Record<string, ResourceType> {
  const parts: Parts = { apis: new Map(), stages: new Map(), integrations: new Map(), routes: new Map() };
  const redefine = (apiId: string) => apis.define(apiId, definitionOf(parts, apiId));
  const part = (kind: keyof Parts, properties: PropertyRules, create: Create): ResourceType => ({
    properties,
    apply: async (given, context) => {
      const id = idOf(context);
      parts[kind].set(id, given);
      const created = await create(given, context, id);
      redefine(String(given.ApiId ?? id));
      return created;
    },
    remove: ({ properties: given }, context) => {
      const id = idOf(context);
      parts[kind].delete(id);
      if (kind === 'apis') apis.remove(id);
      else redefine(String(given.ApiId));
    },
  });
  return {
    'AWS::ApiGatewayV2::Api': part('apis', API, async (properties, context, id) => {
      required('ProtocolType', properties, context);
      return { ref: id, attributes: { ApiEndpoint: await apis.create(id), ApiId: id } };
    }),
    'AWS::ApiGatewayV2::Stage': part('stages', STAGE, (properties, context) => {
      required('AutoDeploy', properties, context);
      return { ref: '$default', attributes: {} };
    }),
    'AWS::ApiGatewayV2::Integration': part('integrations', INTEGRATION, (properties, context, id) => {
      required('PayloadFormatVersion', properties, context);
      return { ref: id, attributes: {} };
    }),
    'AWS::ApiGatewayV2::Route': part('routes', ROUTE, (_, __, id) => ({ ref: id, attributes: { RouteId: id } })),
    'AWS::ApiGatewayV2::Authorizer': {
      properties: AUTHORIZER,
      apply: (_, context) => ({ ref: idOf(context), attributes: { AuthorizerId: idOf(context) } }),
    },
  };
}

/** Rejects the default of AWS for a property. @throws UnsupportedError */
function required(property: string, properties: Properties, context: ResourceContext): void {
  if (property in properties) return;
  throw new UnsupportedError(`The default of the property ${property} of ${context.type}`, addressOf(context));
}

function idOf({ stack, logicalId }: ResourceContext): string {
  return `${stack.name}-${logicalId}`;
}

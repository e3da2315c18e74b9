/** The HTTP API, assembled from resources in several stacks. */

import type { Addresses } from '../account.ts';
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
import { definitionOf, type Parts } from './definition.ts';
import type { HttpApi } from './server.ts';

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
  // Not enforced, see `PERMISSIONS`. A Lambda authorizer (CUSTOM) also changes the event, so it is rejected.
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

/** Creates one part of the API. */
type Create = (properties: Properties, context: ResourceContext, id: string) => PhysicalResource;

/** Resource types of API Gateway. Each change takes effect at once. */
export function httpApiResources(api: HttpApi, addresses: Addresses): Record<string, ResourceType> {
  const parts: Parts = { apis: new Map(), stages: new Map(), integrations: new Map(), routes: new Map() };
  const part = (kind: keyof Parts, properties: PropertyRules, create: Create): ResourceType => ({
    properties,
    apply: (given, context) => {
      const id = idOf(context);
      parts[kind].set(id, given);
      api.define(definitionOf(parts));
      return create(given, context, id);
    },
    remove: (_, context) => {
      parts[kind].delete(idOf(context));
      api.define(definitionOf(parts));
    },
  });
  return {
    'AWS::ApiGatewayV2::Api': part('apis', API, (properties, context, id) => {
      required('ProtocolType', properties, context);
      if (parts.apis.size > 1) throw new UnsupportedError('A second HTTP API', addressOf(context));
      return { ref: id, attributes: { ApiEndpoint: addresses.url, ApiId: id } };
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

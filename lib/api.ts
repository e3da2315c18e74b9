/** The HTTP API in front of all endpoints: authorization, CORS, throttling, access log. */

import { Duration, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ResolvedDeployment } from './check-config.ts';
import type { Auth } from './config.ts';
import { logGroup } from './service-function.ts';

/** The deployment's HTTP API, payload format 2.0, everything on its `$default` stage. */
export class Api extends Construct {
  readonly http: HttpApi;
  /** The authorizer of callers' routes. */
  readonly authorizer: IHttpRouteAuthorizer;
  /** The authorizer of operators' routes, and the scopes of their tokens. */
  readonly operators: Guard;

  constructor(scope: Construct, id: string, deployment: ResolvedDeployment) {
    super(scope, id);
    const { auth, cors, throttle } = deployment.api;
    this.authorizer = authorizerOf(auth);
    this.operators = operatorsGuard(auth, this.authorizer);
    this.http = new HttpApi(this, 'Http', {
      apiName: deployment.name,
      createDefaultStage: false,
      ...(cors ? { corsPreflight: preflight(cors) } : {}),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      // Because nothing reads them, and CloudWatch charges for each metric of each route.
      detailedMetricsEnabled: false,
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'AccessLog', deployment.logRetentionDays)),
        format: ACCESS_LOG,
      },
    });
  }
}

/** Routes of one function on the API. They belong to the stack of the function, not to that of the API. */
export class Routes extends Construct {
  private readonly api: Api;
  private readonly integration: HttpLambdaIntegration;

  constructor(scope: Construct, id: string, options: { readonly api: Api; readonly handler: IFunction }) {
    super(scope, id);
    this.api = options.api;
    this.integration = new HttpLambdaIntegration('Integration', options.handler);
  }

  /** A route for callers, with the authorizer of the deployment. */
  guarded(method: HttpMethod, path: string): void {
    const route = this.add(method, path, { authorizer: this.api.authorizer });
    if (this.api.authorizer instanceof HttpNoneAuthorizer) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The settings of this deployment say none(): anyone may call.',
      });
    }
  }

  /** A route for operators alone, because it shows or steers what belongs to all callers. Never open. */
  forOperators(method: HttpMethod, path: string): void {
    this.add(method, path, this.api.operators);
  }

  /** A route without authorization. `reason` goes into the acknowledgement for cdk-nag. */
  open(method: HttpMethod, path: string, reason: string): void {
    const route = this.add(method, path, { authorizer: new HttpNoneAuthorizer() });
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }

  private add(method: HttpMethod, path: string, { authorizer, scopes }: Guard): HttpRoute {
    return new HttpRoute(this, `${method} ${path.replaceAll('/', '|')}`, {
      httpApi: this.api.http,
      routeKey: HttpRouteKey.with(path, method),
      integration: this.integration,
      authorizer,
      ...(scopes && { authorizationScopes: [...scopes] }),
    });
  }
}

/** The authorization of a route. */
interface Guard {
  readonly authorizer: IHttpRouteAuthorizer;
  /** Scopes, one of which a token must have. */
  readonly scopes?: readonly string[];
}

function operatorsGuard(auth: Auth, callers: IHttpRouteAuthorizer): Guard {
  if (auth.type === 'jwt' && auth.operatorScopes) return { authorizer: callers, scopes: auth.operatorScopes };
  return { authorizer: auth.type === 'iam' ? callers : new HttpIamAuthorizer() };
}

/** How operators authenticate. */
export function operatorAuth(auth: Auth): 'iam' | 'jwt' {
  return auth.type === 'jwt' && auth.operatorScopes ? 'jwt' : 'iam';
}

function authorizerOf(auth: Auth): IHttpRouteAuthorizer {
  switch (auth.type) {
    case 'iam':
      return new HttpIamAuthorizer();
    case 'jwt':
      return new HttpJwtAuthorizer('Jwt', auth.issuer, { jwtAudience: [...auth.audience] });
    case 'none':
      return new HttpNoneAuthorizer();
  }
}

function preflight(cors: NonNullable<ResolvedDeployment['api']['cors']>): CorsPreflightOptions {
  return {
    allowOrigins: [...cors.origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT],
    allowHeaders: [
      'accept',
      'authorization',
      'content-type',
      'x-amz-date',
      'x-amz-security-token',
      'x-amz-content-sha256',
    ],
    exposeHeaders: ['*'],
    maxAge: Duration.seconds(cors.maxAgeSeconds),
  };
}

const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTime(),
    route: '$context.routeKey',
    path: AccessLogField.contextPath(),
    status: AccessLogField.contextStatus(),
    bytes: AccessLogField.contextResponseLength(),
    ip: AccessLogField.contextIdentitySourceIp(),
    userAgent: AccessLogField.contextIdentityUserAgent(),
    caller: AccessLogField.contextIdentityUserArn(),
    error: AccessLogField.contextErrorMessage(),
    integrationError: '$context.integrationErrorMessage',
    integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
    latencyMs: AccessLogField.contextResponseLatency(),
  }),
);

/** The state of an endpoint's rollouts: `GET /{endpoint}/status`, `GET /{endpoint}/report`, `GET /{endpoint}/judge`. */

import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, ENV } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { type Api, Routes } from './api.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { acknowledgeWildcards } from './nag.ts';
import { driftVariable, readPermissions } from './read-permissions.ts';
import type { Rollout } from './rollout.ts';
import { type Permission, ServiceFunction } from './service-function.ts';

/** One vCPU: a report of a long rollout reads thousands of records, and the API times out after 30 seconds. */
const MEMORY_MB = 1769;

/** Input of the status function. */
export interface StatusProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
  readonly api: Api;
  readonly detector: Detector;
  readonly rollout: Rollout;
}

/** The read-only status function of one endpoint and its routes. */
export class Status extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: StatusProps) {
    super(scope, id);
    const { deployment, endpoint, target, bucket, api, detector, rollout } = props;
    const { name } = endpoint.settings;
    this.function = new ServiceFunction(this, 'Function', {
      description: `Status of the rollouts of ${name}`,
      code: plainCode('status'),
      target,
      memoryMb: MEMORY_MB,
      timeout: Duration.seconds(29),
      deployment,
      service: name,
      bucket,
      environment: {
        [ENV.endpointName]: name,
        [ENV.detectFunction]: detector.function.functionName,
        [ENV.machine]: rollout.machine.stateMachineArn,
        ...driftVariable(endpoint),
      },
      permissions: permissionsFor(props),
    });
    const routes = new Routes(this, 'Routes', { api, handler: this.function });
    routes.forOperators(HttpMethod.GET, `/${name}/status`);
    routes.forOperators(HttpMethod.GET, `/${name}/report`);
    routes.forOperators(HttpMethod.GET, `/${name}/judge`);
    if (endpoint.review) routes.forOperators(HttpMethod.GET, `/${name}/review`);
    acknowledgeWildcards(this, {
      allowed: (resource) => resource.endsWith(':*') || resource.endsWith(`/${name}/*`),
      reason:
        `Versions of ${name}, its objects and its executions have numbers and ids that do not exist yet when ` +
        'the role is made.',
    });
  }
}

/** Reading only. */
function permissionsFor({ bucket, endpoint, detector, rollout }: StatusProps): Permission[] {
  const arn = detector.function.functionArn;
  return [
    { actions: ['lambda:GetAlias'], resources: [arn, `${arn}:${ALIAS.live}`, `${arn}:${ALIAS.candidate}`] },
    { actions: ['lambda:GetFunctionConfiguration'], resources: [`${arn}:*`] },
    { actions: ['states:ListExecutions'], resources: [rollout.machine.stateMachineArn] },
    { actions: ['states:DescribeExecution'], resources: [rollout.executions] },
    ...readPermissions(bucket, endpoint),
    // Also because S3 answers 403 instead of 404 for a missing object when the caller may not list.
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}

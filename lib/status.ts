/** What tells how an endpoint's rollout goes: `GET /{endpoint}/status` and `GET /{endpoint}/report`. */

import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, ENV } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { type Api, Routes } from './api.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { functionRole } from './function-role.ts';
import { lambdaArchitecture } from './layers.ts';
import { logGroup } from './logs.ts';
import { acknowledgeWildcards } from './nag.ts';
import { NODE_FUNCTION } from './node-function.ts';
import { READ_PREFIXES, type Rollout } from './rollout.ts';

/** One processor: a report of a long rollout reads thousands of records, within the half minute that the API waits. */
const MEMORY_MB = 1769;

/** What a status is made from. */
export interface StatusProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
  readonly api: Api;
  readonly detector: Detector;
  readonly rollout: Rollout;
}

/** The function that tells about one endpoint's rollouts, on its routes. It reads, and changes nothing. */
export class Status extends Construct {
  constructor(scope: Construct, id: string, props: StatusProps) {
    super(scope, id);
    const { deployment, endpoint, target, bucket, api, detector, rollout } = props;
    const { name } = endpoint.settings;
    const logs = logGroup(this, 'Log', deployment.logRetentionDays);
    const role = functionRole(this, 'Role', logs);
    this.allowReading(role, props);
    const handler = new LambdaFunction(this, 'Function', {
      ...NODE_FUNCTION,
      description: `Status of the rollouts of ${name}`,
      code: plainCode('status'),
      architecture: lambdaArchitecture(target),
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(29),
      role,
      logGroup: logs,
      environment: {
        [ENV.bucket]: bucket.bucketName,
        [ENV.endpointName]: name,
        [ENV.detectFunction]: detector.function.functionName,
        [ENV.machine]: rollout.machine.stateMachineArn,
        POWERTOOLS_SERVICE_NAME: name,
      },
    });
    const routes = new Routes(this, 'Routes', { api, handler });
    routes.guarded(HttpMethod.GET, `/${name}/status`);
    routes.guarded(HttpMethod.GET, `/${name}/report`);
  }

  private allowReading(role: Role, { bucket, endpoint, detector, rollout }: StatusProps): void {
    const { name } = endpoint.settings;
    const arn = detector.function.functionArn;
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(['lambda:GetAlias'], [arn, `${arn}:${ALIAS.live}`, `${arn}:${ALIAS.candidate}`]);
    allow(['lambda:GetFunctionConfiguration'], [`${arn}:*`]);
    allow(['states:ListExecutions'], [rollout.machine.stateMachineArn]);
    allow(['states:DescribeExecution'], [rollout.executions]);
    allow(
      ['s3:GetObject'],
      READ_PREFIXES.map((keys) => bucket.arnForObjects(`${keys(name)}*`)),
    );
    // Also, who may not list is told 403 for an object that is not there, instead of 404.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    acknowledgeWildcards(this, {
      allowed: (resource) => resource.endsWith(':*') || resource.endsWith(`/${name}/*`),
      reason: `Versions of ${name}, its objects and its executions have numbers and ids that do not exist yet when the role is made.`,
    });
  }
}

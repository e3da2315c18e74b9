/** The Lambda functions of a deployment: what all of them have, in one place. */

import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ENV } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import type { ResolvedDeployment } from './check-config.ts';
import type { LOG_RETENTION_DAYS } from './config.ts';
import { lambdaArchitecture } from './layers.ts';

/** Actions that a function may perform, on these resources only. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What distinguishes one function from the others. */
export interface ServiceFunctionProps
  extends Pick<FunctionProps, 'layers' | 'reservedConcurrentExecutions' | 'currentVersionOptions'> {
  readonly description: string;
  readonly code: Code;
  /** The layer's platform, which decides the function's processor. */
  readonly target: Target;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** The deployment's settings for logs and traces. */
  readonly deployment: Pick<ResolvedDeployment, 'logRetentionDays' | 'tracing'>;
  /** Name in logs, metrics and traces. */
  readonly service: string;
  readonly bucket: Bucket;
  /** Variables besides those of the service and the bucket. Default none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Besides writing its log and its traces. Default none. */
  readonly permissions?: readonly Permission[];
}

/**
 * A Lambda function with its log group and its role.
 *
 * Because deployed stacks keep their logical ids, log group (`Log`) and role (`Role`) are siblings of the function, in
 * the scope that it is given: so a scope holds one such function.
 */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const { target, memoryMb, deployment, service, bucket, environment, permissions = [], ...rest } = props;
    const logs = logGroup(scope, 'Log', deployment.logRetentionDays);
    super(scope, id, {
      ...rest,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: lambdaArchitecture(target),
      memorySize: memoryMb,
      loggingFormat: LoggingFormat.JSON,
      tracing: deployment.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup: logs,
      role: functionRole(scope, logs, permissions),
      environment: {
        [ENV.bucket]: bucket.bucketName,
        POWERTOOLS_SERVICE_NAME: service,
        ...(deployment.tracing && { [ENV.tracing]: 'true' }),
        ...environment,
      },
    });
  }
}

/**
 * A log group that keeps entries for `days`, and outlives its stack: a removed endpoint may still need explaining.
 * @param name default: CloudFormation names it
 */
export function logGroup(
  scope: Construct,
  id: string,
  days: (typeof LOG_RETENTION_DAYS)[number],
  name?: string,
): LogGroup {
  const removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  return new LogGroup(scope, id, { retention: days, removalPolicy, ...(name !== undefined && { logGroupName: name }) });
}

/** A role that may write to `logs` and has `permissions`. CDK adds the permission for traces with the function. */
function functionRole(scope: Construct, logs: LogGroup, permissions: readonly Permission[]): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logs.grantWrite(role);
  for (const { actions, resources } of permissions) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray takes traces and has no resources to name.',
  });
  return role;
}

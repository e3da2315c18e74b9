/**
 * The drift monitor of one endpoint: a function that a rule invokes each hour. Only endpoints with the setting `drift`
 * have it.
 */

import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as InvokeFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, ENV, KEYS, metricNamespace } from '../functions/contract.ts';
import { DRIFT_FUNCTION_OUTPUT, DRIFT_KEYS, FOUND_PREFIX } from '../functions/drift-contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { acknowledgeWildcards } from './nag.ts';
import { type Permission, ServiceFunction } from './service-function.ts';

/** Input of the monitor. */
export interface DriftProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
  readonly detector: Detector;
}

/** A quarter past each hour, UTC: later than the minutes in which results of the hour before are still counted. */
const EACH_HOUR = Schedule.cron({ minute: '15' });

/** Lambda's longest time, for the first look at an endpoint with a month of pictures. Others take seconds. */
const TIMEOUT = Duration.minutes(15);

export class DriftMonitor extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: DriftProps) {
    super(scope, id);
    const { deployment, endpoint, target, bucket, detector } = props;
    const { name } = endpoint.settings;
    this.function = new ServiceFunction(this, 'Function', {
      description: `Watches the pictures and answers of ${name} for drift`,
      code: plainCode('drift-job'),
      target,
      memoryMb: 1769,
      timeout: TIMEOUT,
      deployment,
      service: name,
      bucket,
      environment: {
        [ENV.endpointName]: name,
        [ENV.detectFunction]: detector.function.functionName,
        [ENV.metricNamespace]: metricNamespace(deployment.name),
      },
      permissions: permissionsFor(props),
    });
    new Rule(this, 'EachHour', {
      description: `Looks at ${name} for drift`,
      schedule: EACH_HOUR,
      targets: [new InvokeFunction(this.function)],
    });
    acknowledgeWildcards(this, {
      allowed: (resource) => resource === '*' || resource.endsWith(`/${name}/*`),
      reason: `Objects of ${name} have ids that do not exist yet; X-Ray has no resources to name.`,
    });
    new CfnOutput(Stack.of(this), DRIFT_FUNCTION_OUTPUT, {
      value: this.function.functionName,
      description: `Watches ${name} for drift each hour`,
    });
  }
}

function permissionsFor({ bucket, endpoint, detector }: DriftProps): Permission[] {
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  const own = bucket.arnForObjects(`${DRIFT_KEYS.ofEndpoint(name)}*`);
  const pictures = [KEYS.uploads, KEYS.inputs].map((keys) => bucket.arnForObjects(`${keys(name)}*`));
  return [
    { actions: ['lambda:GetAlias'], resources: [arn, `${arn}:${ALIAS.live}`] },
    { actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${KEYS.results(name)}*`), ...pictures, own] },
    // Whether an upload is still there in the version that was answered.
    { actions: ['s3:GetObjectVersion'], resources: [bucket.arnForObjects(`${KEYS.uploads(name)}*`)] },
    { actions: ['s3:PutObject'], resources: [own, bucket.arnForObjects(`${FOUND_PREFIX}${name}/*`)] },
    // Also because S3 answers 403 instead of 404 for a missing object when the caller may not list.
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}

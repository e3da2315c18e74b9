/** One endpoint's function: its code, what it may touch, its versions and its two aliases. */

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Alias, type IVersion, Function as LambdaFunction, Version } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, ENV, METRIC_NAMESPACE } from '../functions/contract.ts';
import { buildLayer, type Target } from '../layers/runtime/build.ts';
import { detectCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import { functionRole } from './function-role.ts';
import { lambdaArchitecture, runtimeLayer } from './layers.ts';
import { logGroup } from './logs.ts';
import { acknowledgeWildcards } from './nag.ts';
import { NODE_FUNCTION } from './node-function.ts';

/** What a detector is made from. */
export interface DetectorProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  /** What the layer is built for, and with it the function's processor. */
  readonly target: Target;
  readonly bucket: Bucket;
}

/** The function that answers an endpoint's requests; each change of its code or settings publishes a version. */
export class Detector extends Construct {
  readonly function: LambdaFunction;
  /** Serves traffic. The template sets it once, to version 1; from then on rollouts move it. */
  readonly live: Alias;
  /** The newest version. */
  readonly candidate: Alias;

  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    const { endpoint, bucket } = props;
    const logs = logGroup(this, 'Log', props.deployment.logRetentionDays);
    const role = functionRole(this, 'Role', logs);
    allowOwnObjects(role, bucket, endpoint.settings.name);
    this.function = this.makeFunction(props, role, logs);
    this.candidate = new Alias(this, 'Candidate', {
      aliasName: ALIAS.candidate,
      version: this.function.currentVersion as IVersion,
    });
    this.live = this.makeLive();
  }

  private makeFunction(
    { deployment: { modelsFolder }, endpoint, target, bucket }: DetectorProps,
    role: Role,
    logs: LogGroup,
  ): LambdaFunction {
    const { settings, memoryMb, timeoutSeconds, reservedConcurrency } = endpoint;
    return new LambdaFunction(this, 'Function', {
      ...NODE_FUNCTION,
      description: `Detection for ${settings.name}`,
      code: detectCode({ models: settings.models, modelsFolder, layerFolder: buildLayer(target) }),
      architecture: lambdaArchitecture(target),
      layers: [runtimeLayer(this, 'Runtime', target)],
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      role,
      logGroup: logs,
      environment: {
        [ENV.bucket]: bucket.bucketName,
        [ENV.endpoint]: JSON.stringify(settings),
        POWERTOOLS_SERVICE_NAME: settings.name,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
        // Each thread of libvips and ONNX Runtime keeps a heap of its own: two are 50 MB less at 12 megapixels.
        MALLOC_ARENA_MAX: '2',
      },
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
  }

  /**
   * Always version 1, in every template: CloudFormation compares templates, not what is deployed, so it never touches
   * the alias again and an operator's rollback survives the next deployment. Version 1 exists as soon as the newest
   * does. The function must have no name of its own, for Lambda never gives a version number twice to one name.
   */
  private makeLive(): Alias {
    const version = Version.fromVersionAttributes(this, 'First', { lambda: this.function, version: '1' });
    const live = new Alias(this, 'Live', { aliasName: ALIAS.live, version });
    live.node.addDependency(this.function.currentVersion);
    return live;
  }
}

/** Its own keys and nothing else. `uploads/` is also written: a presigned POST has the rights of who signed it. */
function allowOwnObjects(role: Role, bucket: Bucket, endpoint: string): void {
  const keys = OWN_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}/${endpoint}/*`));
  role.addToPolicy(
    new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], resources: keys }),
  );
  // Who may not list is told 403 for an object that is not there, instead of 404. A prefix as condition would not do:
  // a GET has none.
  role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  acknowledgeWildcards(role, {
    allowed: (resource) => OWN_PREFIXES.some((prefix) => resource.endsWith(`/${prefix}/${endpoint}/*`)),
    reason: `Objects of ${endpoint} have ids in their keys; the wildcard stands for these ids alone.`,
  });
}

const OWN_PREFIXES = ['uploads', 'inputs', 'annotated', 'results', 'decisions'] as const;

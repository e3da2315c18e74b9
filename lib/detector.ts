/** One endpoint's function: its code, its permissions, its versions and its two aliases. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alias, type IVersion, type Function as LambdaFunction, Version } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, ENV, KEYS, metricNamespace } from '../functions/contract.ts';
import { buildLayer, type Target } from '../layers/runtime/build.ts';
import { detectPermissions } from './batch-permissions.ts';
import { detectCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import { endpointVariable } from './endpoint-variable.ts';
import { hasLabels } from './labelled-folder.ts';
import { runtimeLayer } from './layers.ts';
import { acknowledgeWildcards } from './nag.ts';
import { type Permission, ServiceFunction } from './service-function.ts';

/** Input of a detector. */
export interface DetectorProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  /** Platform of the layer, and so of the function. */
  readonly target: Target;
  readonly bucket: Bucket;
}

/** The function behind an endpoint. Each change of its code or settings publishes a version. */
export class Detector extends Construct {
  readonly function: LambdaFunction;
  /** Receives live traffic. The template sets it once, to version 1; from then on only rollouts move it. */
  readonly live: Alias;
  /** The newest version. */
  readonly candidate: Alias;

  constructor(scope: Construct, id: string, props: DetectorProps) {
    super(scope, id);
    this.function = this.makeFunction(props);
    acknowledgeObjectKeys(this, props.endpoint);
    this.candidate = new Alias(this, 'Candidate', {
      aliasName: ALIAS.candidate,
      version: this.function.currentVersion as IVersion,
    });
    this.live = this.makeLive();
  }

  private makeFunction({ deployment, endpoint, target, bucket }: DetectorProps): LambdaFunction {
    const { settings, memoryMb, timeoutSeconds, reservedConcurrency } = endpoint;
    return new ServiceFunction(this, 'Function', {
      description: `Detection for ${settings.name}`,
      code: detectCode({
        models: settings.models,
        modelsFolder: deployment.modelsFolder,
        layerFolder: buildLayer(target),
      }),
      target,
      layers: [runtimeLayer(this, 'Runtime', target)],
      memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      deployment,
      service: settings.name,
      bucket,
      environment: {
        [ENV.endpoint]: endpointVariable(settings, deployment.api.auth.type === 'jwt' ? deployment.api.auth : {}),
        [ENV.metricNamespace]: metricNamespace(deployment.name),
        // Because threads of libvips and ONNX Runtime would have several heaps, each with gaps: after 20,000 pictures
        // of all sizes, one heap has 15 MB less than two (docs/performance.md).
        MALLOC_ARENA_MAX: '1',
        // Because another release of the CDK can change the logical id of the version while the function stays as it
        // is, and then Lambda publishes nothing and the deployment fails: https://github.com/aws/aws-cdk/issues/28252
        CDK_LIB_VERSION: cdkLibVersion(),
      },
      permissions: permissionsFor(bucket, endpoint),
      // Retained, but not where the deployment that created it fails: otherwise its code would be published already,
      // and the next deployment of the same code fails with "A version for this Lambda function exists".
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
  }

  /**
   * Always version 1, in every template: CloudFormation compares templates, not deployed resources, so it never updates
   * the alias again and an operator's rollback survives the next deployment. Version 1 exists as soon as the newest
   * does. The function must have no fixed name, because Lambda never assigns a version number twice to one name. No
   * property may ever be added, because an update sends all of them, and version 1 too
   * (docs/decisions/0034-nothing-moves-live.md).
   */
  private makeLive(): Alias {
    const version = Version.fromVersionAttributes(this, 'First', { lambda: this.function, version: '1' });
    const live = new Alias(this, 'Live', { aliasName: ALIAS.live, version });
    live.node.addDependency(this.function.currentVersion);
    return live;
  }
}

function cdkLibVersion(): string {
  const file = createRequire(import.meta.url).resolve('aws-cdk-lib/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Objects of this endpoint only. `uploads/` is writable because a presigned POST has the rights of its signer. */
function permissionsFor(bucket: Bucket, endpoint: ResolvedEndpoint): Permission[] {
  const { plan } = endpoint;
  const { name } = endpoint.settings;
  const keys = OWN_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}/${name}/*`));
  const labels = [bucket.arnForObjects(`${KEYS.labels(name)}*`)];
  return [
    { actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], resources: keys },
    ...(hasLabels(plan) ? [{ actions: ['s3:GetObject'], resources: labels }] : []),
    // Because S3 answers 403 instead of 404 for a missing object when the caller may not list. The statement has no
    // condition on the prefix because a GET has no prefix.
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
    ...detectPermissions(bucket, endpoint),
  ];
}

function acknowledgeObjectKeys(scope: Construct, { settings: { name }, batch }: ResolvedEndpoint): void {
  const folders = [...OWN_PREFIXES, 'labels', ...(batch ? ['pictures', 'batch'] : [])];
  const sources = (batch?.sources ?? []).map(({ bucket, prefix }) => `:s3:::${bucket}/${prefix}*`);
  const ends = [...folders.map((folder) => `/${folder}/${name}/*`), ...sources];
  acknowledgeWildcards(scope, {
    allowed: (resource) => ends.some((end) => resource.endsWith(end)),
    reason: `Objects of ${name} have ids in their keys; the wildcard stands for these ids alone.`,
  });
}

const OWN_PREFIXES = ['uploads', 'inputs', 'annotated', 'results', 'decisions'] as const;

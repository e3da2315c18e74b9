/** Brings the labelled sets of an endpoint's plan into the bucket with each deployment. */

import { CustomResource, Duration } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { deployedSets } from '../functions/plan/labelled-set.ts';
import type { Target } from '../layers/runtime/build.ts';
import { labelsCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import { acknowledgeWildcards } from './nag.ts';
import { ServiceFunction } from './service-function.ts';

/** Input of the labelled sets. */
export interface LabelledSetsProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
}

/** Lambda's longest time. */
const TIMEOUT = Duration.minutes(15);

/**
 * A function whose code has the photos, and a custom resource that lets it copy them. Because an asset of the CDK is a
 * zip file in another bucket, which a function would have to unpack, and which the emulator does not have.
 */
export class LabelledSets extends Construct {
  constructor(scope: Construct, id: string, { deployment, endpoint, target, bucket }: LabelledSetsProps) {
    super(scope, id);
    const { name } = endpoint.settings;
    const { labelledFolders: folders } = endpoint;
    const copy = new ServiceFunction(this, 'Function', {
      description: `Labelled photos of ${name}`,
      code: labelsCode(folders),
      target,
      memoryMb: 512,
      timeout: TIMEOUT,
      deployment,
      service: name,
      bucket,
      permissions: [
        {
          actions: ['s3:PutObject', 's3:DeleteObject'],
          resources: [bucket.arnForObjects(`${deployedSets(name)}*`)],
        },
        { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
      ],
    });
    new CustomResource(this, 'Sets', {
      resourceType: 'Custom::LabelledSets',
      serviceToken: copy.functionArn,
      serviceTimeout: TIMEOUT,
      properties: { Endpoint: name, Sets: folders.map(({ hash }) => hash) },
    });
    acknowledgeWildcards(this, {
      allowed: (resource) => resource === '*' || resource.endsWith(`/${deployedSets(name)}*`),
      reason: `The photos of ${name} have names of their own; X-Ray has no resources to name.`,
    });
  }
}

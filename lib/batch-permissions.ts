/** The rights that batch jobs need: those of the machine, of the function, and of operators. */

import { Aws } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { BATCH_KEYS } from '../functions/batch-contract.ts';
import { ALIAS } from '../functions/contract.ts';
import type { BatchProps } from './batch.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import type { Permission } from './service-function.ts';

/** ARNs of a machine, of its executions, and patterns of its children and map runs. */
interface MachineArns {
  readonly arns: Readonly<Record<'machine' | 'executions' | 'children' | 'mapRuns', string>>;
}

/** Buckets and objects that jobs may read. */
function sourcesOf(bucket: Bucket, { settings, batch }: ResolvedEndpoint) {
  const sources = batch?.sources ?? [];
  return {
    buckets: [bucket.bucketArn, ...sources.map((source) => arnOf(source.bucket))],
    objects: [
      bucket.arnForObjects(`${BATCH_KEYS.pictures(settings.name)}*`),
      ...sources.map((source) => arnOf(`${source.bucket}/${source.prefix}*`)),
    ],
  };
}

function arnOf(resource: string): string {
  return `arn:${Aws.PARTITION}:s3:::${resource}`;
}

/** For `functions/detect/batch.ts`. None without the setting. */
export function detectPermissions(bucket: Bucket, endpoint: ResolvedEndpoint): Permission[] {
  if (!endpoint.batch) return [];
  const { objects, buckets } = sourcesOf(bucket, endpoint);
  const results = bucket.arnForObjects(`${BATCH_KEYS.results(endpoint.settings.name)}*`);
  return [
    { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: objects },
    { actions: ['s3:GetObject', 's3:PutObject'], resources: [results] },
    // Because S3 answers 403 instead of 404 for a missing object when the caller may not list.
    ...(buckets.length > 1 ? [{ actions: ['s3:ListBucket'], resources: buckets.slice(1) }] : []),
  ];
}

/**
 * For the machine's role, besides the invocation of the function.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function batchPermissions({ bucket, endpoint, arns }: BatchProps & MachineArns): Permission[] {
  const { objects, buckets } = sourcesOf(bucket, endpoint);
  const jobs = bucket.arnForObjects(`${BATCH_KEYS.jobs(endpoint.settings.name)}*`);
  return [
    { actions: ['states:StartExecution'], resources: [arns.machine] },
    { actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [arns.executions, arns.children] },
    { actions: ['states:RedriveExecution'], resources: [arns.children] },
    { actions: ['s3:ListBucket'], resources: buckets },
    { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: objects },
    {
      actions: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
      resources: [jobs],
    },
  ];
}

/** For the calls in `cli/batch/`. */
export function operatorPermissions({ bucket, endpoint, detector, arns }: BatchProps & MachineArns): Permission[] {
  const { objects, buckets } = sourcesOf(bucket, endpoint);
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  const own = [BATCH_KEYS.jobs(name), BATCH_KEYS.results(name)].map((keys) => bucket.arnForObjects(`${keys}*`));
  return [
    { actions: ['cloudformation:DescribeStacks'], resources: ['*'] },
    { actions: ['lambda:GetAlias'], resources: [arn, `${arn}:${ALIAS.live}`, `${arn}:${ALIAS.candidate}`] },
    { actions: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], resources: [`${arn}:*`] },
    { actions: ['states:StartExecution', 'states:ListExecutions'], resources: [arns.machine] },
    {
      actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution', 'states:ListMapRuns'],
      resources: [arns.executions],
    },
    { actions: ['states:RedriveExecution', 'states:StopExecution'], resources: [arns.children] },
    { actions: ['states:DescribeMapRun', 'states:UpdateMapRun'], resources: [arns.mapRuns] },
    { actions: ['s3:ListBucket'], resources: buckets },
    { actions: ['s3:GetObject'], resources: [...objects, ...own] },
    // For the page of `compare`: its pictures, and itself.
    { actions: ['s3:GetObjectVersion'], resources: objects },
    { actions: ['s3:PutObject'], resources: own.slice(0, 1) },
  ];
}

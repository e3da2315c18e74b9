/** The rights of the operators of events, as a managed policy. */

import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { disabledKey, secretParameter } from '../functions/events-contract.ts';
import { acknowledgeWildcards } from './nag.ts';

/** Input of the operators' rights. */
export interface EventOperatorsProps {
  /** The deployment's name. */
  readonly deployment: string;
  readonly bucket: Bucket;
  /** The queue of the bus and those of the receivers, by their names. */
  readonly queues: ReadonlyMap<string, { readonly queue: Queue; readonly deadLetters: Queue }>;
}

/** Exactly the rights that `npm run events` needs. */
export class EventOperators extends Construct {
  constructor(scope: Construct, id: string, { deployment, bucket, queues }: EventOperatorsProps) {
    super(scope, id);
    const all = [...queues.values()];
    const arns = all.map(({ queue }) => queue.queueArn);
    const dead = all.map(({ deadLetters }) => deadLetters.queueArn);
    const notes = bucket.arnForObjects(disabledKey('*'));
    const parameter = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      // The ARN of a parameter has its name without the first slash.
      resourceName: secretParameter(deployment, '*').slice(1),
    });
    const permissions = [
      { actions: ['cloudformation:DescribeStacks'], resources: ['*'] },
      { actions: ['sqs:GetQueueAttributes'], resources: [...arns, ...dead] },
      // What StartMessageMoveTask needs of its caller, by the documentation of SQS.
      { actions: ['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], resources: dead },
      { actions: ['sqs:SendMessage'], resources: arns },
      { actions: ['ssm:GetParameter', 'ssm:PutParameter'], resources: [parameter] },
      { actions: ['s3:GetObject', 's3:DeleteObject'], resources: [notes] },
      // Also because S3 answers 403 instead of 404 for a missing object when the caller may not list.
      { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
    ];
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Operates the receivers of events of ${deployment}`,
      statements: permissions.map((permission) => new PolicyStatement(permission)),
    });
    acknowledgeWildcards(this, {
      allowed: (resource) => resource === '*' || /\/\*(\.json)?$/.test(resource),
      reason: 'A list of stacks has no resource to name; secrets and notes have the names of receivers.',
    });
    new CfnOutput(Stack.of(this), 'EventsPolicy', {
      value: policy.managedPolicyArn,
      description: 'Attach it to who may operate receivers of events',
    });
  }
}

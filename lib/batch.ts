/**
 * Batch jobs of one endpoint: a state machine that lists pictures, puts them into batches, and invokes the endpoint's
 * function on each, by a version that the job names. Only endpoints with the setting `batch` have it.
 */

import { ArnFormat, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, CustomState, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BATCH_KEYS, BATCH_MACHINE_OUTPUT } from '../functions/batch-contract.ts';
import { batchDefinition, type ItemKind, LABELS } from './batch-definition.ts';
import { batchPermissions, operatorPermissions } from './batch-permissions.ts';
import type { ResolvedBatch } from './batch-settings.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { acknowledgeWildcards } from './nag.ts';
import type { Permission } from './service-function.ts';
import { stateMachine } from './state-machine.ts';

/** Input of the jobs' construct. */
export interface BatchProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly bucket: Bucket;
  readonly detector: Detector;
  readonly batch: ResolvedBatch;
}

export class Batch extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: BatchProps) {
    super(scope, id);
    const { endpoint, batch, deployment } = props;
    this.machine = this.makeMachine(props);
    const arns = {
      machine: this.machine.stateMachineArn,
      executions: this.arn('execution', `${this.machine.stateMachineName}:*`),
      children: this.arn('execution', `${this.machine.stateMachineName}/*`),
      mapRuns: this.arn('mapRun', `${this.machine.stateMachineName}/*`),
    };
    // A separate policy, because in the role's own it would make role and machine depend on each other.
    new Policy(this, 'Children', {
      roles: [this.machine.role as IRole],
      statements: statements(batchPermissions({ ...props, arns })),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Runs batch jobs of ${endpoint.settings.name} of ${deployment.name}`,
      statements: statements(operatorPermissions({ ...props, arns })),
    });
    this.acknowledge(props);
    const { name } = endpoint.settings;
    this.output(BATCH_MACHINE_OUTPUT, this.machine.stateMachineArn, 'Its executions are batch jobs');
    this.output('BatchConcurrency', String(batch.concurrency), 'Invocations of a batch job at a time');
    const own = `s3://${props.bucket.bucketName}/${BATCH_KEYS.pictures(name)}`;
    const sources = [own, ...batch.sources.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}`)];
    this.output('BatchSources', sources.join(','), 'Where batch jobs read pictures and manifests');
    this.output('BatchPolicy', policy.managedPolicyArn, `Attach it to who may run batch jobs of ${name}`);
  }

  private makeMachine({ endpoint, detector, deployment, bucket }: BatchProps): StateMachine {
    const { name } = endpoint.settings;
    const definition = {
      functionArn: detector.function.functionArn,
      bucket: bucket.bucketName,
      partition: Aws.PARTITION,
    };
    const map = (kind: ItemKind) =>
      new CustomState(this, `Pictures of ${LABELS[kind]}`, { stateJson: batchDefinition(kind, definition) });
    const by = (kind: ItemKind) => Condition.stringEquals('$.source', kind);
    const source = new Choice(this, 'Source?');
    const machine = stateMachine(this, {
      deployment,
      comment: `Runs batch jobs of ${name}`,
      definition: source.when(by('csv'), map('csv')).when(by('jsonl'), map('jsonl')).otherwise(map('list')),
      log: 'batch',
      onlyErrors:
        'Results and failures of all children are in the bucket; a log of all events would cost more than the job.',
    });
    // After the role, which has no right yet.
    machine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${detector.function.functionArn}:*`] }),
    );
    return machine;
  }

  private arn(resource: string, resourceName: string): string {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service: 'states', resource, resourceName, arnFormat });
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(Stack.of(this), id, { value, description });
  }

  private acknowledge({ endpoint, batch }: BatchProps): void {
    const { name } = endpoint.settings;
    const own = [BATCH_KEYS.pictures, BATCH_KEYS.results, BATCH_KEYS.jobs].map((keys) => `/${keys(name)}*`);
    const others = batch.sources.map(({ bucket, prefix }) => `:s3:::${bucket}/${prefix}*`);
    acknowledgeWildcards(this, {
      allowed: (resource) =>
        /^\*$|:\*$/.test(resource) ||
        /\/\*$/.test(resource) ||
        [...own, ...others].some((end) => resource.endsWith(end)),
      reason:
        `Versions of ${name}, its pictures, jobs and children have numbers and names that do not exist yet; lists of ` +
        'stacks, X-Ray and the delivery of logs have no resources to name.',
    });
  }
}

function statements(permissions: readonly Permission[]): PolicyStatement[] {
  return permissions.map(
    ({ actions, resources }) => new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
}

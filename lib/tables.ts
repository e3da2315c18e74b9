/**
 * Results as tables: a state machine that compacts them each night, and the tables in Athena. Only deployments with the
 * setting `tables` have it.
 */

import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  JsonPath,
  type RetryProps,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { SOURCE_PREFIXES, TABLES_MACHINE_OUTPUT, TABLES_PREFIX } from '../functions/tables-contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import { Catalog } from './catalog.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { acknowledgeWildcards } from './nag.ts';
import { ServiceFunction } from './service-function.ts';
import { stateMachine } from './state-machine.ts';

/** Input of the tables. */
export interface TablesProps {
  readonly deployment: ResolvedDeployment;
  readonly target: Target;
  readonly bucket: Bucket;
}

/** Lambda's longest time. A step takes less than a minute where S3 answers as usual. */
const STEP_TIMEOUT = Duration.minutes(15);

/** Half past midnight, UTC: the day before is complete. */
const EACH_NIGHT = Schedule.cron({ minute: '30', hour: '0' });

/** Longer than a lock stays of a writer that died (20 minutes). */
const WHILE_LOCKED: RetryProps = {
  errors: ['TablesLockedError'],
  interval: Duration.minutes(1),
  backoffRate: 1,
  maxAttempts: 40,
};
/** About two hours, because a day without a compaction needs an operator. */
const AFTER_ERRORS: RetryProps = {
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(30),
  maxAttempts: 10,
};

export class Tables extends Construct {
  readonly machine: StateMachine;
  /** Starts the machine. */
  readonly eachNight: Rule;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const step = this.makeFunction(props);
    this.machine = this.makeMachine(step, props.deployment);
    const input = RuleTargetInput.fromObject({});
    this.eachNight = new Rule(this, 'EachNight', {
      description: `Starts the compaction of results of ${props.deployment.name}`,
      schedule: EACH_NIGHT,
      targets: [new SfnStateMachine(this.machine, { input })],
    });
    new Catalog(this, 'Catalog', props);
    new CfnOutput(Stack.of(this), TABLES_MACHINE_OUTPUT, {
      value: this.machine.stateMachineArn,
      description: 'Its executions compact results into tables',
    });
    acknowledgeWildcards(this, {
      allowed: (resource) =>
        resource === '*' ||
        resource.endsWith('.Arn>:*') ||
        [TABLES_PREFIX, ...SOURCE_PREFIXES].some((prefix) => resource.endsWith(`/${prefix}*`)),
      reason: 'Results and files have names that do not exist yet; X-Ray and the delivery of logs have no resources.',
    });
  }

  private makeFunction({ deployment, target, bucket }: TablesProps): LambdaFunction {
    const tables = bucket.arnForObjects(`${TABLES_PREFIX}*`);
    const sources = SOURCE_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}*`));
    return new ServiceFunction(this, 'Function', {
      description: `Compacts results of ${deployment.name} into tables`,
      code: plainCode('compaction'),
      target,
      memoryMb: 1769,
      timeout: STEP_TIMEOUT,
      deployment,
      service: 'tables',
      bucket,
      permissions: [
        { actions: ['s3:GetObject'], resources: [...sources, tables] },
        { actions: ['s3:PutObject'], resources: [tables] },
        { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
      ],
    });
  }

  private makeMachine(step: LambdaFunction, deployment: ResolvedDeployment): StateMachine {
    const compact = new LambdaInvoke(this, 'Compact', {
      lambdaFunction: step,
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      payload: TaskInput.fromObject({
        execution: JsonPath.stringAt('$$.Execution.Name'),
        progress: JsonPath.objectAt('$'),
      }),
    });
    compact.addRetry(WHILE_LOCKED).addRetry(AFTER_ERRORS);
    const ended = new Choice(this, 'Ended?')
      .when(Condition.stringEquals('$.next', 'continue'), compact)
      .otherwise(new Succeed(this, 'Compacted'));
    return stateMachine(this, {
      deployment,
      comment: `Compacts results of ${deployment.name} into tables`,
      definition: compact.next(ended),
      log: 'tables',
      onlyErrors: 'The log of the function has each step; a log of all events would say the same.',
    });
  }
}

/** Rollouts of one endpoint: the controller function, its state machine, and the start with each deployment. */

import { ArnFormat, CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  LogLevel,
  StateMachine,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ALIAS, ENV, KEYS, metricNamespace } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { acknowledgeWildcards } from './nag.ts';
import { logGroup, type Permission, ServiceFunction } from './service-function.ts';

/** Input of a rollout construct. */
export interface RolloutProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
  readonly detector: Detector;
}

/** Timeout of one tick, which invokes the candidate for up to a minute and reads metrics. */
const TICK_TIMEOUT = Duration.minutes(3);

/**
 * The state machine repeats `Tick` (measure → judge → act) and a wait, whose length the tick returns, until the rollout
 * succeeds, or fails after a rollback. A custom resource starts an execution for each new version. Only executions and
 * operators move traffic, never the template.
 */
export class Rollout extends Construct {
  readonly machine: StateMachine;
  readonly function: LambdaFunction;
  /** ARN pattern of the machine's executions. */
  readonly executions: string;

  constructor(scope: Construct, id: string, props: RolloutProps) {
    super(scope, id);
    this.function = this.makeFunction(props);
    this.machine = this.makeMachine(props);
    this.executions = executionsOf(this.machine);
    const started = this.allowExecutions();
    const start = this.startWithEachVersion(props);
    start.node.addDependency(started, props.detector.live, props.detector.candidate);
    const { name } = props.endpoint.settings;
    acknowledgeWildcards(this, {
      allowed: (resource) => /^\*$|:\*$/.test(resource) || resource.endsWith(`/${name}/*`),
      reason:
        `Versions of ${name}, its objects and its executions have numbers and ids that do not exist yet when ` +
        'the role is made; CloudWatch metrics, X-Ray and the delivery of logs have no resources to name.',
    });
  }

  private makeFunction(props: RolloutProps): LambdaFunction {
    const { deployment, endpoint, target, bucket } = props;
    const { name } = endpoint.settings;
    return new ServiceFunction(this, 'Function', {
      description: `Rollouts of ${name}`,
      code: plainCode('rollout'),
      target,
      memoryMb: 512,
      timeout: TICK_TIMEOUT,
      deployment,
      service: name,
      bucket,
      environment: { [ENV.metricNamespace]: metricNamespace(deployment.name) },
      permissions: permissionsFor(props),
    });
  }

  private makeMachine({ endpoint, deployment }: RolloutProps): StateMachine {
    const tick = this.invoke('Tick', 'tick');
    const abandon = this.invoke('Abandon', 'abandon').next(
      new Fail(this, 'ControllerFailed', {
        error: 'ControllerFailed',
        cause:
          'The tick failed again and again; traffic is back on the stable version. ' +
          'See the log of the rollout function.',
      }),
    );
    tick.addRetry({ maxAttempts: 6, interval: Duration.seconds(5), backoffRate: 2 });
    tick.addCatch(abandon, { resultPath: '$.failure' });
    const wait = new Wait(this, 'WaitAsAsked', { time: WaitTime.secondsPath('$.waitSeconds') });
    const ended = new Choice(this, 'Ended?')
      .when(Condition.stringEquals('$.next', 'wait'), wait.next(tick))
      .when(Condition.stringEquals('$.next', 'succeed'), new Succeed(this, 'Succeeded'))
      .otherwise(new Fail(this, 'Failed', { errorPath: '$.error', causePath: '$.cause' }));
    const machine = new StateMachine(this, 'Machine', {
      comment: `Takes new versions of ${endpoint.settings.name} into traffic`,
      definitionBody: DefinitionBody.fromChainable(tick.next(ended)),
      tracingEnabled: deployment.tracing,
      logs: {
        destination: logGroup(this, 'MachineLog', deployment.logRetentionDays),
        level: LogLevel.ERROR,
        includeExecutionData: true,
      },
    });
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason: 'Each tick writes a record to the bucket; a log of all events would cost more than the ticks.',
    });
    if (!deployment.tracing) {
      Validations.of(machine).acknowledge({
        id: 'AwsSolutions-SF2',
        reason: 'The settings of this deployment say so.',
      });
    }
    return machine;
  }

  /** A task that invokes the rollout function with the execution's whole state. */
  private invoke(id: string, kind: 'tick' | 'abandon'): LambdaInvoke {
    return new LambdaInvoke(this, id, {
      lambdaFunction: this.function,
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      payload: TaskInput.fromObject({
        kind,
        machine: JsonPath.stringAt('$$.StateMachine.Id'),
        execution: JsonPath.stringAt('$$.Execution.Name'),
        rollout: JsonPath.objectAt('$'),
      }),
    });
  }

  /** A separate policy, because in the role's own it would make function and machine depend on each other. */
  private allowExecutions(): Policy {
    return new Policy(this, 'Executions', {
      roles: [this.function.role as IRole],
      statements: [
        new PolicyStatement({
          actions: ['states:StartExecution', 'states:ListExecutions'],
          resources: [this.machine.stateMachineArn],
        }),
        new PolicyStatement({
          actions: ['states:StopExecution', 'states:DescribeExecution'],
          resources: [this.executions],
        }),
      ],
    });
  }

  private startWithEachVersion({ detector, endpoint }: RolloutProps): CustomResource {
    return new CustomResource(this, 'Start', {
      resourceType: 'Custom::Rollout',
      serviceToken: this.function.functionArn,
      serviceTimeout: TICK_TIMEOUT,
      properties: {
        Machine: this.machine.stateMachineArn,
        Endpoint: endpoint.settings.name,
        FunctionName: detector.function.functionName,
        Version: detector.function.currentVersion.version,
        Plan: JSON.stringify(endpoint.plan),
      },
    });
  }
}

function permissionsFor({ bucket, detector, endpoint }: RolloutProps): Permission[] {
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  const aliases = [arn, `${arn}:${ALIAS.live}`, `${arn}:${ALIAS.candidate}`];
  return [
    { actions: ['lambda:GetAlias', 'lambda:UpdateAlias'], resources: aliases },
    { actions: ['lambda:InvokeFunction'], resources: [`${arn}:*`] },
    { actions: ['cloudwatch:GetMetricData'], resources: ['*'] },
    { actions: ['s3:GetObject'], resources: READ_PREFIXES.map((keys) => bucket.arnForObjects(`${keys(name)}*`)) },
    { actions: ['s3:PutObject'], resources: [bucket.arnForObjects(`${KEYS.rollouts(name)}*`)] },
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}

function executionsOf(machine: StateMachine): string {
  return Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Object keys that the rollout function and the status function read. */
export const READ_PREFIXES = [KEYS.inputs, KEYS.results, KEYS.decisions, KEYS.rollouts];

/** Rollouts of one endpoint: the controller function, its state machine, and the start with each deployment. */

import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  Fail,
  JsonPath,
  type RetryProps,
  type StateMachine,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ALIAS, ENV, KEYS, metricNamespace } from '../functions/contract.ts';
import { START_ENV } from '../functions/records/start-request.ts';
import type { Target } from '../layers/runtime/build.ts';
import { plainCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import type { Detector } from './detector.ts';
import { acknowledgeWildcards } from './nag.ts';
import { driftVariable, readPermissions } from './read-permissions.ts';
import { type Permission, ServiceFunction } from './service-function.ts';
import { stateMachine } from './state-machine.ts';

/** Input of a rollout construct. */
export interface RolloutProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly target: Target;
  readonly bucket: Bucket;
  readonly detector: Detector;
  /** Whether challengers were compared: the new version is proven to be better than live. */
  readonly isChosen: boolean;
}

/** Timeout of one tick, which invokes the candidate for up to a minute and reads metrics. */
const TICK_TIMEOUT = Duration.minutes(3);

/**
 * About an hour. Because `Abandon` invokes the same function, a throttled tick that gives up earlier changes nothing.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const WHILE_THROTTLED: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 60,
};
/** Five minutes and a quarter. */
const AFTER_ERRORS: RetryProps = { interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 6 };
/** Two days, because a candidate with a share of traffic that nobody observes is the worst end of a rollout. */
const UNTIL_WITHDRAWN: RetryProps = {
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(5),
  maxAttempts: 600,
};

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
    const { name, capture } = endpoint.settings;
    return new ServiceFunction(this, 'Function', {
      description: `Rollouts of ${name}`,
      code: plainCode('rollout'),
      target,
      memoryMb: 512,
      timeout: TICK_TIMEOUT,
      deployment,
      service: name,
      bucket,
      environment: {
        [ENV.metricNamespace]: metricNamespace(deployment.name),
        [START_ENV.capture]: String(capture),
        ...driftVariable(endpoint),
      },
      permissions: permissionsFor(props),
    });
  }

  private makeMachine({ endpoint, deployment }: RolloutProps): StateMachine {
    const tick = this.invoke('Tick', 'tick');
    tick.addRetry(WHILE_THROTTLED).addRetry(AFTER_ERRORS);
    tick.addCatch(this.makeAbandon(endpoint.settings.name), { resultPath: '$.failure' });
    const wait = new Wait(this, 'WaitAsAsked', { time: WaitTime.secondsPath('$.waitSeconds') });
    const ended = new Choice(this, 'Ended?')
      .when(Condition.stringEquals('$.next', 'wait'), wait.next(tick))
      .when(Condition.stringEquals('$.next', 'succeed'), new Succeed(this, 'Succeeded'))
      .otherwise(new Fail(this, 'Failed', { errorPath: '$.error', causePath: '$.cause' }));
    return stateMachine(this, {
      deployment,
      comment: `Takes new versions of ${endpoint.settings.name} into traffic`,
      definition: tick.next(ended),
      onlyErrors: 'Each tick writes a record to the bucket; a log of all events would cost more than the ticks.',
    });
  }

  /** Withdraws the candidate's share after ticks have failed; its answer has the `cause` of the failed execution. */
  private makeAbandon(endpoint: string): LambdaInvoke {
    const error = 'ControllerFailed';
    const abandon = this.invoke('Abandon', 'abandon');
    abandon.addRetry(UNTIL_WITHDRAWN).addCatch(
      new Fail(this, 'NotWithdrawn', {
        error,
        cause:
          'The tick failed again and again, and the share of the candidate could not be withdrawn: it may still ' +
          `receive traffic, and no rollout observes it. Run: npm run rollout -- rollback ${endpoint}. ` +
          'Then see the log of the rollout function.',
      }),
    );
    abandon.next(new Fail(this, 'ControllerFailed', { error, causePath: '$.cause' }));
    return abandon;
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

  private startWithEachVersion({ detector, endpoint, isChosen }: RolloutProps): CustomResource {
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
        ...(isChosen && { Judged: 'labels' }),
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
    ...readPermissions(bucket, endpoint),
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

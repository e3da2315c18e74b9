import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { ALIAS, DIMENSION, ENV, METRIC } from '../contract.ts';
import { DRIFT_ENV } from '../drift-contract.ts';
import { Alias } from '../platform/alias.ts';
import { clockFrom } from '../platform/clock.ts';
import { respond } from '../platform/cloudformation.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import type { Execution, TickAnswer } from '../records/execution.ts';
import { START_ENV, type StartRequest } from '../records/start-request.ts';
import { disagreementOf, type TickRecord } from '../records/tick-record.ts';
import { deployed } from './deployed.ts';
import { FunctionVersion } from './function-version.ts';
import { handOver, type StartContext, TICKS_PER_EXECUTION } from './start.ts';
import { startAgain } from './start-again.ts';
import { abandon, tick } from './tick.ts';
import { Traffic } from './traffic.ts';

/** The state machine's event; `machine` and `execution` are its ARN and the execution's name. */
interface MachineEvent {
  readonly kind: 'tick' | 'abandon';
  readonly machine: string;
  readonly execution: string;
  readonly rollout: Execution;
}

const objects = new Objects(readVariable(ENV.bucket, process.env));
const lambda = new LambdaClient({});
const machines = new SFNClient({});
const cloudWatch = new CloudWatchClient({});
const clock = clockFrom(process.env);
const logger = new Logger();
const namespace = readVariable(ENV.metricNamespace, process.env);
const metrics = new Metrics({ namespace });

/** The rollout's Lambda function: ticks for the state machine, and starts for CloudFormation and operators. */
export async function handler(
  event: MachineEvent | StartRequest | CloudFormationCustomResourceEvent,
  context: Context,
): Promise<unknown> {
  logger.addContext(context);
  if ('RequestType' in event) return answerCloudFormation(event);
  if (event.kind === 'start') {
    const capture = Number(readVariable(START_ENV.capture, process.env));
    return startAgain(event, { ...startContext(event.functionName, event.version), capture });
  }
  const { functionName, state, endpoint } = event.rollout;
  const alias = new Alias(lambda, functionName, ALIAS.live);
  if (event.kind === 'abandon') return abandon(event.rollout, { alias, clock });
  const answer = await tick(event.rollout, {
    objects,
    alias,
    newest: new Alias(lambda, functionName, ALIAS.candidate),
    candidate: new FunctionVersion(lambda, functionName, state.candidate),
    stable: new FunctionVersion(lambda, functionName, state.live),
    traffic: new Traffic(cloudWatch, { namespace, endpoint, functionName }),
    clock,
    executionName: event.execution,
    watchesDrift: process.env[DRIFT_ENV.watched] !== undefined,
    onRecord: (record) => publish(functionName, record),
  });
  return continued(event, answer);
}

/** Because an execution has a limit of events, a long rollout continues in a new one. */
async function continued({ machine, execution }: MachineEvent, answer: TickAnswer): Promise<TickAnswer> {
  if (answer.next !== 'wait' || answer.ticks % TICKS_PER_EXECUTION !== 0) return answer;
  const { next: _next, waitSeconds: _wait, ...rest } = answer;
  await handOver(machines, machine, execution, rest);
  return { ...rest, next: 'succeed' };
}

function publish(functionName: string, record: TickRecord): void {
  logger.info(record.words, { record });
  metrics.addDimensions({ [DIMENSION.function]: functionName });
  metrics.addMetric(METRIC.rolloutWaits, MetricUnit.Count, record.needs_a_person ? 1 : 0);
  metrics.addMetric(METRIC.rolloutBack, MetricUnit.Count, record.status === 'rolled back' ? 1 : 0);
  const disagreement = disagreementOf(record);
  if (disagreement !== undefined) {
    metrics.addMetric(METRIC.rolloutDisagreement, MetricUnit.Percent, 100 * disagreement);
  }
  metrics.publishStoredMetrics();
}

async function answerCloudFormation(event: CloudFormationCustomResourceEvent): Promise<void> {
  const outcome = await deployed(event, {
    startContext: ({ FunctionName, Version }) => startContext(FunctionName, Version),
    onError: (message, error) => logger.error(message, error),
    wait: (seconds) => setTimeout(seconds * 1000),
  });
  await respond(event, outcome);
}

function startContext(functionName: string, version: string): StartContext {
  return {
    machines,
    alias: new Alias(lambda, functionName, ALIAS.live),
    newest: new Alias(lambda, functionName, ALIAS.candidate),
    candidate: new FunctionVersion(lambda, functionName, version),
    clock,
    objects,
  };
}

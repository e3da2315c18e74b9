import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type EndpointFunction, KEYS } from '../contract.ts';
import { explainGolden } from '../judge/explain-event.ts';
import { ROLLOUT_ERRORS, startRollout } from '../judge/state.ts';
import { judgedBefore } from '../plan/judged-before.ts';
import type { CheckedPlan } from '../plan/plan-schema.ts';
import type { Alias } from '../platform/alias.ts';
import type { Clock } from '../platform/clock.ts';
import type { Objects } from '../platform/objects.ts';
import { readControl } from '../records/control.ts';
import type { Execution } from '../records/execution.ts';
import { claim } from './act.ts';
import type { FunctionVersion } from './function-version.ts';
import { goldenResult } from './golden-gate.ts';

/** A deployed version: `ResourceProperties` of the custom resource. */
export interface DeployedVersion {
  readonly Machine: string;
  readonly Endpoint: string;
  readonly FunctionName: string;
  readonly Version: string;
  /** `CheckedPlan` as JSON. */
  readonly Plan: string;
  /** `labels`: they have proven the version to be better than live, so that agreement with live is not judged. */
  readonly Judged?: string;
}

/** One request of CloudFormation. */
export interface Request {
  /** The same in a repeated request, which starts nothing twice. */
  readonly id: string;
  /** The resource's function and version before this request; absent: the resource is new. */
  readonly before?: Pick<DeployedVersion, 'FunctionName' | 'Version'> & Partial<DeployedVersion>;
}

/** The first version failed its golden gate, so the deployment fails: there is no earlier version to keep. */
export class GoldenGateError extends Error {
  override readonly name = 'GoldenGateError';
}

/** The dependencies of a start. */
export interface StartContext {
  readonly machines: SFNClient;
  /** The alias `live`. */
  readonly alias: Alias;
  /** The alias `candidate`. */
  readonly newest: Pick<Alias, 'read'>;
  readonly candidate: FunctionVersion;
  readonly clock: Clock;
  readonly objects: Objects;
}

/** Result of a start, which the custom resource returns. */
export type Started = 'rollout started' | 'live already' | 'first version' | 'deployment undone' | 'no change';

/**
 * Starts the rollout of a version that a deployment has published. First supersedes a running rollout: stops its
 * executions and takes its candidate's traffic away, so that at most one candidate has traffic.
 * @throws GoldenGateError; StoreUnavailableError
 */
export async function startNewVersion(
  deployed: DeployedVersion,
  request: Request,
  context: StartContext,
): Promise<Started> {
  const { machines, clock } = context;
  const name = executionName(deployed, request);
  const cause = `superseded by version ${deployed.Version}`;
  await storePlan(deployed, context);
  if (isOnlyJudgedBefore(deployed, request)) return 'no change';
  if (await stopOthers(machines, deployed, { cause, own: name })) return 'rollout started';
  const live = await claim(context.alias, deployed.Version, clock.now());
  if (isUndone(deployed, request)) return 'deployment undone';
  if (live.routing.version === deployed.Version) return keepLive(deployed, context);
  const { Machine: machine, Version: version, Plan } = deployed;
  const declared = JSON.parse(Plan) as CheckedPlan;
  const plan = deployed.Judged === 'labels' ? judgedBefore(declared) : declared;
  await startExecution(
    { ...functionOf(deployed), machine, version, plan, stable: live.routing.version },
    name,
    context,
  );
  return 'rollout started';
}

function functionOf({ Endpoint, FunctionName }: DeployedVersion): EndpointFunction {
  return { endpoint: Endpoint, functionName: FunctionName };
}

/** So that `rollout start` uses the plan of the last deployment, also after one that changed the plan alone. */
async function storePlan(deployed: DeployedVersion, { objects }: StartContext): Promise<void> {
  await objects.putJson(KEYS.plan(functionOf(deployed)), JSON.parse(deployed.Plan));
}

/**
 * Whether CloudFormation undoes a failed deployment: the previous version already had its rollout, and may have been
 * rolled back. Numbers of two functions say nothing about their order; but a new function begins with version 1, so
 * another number is that of the function before.
 */
export function isUndone({ FunctionName, Version }: DeployedVersion, { before }: Request): boolean {
  if (!before) return false;
  return before.FunctionName === FunctionName ? Number(before.Version) > Number(Version) : Version !== '1';
}

/**
 * Whether the request differs from the one before only by not naming the proof any more, as the deployment after that
 * of a winner does. The version has its rollout, which must not begin again with agreement as a gate.
 */
function isOnlyJudgedBefore({ FunctionName, Version, Plan, Judged }: DeployedVersion, { before }: Request): boolean {
  if (before?.Judged === undefined || Judged !== undefined) return false;
  return before.FunctionName === FunctionName && before.Version === Version && before.Plan === Plan;
}

/** Stops all executions of an endpoint that is deleted: a machine with running executions stays in DELETING. */
export async function stopAll(deployed: DeployedVersion, { machines }: StartContext): Promise<'rollouts stopped'> {
  await stopOthers(machines, deployed, { cause: 'the endpoint is deleted' });
  return 'rollouts stopped';
}

/** One name for each request of CloudFormation, so that a repeated request starts no second execution. */
function executionName({ Version }: DeployedVersion, { id }: Request): string {
  return `v${Version}-${id.replace(/[^A-Za-z0-9-]/g, '').slice(0, 36)}`;
}

/** Stops every execution except for this request's own. @returns whether that one is running already */
async function stopOthers(
  machines: SFNClient,
  { Machine }: DeployedVersion,
  { cause, own }: { readonly cause: string; readonly own?: string },
): Promise<boolean> {
  let underWay = false;
  const { executions = [] } = await machines.send(
    new ListExecutionsCommand({ stateMachineArn: Machine, statusFilter: 'RUNNING' }),
  );
  for (const { executionArn, name } of executions) {
    if (name === own) {
      underWay = true;
      continue;
    }
    await machines.send(new StopExecutionCommand({ executionArn, error: ROLLOUT_ERRORS.superseded, cause }));
  }
  return underWay;
}

/** Version 1 is live without a rollout, because there is no other version; only the golden gate judges it. */
async function keepLive({ Version }: DeployedVersion, { candidate }: StartContext): Promise<Started> {
  if (Version !== '1') return 'live already';
  const result = await goldenResult(candidate);
  if (!result.passed) {
    throw new GoldenGateError(`The first version does not pass its golden gate: ${explainGolden(result)}`);
  }
  return 'first version';
}

/** A rollout to start. */
export interface NewRollout extends EndpointFunction {
  /** ARN of the state machine. */
  readonly machine: string;
  readonly version: string;
  readonly plan: CheckedPlan;
  /** The live version, to which a rollback returns. */
  readonly stable: string;
}

/** Starts the first execution of a rollout. Starts nothing where an execution of this name exists. */
export async function startExecution(
  { endpoint, functionName, machine, version, plan, stable }: NewRollout,
  name: string,
  { machines, clock, objects, newest }: StartContext,
): Promise<void> {
  const of = { endpoint, functionName };
  // So that an order for an earlier rollout of the same version is not executed again.
  const old = await readControl(objects, of, { version, execution: name });
  const now = clock.now();
  const state = startRollout({ live: stable, candidate: version }, now.getTime());
  const execution: Execution = {
    ...of,
    plan,
    state: { ...state, ...(old && { control: old.id }) },
    ticks: 0,
    begun: now.toISOString(),
    newest: (await newest.read()).routing.version,
  };
  try {
    await machines.send(
      new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(execution) }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/**
 * Ticks of one execution. Step Functions keeps 25,000 events, and ends an execution that has more: a tick leaves nine
 * and each of its retries three, so that 1,500 ticks may be retried twice, and 800 retries are left for the last one.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const TICKS_PER_EXECUTION = 1500;

/** Starts the execution that continues a long one, because Step Functions keeps 25,000 events of each. */
export async function handOver(
  machines: SFNClient,
  machine: string,
  name: string,
  execution: Execution,
): Promise<void> {
  const [base = name, part = '1'] = name.split('.');
  const next = `${base}.${Number(part) + 1}`;
  try {
    await machines.send(
      new StartExecutionCommand({ stateMachineArn: machine, name: next, input: JSON.stringify(execution) }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

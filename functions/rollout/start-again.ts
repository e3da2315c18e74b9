/** Starts a rollout of a version again: after one that was rolled back, stopped or failed. */

import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { KEYS } from '../contract.ts';
import { letPeopleJudge } from '../plan/let-people-judge.ts';
import type { CheckedPlan } from '../plan/plan-schema.ts';
import { AliasMovedError } from '../platform/alias.ts';
import type { StartAnswer, StartRequest } from '../records/start-request.ts';
import { type StartContext, startExecution } from './start.ts';

/** The dependencies of a start by an operator. */
export interface StartAgainContext extends StartContext {
  /** Share of requests and uploads, 0–1, that a shadow can replay, by the last deployment. */
  readonly capture: number;
}

/**
 * Starts a rollout by the plan of the last deployment. First takes the share of a candidate away that no rollout
 * observes, by a write of the alias that fails where someone else moved it: two starts at the same time are one.
 * @throws StoreUnavailableError
 */
export async function startAgain(request: StartRequest, context: StartAgainContext): Promise<StartAnswer> {
  const { endpoint, functionName, machine, version, by, id } = request;
  const name = `v${version}-${id}`;
  const before = await context.alias.read();
  const stable = before.routing.version;
  const running = await runningExecutions(context, machine);
  if (running.includes(name)) return { started: true, execution: name, stable };
  if (running.length > 0) return { started: false, reason: 'running' };
  if (stable === version) return { started: false, reason: 'live' };
  const stored = (await context.objects.findJson(KEYS.plan({ endpoint, functionName }))) as CheckedPlan | undefined;
  if (stored === undefined) return { started: false, reason: 'no-plan' };
  const plan = request.judge === 'people' ? letPeopleJudge(stored) : stored;
  if (plan === undefined) return { started: false, reason: 'no-shadow' };
  if (request.judge === 'people' && context.capture === 0) return { started: false, reason: 'no-capture' };
  const { previous } = before.note ?? {};
  const note = { ...(previous !== undefined && { previous }), by, at: context.clock.now().toISOString() };
  try {
    await context.alias.move(before, { version: stable }, note);
  } catch (error) {
    if (error instanceof AliasMovedError) return { started: false, reason: 'alias-moved' };
    throw error;
  }
  await startExecution({ endpoint, functionName, machine, version, plan, stable }, name, context);
  return { started: true, execution: name, stable };
}

async function runningExecutions({ machines }: StartContext, stateMachineArn: string): Promise<string[]> {
  const command = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' });
  const { executions = [] } = await machines.send(command);
  return executions.flatMap(({ name }) => name ?? []);
}

/** All checks in their order. */

import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import { checkBootstrap, checkCredentials, checkRegion, checkServices } from './checks/account.ts';
import { checkAliases } from './checks/aliases.ts';
import { checkCosts } from './checks/costs.ts';
import { checkDrift } from './checks/drift.ts';
import { checkEvents, receiversWithSecret } from './checks/events.ts';
import { checkPrediction } from './checks/prediction.ts';
import { checkCodeStorage, checkConcurrency, checkMemory, readQuotas } from './checks/quotas.ts';
import { checkRollback, checkSplit, pairOf, SHARE } from './checks/split.ts';
import { checkStacks, deployedEndpoints, isUsable, readStacks, type StackState, stackNames } from './checks/stacks.ts';
import { checkTables } from './checks/tables.ts';
import { checkUpload } from './checks/upload.ts';
import { type DoctorContext, npmCommand } from './context.ts';
import { Probe } from './probe.ts';
import type { Result } from './result.ts';
import type { Checks } from './runner.ts';

const AFTER_REGION = ['credentials'];
const ACCOUNT = ['services', 'bootstrap', 'concurrency', 'memory', 'code storage'];

/** How many rows a run has, for a progress bar. */
export function rowCount({ deployment }: DoctorContext, isBefore: boolean): number {
  const before = 1 + AFTER_REGION.length + ACCOUNT.length;
  const watched = deployment.endpoints.filter(({ settings }) => settings.drift).length;
  const optional = watched + Number(receiversWithSecret(deployment).length > 0) + Number(deployment.tables);
  return isBefore ? before : before + 1 + 3 * deployment.endpoints.length + optional + 3;
}

/**
 * Checks the account, and then what is deployed.
 * @param isBefore the account alone
 * @throws InterruptedError
 */
export async function runChecks(context: DoctorContext, checks: Checks, isBefore: boolean): Promise<void> {
  const region = await checks.run('region', () => checkRegion(context));
  if (region.outcome === 'failed') return checks.skip([...AFTER_REGION, ...ACCOUNT], 'needs a region');
  const credentials = await checks.run('credentials', () => checkCredentials(context));
  if (credentials.outcome === 'failed') return checks.skip(ACCOUNT, 'needs credentials');
  const stacks = await readStacks(context).catch((error: unknown) => error as Error);
  await checkAccount(context, checks, stacks);
  if (isBefore) return;
  await checkDeployment(context, checks, stacks);
}

async function checkAccount(
  context: DoctorContext,
  checks: Checks,
  stacks: readonly StackState[] | Error,
): Promise<void> {
  const { deployment } = context;
  const isDeployed = (stackId: string) =>
    Array.isArray(stacks) && stacks.some((each) => each.name === `${deployment.name}-${stackId}` && isUsable(each));
  const added = deployment.endpoints.filter(({ stackId }) => !isDeployed(stackId));
  await checks.run('services', () => checkServices(context));
  await checks.run('bootstrap', () => checkBootstrap(context));
  const quotas = readQuotas(context);
  // Because an interruption can end the run before the first of these checks.
  quotas.catch(() => {});
  await checks.run('concurrency', async () => checkConcurrency(deployment.endpoints, await quotas, added));
  await checks.run('memory', async () => checkMemory(deployment.endpoints, await quotas, added));
  await checks.run('code storage', async () => checkCodeStorage(deployment.endpoints, await quotas, context));
}

async function checkDeployment(
  context: DoctorContext,
  checks: Checks,
  stacks: readonly StackState[] | Error,
): Promise<void> {
  const isAbsent = Array.isArray(stacks) && stacks.length === 0;
  if (isAbsent) return checks.skip(['stacks'], `nothing is deployed yet: ${npmCommand(context, 'deploy')}`);
  await checks.run('stacks', () => {
    if (stacks instanceof Error) throw stacks;
    return checkStacks(context, stacks);
  });
  if (stacks instanceof Error) return;
  const endpoints = deployedEndpoints(context, stacks);
  for (const { name, endpoint } of endpoints) {
    await checks.run(`aliases ${name}`, () => ifDeployed(endpoint, (deployed) => checkAliases(context, deployed)));
  }
  for (const [index, settings] of context.deployment.endpoints.entries()) {
    const { name, endpoint } = endpoints[index] as (typeof endpoints)[number];
    const given = (check: typeof checkPrediction) => () =>
      ifDeployed(endpoint, (deployed) => check(context, { settings, deployed }));
    await checks.run(`prediction ${name}`, given(checkPrediction));
    await checks.run(`upload ${name}`, given(checkUpload));
    if (settings.settings.drift) {
      await checks.run(`drift ${name}`, () => ifDeployed(endpoint, (deployed) => checkDrift(context, deployed)));
    }
  }
  if (receiversWithSecret(context.deployment).length > 0) await checks.run('events', () => checkEvents(context));
  const { BucketName } = stacks.find(({ name }) => name === stackNames(context.deployment)[0])?.outputs ?? {};
  if (context.deployment.tables && BucketName) await checks.run('tables', () => checkTables(context, BucketName));
  await checkSplitAndRollback(context, checks, endpoints.map(({ endpoint }) => endpoint).filter(isDeployedEndpoint));
  await checks.run('costs', () => checkCosts(context));
}

/** On one endpoint, because all functions of an account share the Lambda that is measured. */
async function checkSplitAndRollback(
  context: DoctorContext,
  checks: Checks,
  endpoints: readonly DeployedEndpoint[],
): Promise<void> {
  const chosen = await firstPair(endpoints).catch((error: unknown) => error as Error);
  if (!chosen) return checks.skip(['split', 'rollback'], noSecondVersion(context));
  let probe: Probe | undefined;
  const split = await checks.run('split', async () => {
    if (chosen instanceof Error) throw chosen;
    probe = await Probe.create(context, chosen.endpoint, { ...chosen.pair, share: SHARE });
    return checkSplit(context, probe);
  });
  if (!probe || split.outcome === 'failed') return checks.skip(['rollback'], 'needs a measured split');
  const measured = probe;
  await checks.run('rollback', () => checkRollback(context, measured));
  await measured.remove();
}

function noSecondVersion(context: DoctorContext): string {
  return `no endpoint has two versions yet: change a setting or a model, then ${npmCommand(context, 'deploy')}`;
}

async function firstPair(endpoints: readonly DeployedEndpoint[]) {
  for (const endpoint of endpoints) {
    const pair = await pairOf(endpoint);
    if (pair) return { endpoint, pair };
  }
  return undefined;
}

function isDeployedEndpoint(endpoint: DeployedEndpoint | Result): endpoint is DeployedEndpoint {
  return 'functionName' in endpoint;
}

async function ifDeployed(
  endpoint: DeployedEndpoint | Result,
  check: (deployed: DeployedEndpoint) => Promise<Result>,
): Promise<Result> {
  return isDeployedEndpoint(endpoint) ? check(endpoint) : endpoint;
}

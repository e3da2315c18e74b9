/** All checks in their order. */

import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import { bootstrapFinding, credentialsFinding, regionFinding, servicesFinding } from './checks/account.ts';
import { aliasesFinding } from './checks/aliases.ts';
import { costsFinding } from './checks/costs.ts';
import { predictionFinding } from './checks/prediction.ts';
import { codeFinding, concurrencyFinding, memoryFinding, readQuotas } from './checks/quotas.ts';
import { pairOf, rollbackFinding, SHARE, splitFinding } from './checks/split.ts';
import { deployedEndpoints, readStacks, type StackState, stackNames, stacksFinding } from './checks/stacks.ts';
import { uploadFinding } from './checks/upload.ts';
import { type DoctorContext, npmCommand } from './context.ts';
import type { Finding } from './finding.ts';
import { Probe } from './probe.ts';
import type { Checks } from './runner.ts';

const AFTER_REGION = ['credentials'];
const ACCOUNT = ['services', 'bootstrap', 'concurrency', 'memory', 'code storage'];

/** How many rows a run has, for a progress bar. */
export function rowCount({ deployment }: DoctorContext, isBefore: boolean): number {
  const before = 1 + AFTER_REGION.length + ACCOUNT.length;
  return isBefore ? before : before + 1 + 3 * deployment.endpoints.length + 3;
}

/**
 * Checks the account, and then what is deployed.
 * @param isBefore the account alone
 * @throws InterruptedError
 */
export async function examine(context: DoctorContext, checks: Checks, isBefore: boolean): Promise<void> {
  const region = await checks.run('region', () => regionFinding(context));
  if (region.outcome === 'failed') return checks.skip([...AFTER_REGION, ...ACCOUNT], 'needs a region');
  const credentials = await checks.run('credentials', () => credentialsFinding(context));
  if (credentials.outcome === 'failed') return checks.skip(ACCOUNT, 'needs credentials');
  const stacks = await readStacks(context).catch((error: unknown) => error as Error);
  await examineAccount(context, checks, stacks);
  if (isBefore) return;
  await examineDeployment(context, checks, stacks);
}

async function examineAccount(
  context: DoctorContext,
  checks: Checks,
  stacks: readonly StackState[] | Error,
): Promise<void> {
  const { deployment } = context;
  const isDeployed = Array.isArray(stacks) && stacks.length === stackNames(deployment).length;
  await checks.run('services', () => servicesFinding(context));
  await checks.run('bootstrap', () => bootstrapFinding(context));
  const quotas = readQuotas(context);
  await checks.run('concurrency', async () => concurrencyFinding(deployment.endpoints, await quotas, isDeployed));
  await checks.run('memory', async () => memoryFinding(deployment.endpoints, await quotas, isDeployed));
  await checks.run('code storage', async () => codeFinding(deployment.endpoints, await quotas));
}

async function examineDeployment(
  context: DoctorContext,
  checks: Checks,
  stacks: readonly StackState[] | Error,
): Promise<void> {
  const isAbsent = Array.isArray(stacks) && stacks.length === 0;
  if (isAbsent) return checks.skip(['stacks'], `nothing is deployed yet: ${npmCommand(context, 'deploy')}`);
  await checks.run('stacks', () => {
    if (stacks instanceof Error) throw stacks;
    return stacksFinding(context, stacks);
  });
  if (stacks instanceof Error) return;
  const endpoints = deployedEndpoints(context, stacks);
  for (const { name, endpoint } of endpoints) {
    await checks.run(`aliases ${name}`, () => ifDeployed(endpoint, (deployed) => aliasesFinding(context, deployed)));
  }
  for (const [index, settings] of context.deployment.endpoints.entries()) {
    const { name, endpoint } = endpoints[index] as (typeof endpoints)[number];
    const check = (find: typeof predictionFinding) => () =>
      ifDeployed(endpoint, (deployed) => find(context, { settings, deployed }));
    await checks.run(`prediction ${name}`, check(predictionFinding));
    await checks.run(`upload ${name}`, check(uploadFinding));
  }
  await examineSplit(context, checks, endpoints.map(({ endpoint }) => endpoint).filter(isDeployedEndpoint));
  await checks.run('costs', () => costsFinding(context));
}

/** On one endpoint, because all functions of an account share the Lambda that is measured. */
async function examineSplit(
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
    return splitFinding(context, probe);
  });
  if (!probe || split.outcome === 'failed') return checks.skip(['rollback'], 'needs a measured split');
  const measured = probe;
  await checks.run('rollback', () => rollbackFinding(context, measured));
  await measured.remove().catch(() => {});
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

function isDeployedEndpoint(endpoint: DeployedEndpoint | Finding): endpoint is DeployedEndpoint {
  return 'functionName' in endpoint;
}

async function ifDeployed(
  endpoint: DeployedEndpoint | Finding,
  find: (deployed: DeployedEndpoint) => Promise<Finding>,
): Promise<Finding> {
  return isDeployedEndpoint(endpoint) ? find(endpoint) : endpoint;
}

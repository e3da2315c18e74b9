/** Checks that all stacks of the settings are deployed. */

import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { type DeployedEndpoint, endpointOf } from '../../rollout/deployed-endpoint.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { failed, ok, type Result, skipped, warning } from '../result.ts';

/** A stack of the account. */
export interface StackState {
  readonly name: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stacks of the settings that exist: the platform's first. */
export async function readStacks({ clients, deployment }: DoctorContext): Promise<StackState[]> {
  const names = stackNames(deployment);
  const found: StackState[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.stacks }, {})) {
    for (const { StackName: name = '', StackStatus: status = '', Outputs = [] } of Stacks) {
      // `npx cdk diff` leaves this status. It ends with a deployment only.
      if (!names.includes(name) || status === 'REVIEW_IN_PROGRESS') continue;
      const outputs = Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
      found.push({ name, status, outputs });
    }
  }
  return found.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

/** Names of the stacks of the settings, the platform's first. */
export function stackNames({ name, endpoints }: DoctorContext['deployment']): string[] {
  return [`${name}-Platform`, ...endpoints.map(({ stackId }) => `${name}-${stackId}`)];
}

/** Whether each stack of the settings is deployed and complete. */
export function checkStacks(context: DoctorContext, stacks: readonly StackState[]): Result {
  const names = stackNames(context.deployment);
  const deploy = npmCommand(context, 'deploy');
  const missing = names.filter((name) => !stacks.some((stack) => stack.name === name));
  if (missing.length > 0) return failed(`not deployed: ${missing.join(', ')}`, deploy);
  const inWords = (some: readonly StackState[]) => some.map(({ name, status }) => `${name} is ${status}`).join(', ');
  const broken = stacks.filter(({ status }) => /FAILED$|^ROLLBACK_COMPLETE$|^DELETE/.test(status));
  if (broken[0]) return failed(inWords(broken), repairOf(broken[0], deploy));
  const changing = stacks.filter(({ status }) => /IN_PROGRESS$/.test(status));
  if (changing.length > 0)
    return warning(inWords(changing), `wait until the deployment ends, then: ${npmCommand(context, 'doctor')}`);
  const undone = stacks.filter(({ status }) => status === 'UPDATE_ROLLBACK_COMPLETE');
  if (undone[0]) {
    const events = `aws cloudformation describe-stack-events --stack-name ${undone[0].name}`;
    return warning(`the last deployment was undone: ${inWords(undone)}`, `${events} (the reason), then: ${deploy}`);
  }
  return ok(`${names.length} stacks are complete`, { value: names.length, unit: 'stacks' });
}

/** A stack whose creation failed cannot be updated. */
function repairOf({ name, status }: StackState, deploy: string): string {
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return `aws cloudformation continue-update-rollback --stack-name ${name}, then: ${deploy}`;
  }
  return [
    `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`,
    `aws cloudformation delete-stack --stack-name ${name}`,
    deploy,
  ].join(', then: ');
}

/** Whether requests and aliases of a stack can be checked. */
export function isUsable({ status }: StackState): boolean {
  return /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status);
}

/** The endpoints of the settings whose stacks can be checked, with those that cannot. */
export function deployedEndpoints(
  { clients, deployment }: DoctorContext,
  stacks: readonly StackState[],
): { name: string; endpoint: DeployedEndpoint | Result }[] {
  const [platform, ...own] = stackNames(deployment).map((name) => stacks.find((stack) => stack.name === name));
  return deployment.endpoints.map(({ settings: { name } }, index) => {
    const stack = own[index];
    if (!platform || !isUsable(platform))
      return { name, endpoint: skipped('the stack of the platform is not complete') };
    if (!stack || !isUsable(stack)) return { name, endpoint: skipped('its stack is not complete') };
    return { name, endpoint: endpointOf(clients, name, stack.outputs, platform.outputs) };
  });
}

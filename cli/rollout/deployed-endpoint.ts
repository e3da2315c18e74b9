/** Finds an endpoint's resources by the outputs of its stack. */

import {
  CloudFormationServiceException,
  DescribeStacksCommand,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import { ALIAS } from '../../functions/contract.ts';
import { Alias } from '../../functions/platform/alias.ts';
import { Objects } from '../../functions/platform/objects.ts';
import type { EndpointClients } from '../../functions/standing/clients.ts';
import { settingsOf } from '../../functions/standing/models.ts';
import { stackId } from '../../lib/check-config.ts';
import type { Connection } from './connection.ts';
import { NotDeployedError } from './errors.ts';

/** One deployed endpoint with the clients for its resources. */
export interface DeployedEndpoint extends Connection, EndpointClients {
  /** Address of the HTTP API, no slash at the end. */
  readonly api: string;
  /** Name of the function that starts rollouts. Empty: unknown, as after a search without the stack. */
  readonly rolloutFunction: string;
}

type Outputs = Readonly<Record<string, string>>;

/** @throws NotDeployedError */
export async function findEndpoint(
  connection: Connection,
  deployment: string,
  endpoint: string,
): Promise<DeployedEndpoint> {
  const [own, platform] = await Promise.all([
    stackOutputs(connection, `${deployment}-${stackId(endpoint)}`),
    stackOutputs(connection, platformStack(deployment)),
  ]);
  if (own && platform) return endpointOf(connection, endpoint, own, platform);
  const names = (await findEndpoints(connection, deployment)).map((deployed) => deployed.endpoint);
  throw new NotDeployedError(`Expected an endpoint of ${deployment} (${names.join(', ')}), received ${endpoint}`);
}

/** All endpoints of a deployment, in order of their names. @throws NotDeployedError */
export async function findEndpoints(connection: Connection, deployment: string): Promise<DeployedEndpoint[]> {
  const platform = await platformOutputs(connection, deployment);
  const endpoints: DeployedEndpoint[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: connection.stacks }, {})) {
    for (const { StackName = '', Outputs = [] } of Stacks) {
      const outputs = asRecord(Outputs);
      if (!StackName.startsWith(`${deployment}-`) || !outputs.FunctionName || !outputs.Machine) continue;
      const name = await endpointName(connection, outputs.FunctionName);
      // Because another deployment's name can begin with this one's.
      if (StackName === `${deployment}-${stackId(name)}`)
        endpoints.push(endpointOf(connection, name, outputs, platform));
    }
  }
  return endpoints.toSorted((a, b) => a.endpoint.localeCompare(b.endpoint));
}

/** Address of a deployment's HTTP API, no slash at the end. @throws NotDeployedError */
export async function apiAddress(connection: Connection, deployment: string): Promise<string> {
  return addressIn(await platformOutputs(connection, deployment));
}

/** The deployment's bucket, which outlives its endpoints. @throws NotDeployedError */
export async function bucketOf(connection: Connection, deployment: string): Promise<Objects> {
  const { BucketName = '' } = await platformOutputs(connection, deployment);
  return new Objects(BucketName, connection.s3);
}

/** Whether the deployment has the endpoint's stack. */
export async function isDeployed(connection: Connection, deployment: string, endpoint: string): Promise<boolean> {
  return (await stackOutputs(connection, `${deployment}-${stackId(endpoint)}`)) !== undefined;
}

/** Status of an endpoint's stack: `UPDATE_COMPLETE`. @throws NotDeployedError */
export async function stackStatus({ stacks }: Connection, deployment: string, endpoint: string): Promise<string> {
  const name = `${deployment}-${stackId(endpoint)}`;
  const status = (await stacks.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]?.StackStatus;
  if (status) return status;
  throw new NotDeployedError(`Expected a status of the stack ${name}, received none`);
}

export async function platformOutputs(connection: Connection, deployment: string): Promise<Outputs> {
  const platform = await stackOutputs(connection, platformStack(deployment));
  if (platform) return platform;
  throw new NotDeployedError(
    `Expected the stack ${platformStack(deployment)}, received none: check account, region and name (--deployment)`,
  );
}

function addressIn({ ApiUrl = '' }: Outputs): string {
  return ApiUrl.replace(/\/$/, '');
}

function platformStack(deployment: string): string {
  return `${deployment}-Platform`;
}

async function endpointName({ lambda }: Connection, functionName: string): Promise<string> {
  return (await settingsOf(lambda, functionName, ALIAS.candidate)).name;
}

/** An endpoint by the outputs of its stack and of the platform's. */
export function endpointOf(
  connection: Connection,
  endpoint: string,
  own: Outputs,
  platform: Outputs,
): DeployedEndpoint {
  const { FunctionName: functionName = '', Machine: machine = '', RolloutFunction: rolloutFunction = '' } = own;
  return {
    ...connection,
    endpoint,
    functionName,
    machine,
    rolloutFunction,
    objects: new Objects(platform.BucketName ?? '', connection.s3),
    live: new Alias(connection.lambda, functionName, ALIAS.live),
    newest: new Alias(connection.lambda, functionName, ALIAS.candidate),
    api: addressIn(platform),
  };
}

/** CloudFormation reports a missing stack as a ValidationError, which only its message distinguishes from others. */
export async function stackOutputs({ stacks }: Connection, name: string): Promise<Outputs | undefined> {
  try {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName: name }));
    return stack && asRecord(stack.Outputs ?? []);
  } catch (error) {
    const isMissing = error instanceof CloudFormationServiceException && /does not exist/.test(error.message);
    if (isMissing) return undefined;
    throw error;
  }
}

function asRecord(outputs: readonly { OutputKey?: string | undefined; OutputValue?: string | undefined }[]): Outputs {
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

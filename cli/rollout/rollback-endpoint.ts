/** Finds the endpoint of a rollback, where CloudFormation does not answer, too. */

import { GetFunctionConfigurationCommand, ListTagsCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import { ALIAS, ENV, type EndpointSettings } from '../../functions/contract.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Connection } from './connection.ts';
import { type DeployedEndpoint, endpointOf, findEndpoint } from './deployed-endpoint.ts';
import { messageOf, NotDeployedError } from './errors.ts';
import { within } from './within.ts';

/** Longest wait for CloudFormation before the functions are searched. Milliseconds. */
const STACKS_MS = 10_000;

/** The endpoint that the operator names. */
export interface Named {
  readonly deployment: string;
  readonly endpoint: string;
  /** Name of its detect function, from `--function`. */
  readonly functionName?: string;
}

/**
 * By the outputs of its stack. Where CloudFormation fails, by the environment of its status function. With a function's
 * name, by that alone.
 * @throws NotDeployedError
 */
export async function findForRollback(
  connection: Connection,
  { deployment, endpoint, functionName }: Named,
  terminal: Terminal,
): Promise<DeployedEndpoint> {
  if (functionName !== undefined) return byFunction(connection, endpoint, functionName, terminal);
  try {
    return await within(STACKS_MS, findEndpoint(connection, deployment, endpoint));
  } catch (error) {
    if (error instanceof NotDeployedError) throw error;
    terminal.note(`Warning: CloudFormation failed, so the functions of the account are searched: ${messageOf(error)}`);
    return bySearch(connection, deployment, endpoint);
  }
}

/** Without a state machine, whose name only the stack and the status function have. */
async function byFunction(
  connection: Connection,
  endpoint: string,
  functionName: string,
  terminal: Terminal,
): Promise<DeployedEndpoint> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: ALIAS.live });
  const { Environment } = await connection.lambda.send(command);
  const { [ENV.endpoint]: settings = '{}', [ENV.bucket]: BucketName = '' } = Environment?.Variables ?? {};
  const { name } = JSON.parse(settings) as Partial<EndpointSettings>;
  if (name !== endpoint) {
    throw new NotDeployedError(
      `Expected the detect function of ${endpoint} for --function, received ${functionName}, which belongs to ${name}`,
    );
  }
  terminal.note(`Going by the function ${functionName} alone, without its stack`);
  return endpointOf(connection, endpoint, { FunctionName: functionName }, { BucketName });
}

/** Because another deployment of the account can have an endpoint of the same name, the tag decides. */
async function bySearch(connection: Connection, deployment: string, endpoint: string): Promise<DeployedEndpoint> {
  for await (const { Functions = [] } of paginateListFunctions({ client: connection.lambda }, {})) {
    for (const { FunctionArn, Environment } of Functions) {
      const { Variables = {} } = Environment ?? {};
      if (Variables[ENV.endpointName] !== endpoint) continue;
      if ((await deploymentOf(connection, FunctionArn)) !== deployment) continue;
      const own = { FunctionName: Variables[ENV.detectFunction] ?? '', Machine: Variables[ENV.machine] ?? '' };
      return endpointOf(connection, endpoint, own, { BucketName: Variables[ENV.bucket] ?? '' });
    }
  }
  throw new NotDeployedError(
    `Expected a status function of ${endpoint} of ${deployment}, received none: name its detect function (--function)`,
  );
}

/** @returns undefined where the operator may not read the tags, as of another deployment's function */
async function deploymentOf({ lambda }: Connection, arn: string | undefined): Promise<string | undefined> {
  try {
    return (await lambda.send(new ListTagsCommand({ Resource: arn }))).Tags?.deployment;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

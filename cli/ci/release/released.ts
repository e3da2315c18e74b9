/** The versions that a deployment has published, by the stacks that it deployed. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationServiceException, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import type { Connection } from '../../rollout/connection.ts';
import { type DeployedEndpoint, endpointOf, stackOutputs } from '../../rollout/deployed-endpoint.ts';
import { NotDeployedError } from '../../rollout/errors.ts';
import { FILES } from '../project.ts';

/** An endpoint of a cloud assembly. */
export interface AssembledEndpoint {
  readonly name: string;
  /** Name of its stack in CloudFormation. */
  readonly stack: string;
  /** Logical id of the version that the stack publishes. It has a hash of code and settings. */
  readonly version: string;
}

/** A cloud assembly. */
export interface Assembled {
  /** Name of the stack that all endpoints share. */
  readonly platform: string;
  readonly endpoints: readonly AssembledEndpoint[];
}

/** The assembly is not one of this project. */
export class ForeignAssemblyError extends Error {
  override readonly name = 'ForeignAssemblyError';
}

const rollout = z.object({
  Endpoint: z.string(),
  Version: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Version')]) }),
});

/** The endpoints of an assembly, by the resources that start their rollouts. @throws ForeignAssemblyError */
export function endpointsIn(folder: string): Assembled {
  const stacks = readAssembly(folder);
  const endpoints = stacks.flatMap(({ name, template }) => {
    const starts = Object.values(template.Resources ?? {}).filter(({ Type }) => Type === 'Custom::Rollout');
    return starts.map(({ Properties }) => {
      const { Endpoint, Version } = rollout.parse(Properties);
      return { name: Endpoint, stack: name, version: Version['Fn::GetAtt'][0] };
    });
  });
  const platform = stacks.find(({ name }) => name.endsWith('-Platform'))?.name;
  if (platform !== undefined && endpoints.length > 0) return { platform, endpoints };
  throw new ForeignAssemblyError(`Expected stacks of endpoints in ${folder}, received ${stacks.length} others`);
}

/**
 * The number of the version that a stack has published for the assembly.
 * @throws NotDeployedError where the stack has another version by now
 */
export async function publishedVersion({ stacks }: Connection, endpoint: AssembledEndpoint): Promise<string> {
  const { name, stack, version } = endpoint;
  try {
    const { StackResourceDetail: found } = await stacks.send(
      new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: version }),
    );
    // Its reference is the ARN, which ends with the number.
    return found?.PhysicalResourceId?.split(':').at(-1) ?? '';
  } catch (error) {
    if (!(error instanceof CloudFormationServiceException && /does not exist/.test(error.message))) throw error;
    throw new NotDeployedError(
      `Expected the stack ${stack} with the version of this assembly, received another one: ${name} is not deployed, ` +
        'or a newer deployment has replaced it',
      { cause: error },
    );
  }
}

/** Clients for an endpoint of an assembly. @throws NotDeployedError */
export async function deployedEndpoint(
  connection: Connection,
  platform: string,
  { name, stack }: Pick<AssembledEndpoint, 'name' | 'stack'>,
): Promise<DeployedEndpoint> {
  const [own, shared] = await Promise.all([stackOutputs(connection, stack), stackOutputs(connection, platform)]);
  if (own && shared) return endpointOf(connection, name, own, shared);
  throw new NotDeployedError(`Expected the stacks ${platform} and ${stack}, received none: deploy them first`);
}

const releaseSchema = z.object({
  sha256: z.string(),
  platform: z.string(),
  endpoints: z.array(z.object({ name: z.string(), stack: z.string(), version: z.string() })),
});

/** What `deploy` hands on to `watch`: versions by their numbers. */
export type Release = z.infer<typeof releaseSchema>;

/** @throws NotDeployedError where nothing was deployed from here */
export function readRelease(file: string): Release {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NotDeployedError(`Expected the versions to wait for in ${file}; first run: npm run ci -- deploy`, {
      cause,
    });
  }
  return releaseSchema.parse(JSON.parse(text));
}

/** The file of a release in the folder of the pipeline's files. */
export function releaseFile(out: string): string {
  return join(out, FILES.versions);
}

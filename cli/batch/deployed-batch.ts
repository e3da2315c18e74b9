/** Finds the resources of an endpoint's batch jobs. */

import { GetFunctionConfigurationCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { BATCH_MACHINE_OUTPUT } from '../../functions/batch-contract.ts';
import { ALIAS } from '../../functions/contract.ts';
import { stackId } from '../../lib/check-config.ts';
import type { CommonOptions } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { type DeployedEndpoint, findEndpoint, stackOutputs } from '../rollout/deployed-endpoint.ts';
import { BatchRefusedError } from './exit-codes.ts';

/** An endpoint that runs batch jobs. */
export interface DeployedBatch extends DeployedEndpoint {
  /** ARN of the machine of batch jobs. */
  readonly batchMachine: string;
  /** Invocations of a job at a time at most, by the setting. */
  readonly mostConcurrency: number;
  /** Prefixes of the addresses that jobs may read, each `s3://bucket/prefix`. */
  readonly sources: readonly string[];
}

/** @throws NotDeployedError; BatchRefusedError where the setting is missing */
export async function findBatch(endpoint: string, options: CommonOptions): Promise<DeployedBatch> {
  const connection = connect(options);
  const deployed = await findEndpoint(connection, options.deployment, endpoint);
  const outputs = (await stackOutputs(connection, `${options.deployment}-${stackId(endpoint)}`)) ?? {};
  const { [BATCH_MACHINE_OUTPUT]: batchMachine, BatchConcurrency, BatchSources = '' } = outputs;
  const sources = BatchSources.split(',');
  if (batchMachine) return { ...deployed, batchMachine, mostConcurrency: Number(BatchConcurrency), sources };
  throw new BatchRefusedError(
    `Expected the setting batch for ${endpoint}, received none: add batch: {} to it in lib/endpoints.ts, then deploy`,
  );
}

/** A published version, as far as a forecast depends on it. */
export interface PinnedVersion {
  readonly version: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly arch: 'arm64' | 'x64';
}

/**
 * The version that a name stands for now.
 * @param named a number, `live` or `candidate`. A rollout can divide `live`: then the version with the larger part.
 * @param option that has named it
 * @throws BatchRefusedError
 */
export async function pinVersion(deployed: DeployedBatch, named: string, option = '--version'): Promise<PinnedVersion> {
  const { live, newest } = deployed;
  const alias = { [ALIAS.live]: live, [ALIAS.candidate]: newest }[named];
  const pinned = await findVersion(deployed, alias ? (await alias.read()).routing.version : named);
  if (pinned) return pinned;
  throw new BatchRefusedError(`Expected a published version for ${option}, received ${named}`);
}

/** @returns undefined where the version does not exist, or no longer */
export async function findVersion(
  { lambda, functionName }: DeployedBatch,
  version: string,
): Promise<PinnedVersion | undefined> {
  try {
    const {
      Timeout = 0,
      MemorySize = 0,
      Architectures = [],
    } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version }));
    const arch = Architectures.includes('x86_64') ? 'x64' : 'arm64';
    return { version, timeoutSeconds: Timeout, memoryMb: MemorySize, arch };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

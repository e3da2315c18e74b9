import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { CustomResourceOutcome } from '../platform/cloudformation.ts';
import { retryWhileDenied } from '../platform/fresh-role.ts';
import { type DeployedVersion, isUndone, type Request, type StartContext, startNewVersion, stopAll } from './start.ts';

/** The dependencies of an answer to CloudFormation. */
export interface DeployedContext {
  /** The dependencies of the start of this version. */
  readonly startContext: (deployed: DeployedVersion) => StartContext;
  readonly onError: (message: string, error: Error) => void;
  /** Resolves after a number of seconds. */
  readonly wait: (seconds: number) => Promise<unknown>;
}

/**
 * Does what a request of CloudFormation about the resource `Custom::Rollout` requires, and never throws: an exception
 * would let the deployment wait for its time limit. A deployment that is undone or deleted never fails, because a
 * failure leaves a stack that only `continue-update-rollback --resources-to-skip` ends.
 */
export async function deployed(
  event: CloudFormationCustomResourceEvent,
  context: DeployedContext,
): Promise<CustomResourceOutcome> {
  const version = event.ResourceProperties as unknown as DeployedVersion;
  const request = requestOf(event);
  const start = context.startContext(version);
  const isDeleted = event.RequestType === 'Delete';
  try {
    const action = isDeleted ? () => stopAll(version, start) : () => startNewVersion(version, request, start);
    return { data: { Outcome: await retryWhileDenied(action, context.wait) } };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (isDeleted || isUndone(version, request)) {
      context.onError('a deleted or undone deployment goes on without the end of its rollout', error);
      return { data: { Outcome: 'failed, see the log' } };
    }
    context.onError('starting the rollout failed', error);
    return { failure: `${error.name}: ${error.message}` };
  }
}

function requestOf(event: CloudFormationCustomResourceEvent): Request {
  if (event.RequestType !== 'Update') return { id: event.RequestId };
  const { FunctionName, Version, Plan, Judged } = event.OldResourceProperties;
  const before = { FunctionName: String(FunctionName), Version: String(Version) };
  return { id: event.RequestId, before: { ...before, Plan, ...(Judged !== undefined && { Judged }) } };
}

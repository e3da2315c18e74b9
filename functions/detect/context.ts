import type { Context as LambdaContext } from 'aws-lambda';
import type { Release } from '../api/schemas.ts';
import type { EndpointSettings } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { Models } from './models.ts';

/** Dependencies of every route and event, created once per process. */
export interface DetectContext {
  readonly settings: EndpointSettings;
  readonly objects: Objects;
  readonly models: Models;
  readonly telemetry: Telemetry;
}

/** One invocation of the function. */
export interface Invocation {
  /** Lambda's request id, by which the log lines are found. */
  readonly id: string;
  readonly release: Release;
  /** When Lambda called the handler, milliseconds of `performance.now()`: before the wait for the model's load. */
  readonly startedAt: number;
}

/** The invocation that Lambda describes. The alias is the eighth part of the ARN, where that is a name. */
export function invocationOf(lambda: LambdaContext, startedAt: number): Invocation {
  const qualifier = lambda.invokedFunctionArn.split(':')[7];
  const alias = qualifier && !/^(\d+|\$LATEST)$/.test(qualifier) ? qualifier : null;
  const release = { function_name: lambda.functionName, function_version: lambda.functionVersion, alias };
  return { id: lambda.awsRequestId, release, startedAt };
}

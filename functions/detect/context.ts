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
  /** When Lambda ends the invocation, milliseconds of `performance.now()`. Default: never. */
  readonly endsAt?: number;
}

/**
 * Seconds that one decode may take: a third of the time that is left, because a large annotated picture needs a second
 * decode, and detection and storing need the rest. So a slow picture is rejected, never a function error.
 */
export function decodeSeconds({ endsAt = Number.POSITIVE_INFINITY }: Invocation): number {
  const left = (endsAt - performance.now()) / 1000;
  return Math.min(MAX_DECODE_SECONDS, Math.max(MIN_DECODE_SECONDS, left / 3));
}

/** So that a picture is decoded in the first invocation of a slow start too. */
const MIN_DECODE_SECONDS = 0.3;
const MAX_DECODE_SECONDS = 10;

/** The invocation that Lambda describes. The alias is the eighth part of the ARN, where that is a name. */
export function invocationOf(lambda: LambdaContext, startedAt: number): Invocation {
  const qualifier = lambda.invokedFunctionArn.split(':')[7];
  const alias = qualifier && !/^(\d+|\$LATEST)$/.test(qualifier) ? qualifier : null;
  const release = { function_name: lambda.functionName, function_version: lambda.functionVersion, alias };
  const endsAt = performance.now() + lambda.getRemainingTimeInMillis();
  return { id: lambda.awsRequestId, release, startedAt, endsAt };
}

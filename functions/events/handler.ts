import { Logger } from '@aws-lambda-powertools/logger';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ENV } from '../contract.ts';
import { EVENTS_ENV } from '../events-contract.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import { announce } from './announce.ts';

const logger = new Logger();
const context = {
  objects: new Objects(readVariable(ENV.bucket, process.env)),
  client: new EventBridgeClient({}),
  bus: readVariable(EVENTS_ENV.bus, process.env),
  api: readVariable(EVENTS_ENV.api, process.env),
  onError: (message: string, about: Readonly<Record<string, unknown>>) => logger.error(message, about),
};

/** Announces stored results, rejections, batch jobs and rollouts on the event bus. */
export async function handler(event: SQSEvent, invocation: Context): Promise<SQSBatchResponse> {
  logger.addContext(invocation);
  return announce(event, context);
}

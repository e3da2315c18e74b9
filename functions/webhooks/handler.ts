import { Logger } from '@aws-lambda-powertools/logger';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ENV } from '../contract.ts';
import { DELIVERY_ENV } from '../events-contract.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import { type Delivery, type DeliveryContext, deliver } from './deliver.ts';
import { readDestinations } from './destinations.ts';
import { Disabled } from './disabled.ts';
import { Secrets } from './secrets.ts';
import { send } from './send.ts';

/** Longest time of a receiver for its answer. */
const TIMEOUT_MS = 15_000;

const logger = new Logger();
const sending = {
  timeoutMs: TIMEOUT_MS,
  allowPrivate: process.env[DELIVERY_ENV.allowPrivate] === 'true',
  secrets: new Secrets(new SSMClient({})),
  topics: new SNSClient({}),
  now: () => new Date(),
};
const context: DeliveryContext = {
  destinations: readDestinations(process.env),
  queues: new SQSClient({}),
  disabled: new Disabled(new Objects(readVariable(ENV.bucket, process.env))),
  send: (delivery: Delivery) => send(delivery, sending),
  log: (level, message, about) => logger[level](message, about),
  random: Math.random,
};

/** Delivers events to webhooks and notices to people. */
export async function handler(event: SQSEvent, invocation: Context): Promise<SQSBatchResponse> {
  logger.addContext(invocation);
  return deliver(event, context);
}

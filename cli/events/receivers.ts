/** Receivers of events: their secrets, their queues, their notes. */

import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { disabledKey, type EventQueues, secretParameter } from '../../functions/events-contract.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { addressFault, isThisMachine } from '../../functions/platform/public-address.ts';

/** A command about events was refused; the message says why. */
export class EventsRefusedError extends Error {
  override readonly name = 'EventsRefusedError';
}

/** The deployed receivers. */
export interface Receivers {
  readonly deployment: string;
  readonly queues: EventQueues;
  readonly objects: Pick<Objects, 'bucket' | 'findJson'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
}

/** What became of the events for one receiver. */
export interface ReceiverStatus {
  readonly name: string;
  /** Messages that wait for their next attempt, are in one, and were given up. About, as SQS counts. */
  readonly waiting: number;
  readonly attempted: number;
  readonly deadLetters: number;
  /** When the receiver wanted no more events. Absent: it wants them. */
  readonly disabledAt?: string;
}

/** Receivers of texts: their secret is an address. */
const BY_ADDRESS: readonly string[] = ['slack', 'teams'];
/** Names without a secret. */
const WITHOUT_SECRET: readonly string[] = ['bus', 'alarms'];

/** @throws EventsRefusedError */
function queuesOf({ queues }: Receivers, name: string): EventQueues[string] {
  const found = queues[name];
  if (found) return found;
  throw new EventsRefusedError(`Expected one of ${Object.keys(queues).join(', ')}, received ${name}`);
}

/**
 * Stores a new secret of a webhook. Until the next change, the one before signs too, so that its receiver can change.
 * @returns the new secret
 * @throws EventsRefusedError
 */
export async function changeSecret(receivers: Receivers, name: string): Promise<string> {
  queuesOf(receivers, name);
  if (BY_ADDRESS.includes(name) || WITHOUT_SECRET.includes(name)) {
    throw new EventsRefusedError(`Expected the name of a webhook, received ${name}`);
  }
  const [before = ''] = (await readSecret(receivers, name)).split(' ');
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await writeSecret(receivers, name, [secret, before].filter(Boolean).join(' '));
  return secret;
}

/** Stores the address of Slack or Teams. @throws EventsRefusedError */
export async function setAddress(receivers: Receivers, name: string, address: string): Promise<void> {
  queuesOf(receivers, name);
  // The address is a secret: the message does not have it.
  const fault = isThisMachine(address) ? undefined : addressFault(address);
  if (fault) throw new EventsRefusedError(`Expected ${fault} for ${name}`);
  await writeSecret(receivers, name, address);
}

/** Whether the secret of a receiver is an address. */
export function isByAddress(name: string): boolean {
  return BY_ADDRESS.includes(name);
}

async function readSecret({ ssm, deployment }: Receivers, name: string): Promise<string> {
  const input = { Name: secretParameter(deployment, name), WithDecryption: true };
  const { Parameter } = await ssm.send(new GetParameterCommand(input)).catch((error: unknown) => {
    if (error instanceof ParameterNotFound) return { Parameter: undefined };
    throw error;
  });
  return Parameter?.Value ?? '';
}

async function writeSecret({ ssm, deployment }: Receivers, name: string, Value: string): Promise<void> {
  const Name = secretParameter(deployment, name);
  await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
}

/** All receivers, the queue of the bus first. */
export function readStatus(receivers: Receivers): Promise<ReceiverStatus[]> {
  const { queues, objects } = receivers;
  const read = async ([name, { queue, deadLetters }]: [string, EventQueues[string]]): Promise<ReceiverStatus> => {
    const [own, dead, note] = await Promise.all([
      attributesOf(receivers, queue),
      attributesOf(receivers, deadLetters),
      objects.findJson(disabledKey(name)),
    ]);
    const disabledAt = (note as { at?: string } | undefined)?.at;
    const [waiting, attempted] = [own.ApproximateNumberOfMessages, own.ApproximateNumberOfMessagesNotVisible].map(
      Number,
    );
    return {
      name,
      waiting: waiting ?? 0,
      attempted: attempted ?? 0,
      deadLetters: Number(dead.ApproximateNumberOfMessages),
      ...(disabledAt !== undefined && { disabledAt }),
    };
  };
  return Promise.all(Object.entries(queues).map(read));
}

/** Starts to move what was given up back to its queue. @returns how many. @throws EventsRefusedError */
export async function redrive(receivers: Receivers, name: string): Promise<number> {
  const { deadLetters } = queuesOf(receivers, name);
  const { ApproximateNumberOfMessages, QueueArn } = await attributesOf(receivers, deadLetters);
  const count = Number(ApproximateNumberOfMessages);
  if (count > 0) await receivers.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: QueueArn }));
  return count;
}

/** Deletes the note that a receiver wants no more events. @returns whether there was one. @throws EventsRefusedError */
export async function enable(receivers: Receivers, name: string): Promise<boolean> {
  queuesOf(receivers, name);
  const { objects, s3 } = receivers;
  if ((await objects.findJson(disabledKey(name))) === undefined) return false;
  await s3.send(new DeleteObjectCommand({ Bucket: objects.bucket, Key: disabledKey(name) }));
  return true;
}

async function attributesOf({ sqs }: Receivers, QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes;
}

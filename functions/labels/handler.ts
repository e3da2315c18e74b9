import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { ENV } from '../contract.ts';
import { SETS_FOLDER } from '../plan/labelled-set.ts';
import { respond } from '../platform/cloudformation.ts';
import { readVariable } from '../platform/settings.ts';
import { storeSets } from './store-sets.ts';

const client = new S3Client({});
const bucket = readVariable(ENV.bucket, process.env);
const folder = join(readVariable('LAMBDA_TASK_ROOT', process.env), SETS_FOLDER);
const logger = new Logger();

/** Brings the labelled sets in the function's code into the bucket, for CloudFormation. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  logger.addContext(context);
  const wait = (seconds: number) => setTimeout(seconds * 1000);
  const onError = (message: string, error: Error) => logger.error(message, error);
  await respond(event, await storeSets(event, { client, bucket, folder, wait, onError }));
}

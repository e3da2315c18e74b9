import { tmpdir } from 'node:os';
import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { ENV } from '../contract.ts';
import { clockFrom } from '../platform/clock.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import type { Compaction } from '../tables/compact.ts';
import { type CompactionAnswer, compactSome } from './compact-some.ts';

/** The state machine's event. */
interface StepEvent {
  /** Name of the execution. */
  readonly execution: string;
  /** The answer of the step before, or the input of the execution. */
  readonly progress: unknown;
}

const client = new S3Client({});
const objects = new Objects(readVariable(ENV.bucket, process.env), client);
const clock = clockFrom(process.env);
const logger = new Logger();

/** Puts some of the results that are not in the tables yet into them. */
export async function handler({ execution, progress }: StepEvent, context: Context): Promise<CompactionAnswer> {
  logger.addContext(context);
  return compactSome(progress, { objects, client, clock, workspace: tmpdir(), execution, onCompacted: log });
}

function log({ partitions, deleted, unreadable }: Compaction): void {
  const files = partitions.map(({ endpoint, day, rows }) => ({ endpoint, day, rows }));
  logger.info('compacted results', { files, deleted, unreadable: unreadable.count });
  if (unreadable.count > 0) logger.warn('objects are no results', { messages: unreadable.messages });
}

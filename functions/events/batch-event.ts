/** The events of a batch job: the changes of its execution's status. */

import * as z from 'zod';
import type { CloudEvent } from '../api/event-schemas.ts';
import { cloudEvent } from './cloud-event.ts';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export const statusChangeSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']),
    /** Milliseconds since the epoch. */
    startDate: z.number(),
    stopDate: z.number().nullish(),
    /** Absent where it is larger than EventBridge allows; that of a job never is. */
    input: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    redriveCount: z.int().nonnegative().nullish(),
  }),
});
export type StatusChange = z.output<typeof statusChangeSchema>;

/** What is read of a job's input: see `BatchJob`. */
const jobSchema = z.object({
  job: z.string(),
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  results: z.string(),
});

/** Folder of a job's files: `jobs/count-cars/…`. See `BATCH_KEYS`. */
const FOLDER = /^jobs\/([^/]+)\//;

/** Step Functions keeps 32,768 characters of a cause. */
const MOST_REASON = 4000;

/** The event of a status change. @throws z.ZodError, SyntaxError for an execution that is no batch job */
export function batchEvent({ detail }: StatusChange, api: string): CloudEvent {
  const { executionArn, status, startDate, stopDate, input, redriveCount, error, cause } = detail;
  const { job, bucket, key, version, results } = jobSchema.parse(JSON.parse(input));
  const endpoint = FOLDER.exec(results)?.[1] ?? '';
  const resumed = redriveCount ?? 0;
  const data = {
    endpoint,
    job,
    function_version: version,
    from: `s3://${bucket}/${key}`,
    resumed,
    started_at: new Date(startDate).toISOString(),
  };
  const about = { endpoint, origin: `${executionArn} ${status} ${resumed}`, subject: job };
  if (status === 'RUNNING') {
    return cloudEvent({ ...about, type: 'batch.started', time: data.started_at, data }, api);
  }
  const ended_at = new Date(stopDate ?? startDate).toISOString();
  const why = [error, cause].filter(Boolean).join(': ').slice(0, MOST_REASON);
  const ended = { ...data, status, ended_at, ...(why !== '' && { reason: why }) };
  return cloudEvent({ ...about, type: 'batch.ended', time: ended_at, data: ended }, api);
}

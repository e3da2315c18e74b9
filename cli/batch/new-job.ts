/** Plans and starts a job. */

import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { BATCH_KEYS, type BatchJob } from '../../functions/batch-contract.ts';
import { confirm } from '../model/use/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import type { DeployedBatch, PinnedVersion } from './deployed-batch.ts';
import { BatchRefusedError } from './exit-codes.ts';
import { type Forecast, forecast, type Planned } from './forecast.ts';
import { measure } from './measure.ts';
import { type Counted, countPictures, type Source } from './source.ts';
import { forecastInWords } from './words.ts';

/** Options that jobs have in common, whatever starts them. */
export interface JobOptions {
  readonly limit?: number;
  readonly concurrency?: number;
  /** Percent. */
  readonly tolerate: number;
  readonly pictures?: boolean;
}

/** A job that can be started. */
export interface PlannedJob {
  readonly source: Source;
  readonly planned: Planned;
  readonly expected: Forecast;
  readonly options: JobOptions;
}

/** Step Functions takes no limit of 0, and no more items than these. */
export const MOST_PICTURES = 100_000_000;

/** @throws BatchRefusedError */
export async function countSource(
  { s3, sources }: Pick<DeployedBatch, 's3' | 'sources'>,
  source: Source,
  { limit = 0 }: Pick<JobOptions, 'limit'>,
): Promise<Counted> {
  const counted = await countPictures(s3, source, { limit, sources });
  if (counted.pictures > 0) return counted;
  throw new BatchRefusedError(`Expected pictures in s3://${source.bucket}/${source.key}, received none`);
}

/** Measures a version on the first pictures. @throws BatchRefusedError */
export async function planJob(
  deployed: DeployedBatch,
  pinned: PinnedVersion,
  { source, counted, options }: Pick<PlannedJob, 'source' | 'options'> & { readonly counted: Counted },
): Promise<PlannedJob> {
  const { mostConcurrency: most, endpoint } = deployed;
  const { concurrency = most, pictures: annotate = false } = options;
  if (concurrency > most) {
    const message = `Expected at most ${most} for --concurrency, the setting of ${endpoint}, received ${concurrency}`;
    throw new BatchRefusedError(message);
  }
  const { sample } = counted;
  const measured = await measure(deployed, pinned, { bucket: source.bucket, annotate, sample });
  const planned = { counted, pinned, measured, concurrency, annotate };
  return { source, planned, expected: forecast(planned), options };
}

/** The forecast in words. */
export function plannedInWords({ planned, expected }: PlannedJob): string {
  const { pinned, concurrency, measured } = planned;
  return forecastInWords(expected, { version: pinned.version, concurrency, perPicture: measured.perPicture });
}

/** @param question as `Start it?` @throws BatchRefusedError where nobody agrees */
export async function ask(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new BatchRefusedError('Expected --yes where no terminal can confirm the job, received none', EXIT.usage);
  }
  if (!(await confirm(question))) throw new BatchRefusedError('Nothing was started');
}

/** Starts the job. */
export async function startJob(
  { machines, batchMachine, endpoint }: DeployedBatch,
  job: PlannedJob,
): Promise<BatchJob> {
  const input = jobOf(endpoint, job);
  await machines.send(
    new StartExecutionCommand({ stateMachineArn: batchMachine, name: input.job, input: JSON.stringify(input) }),
  );
  return input;
}

function jobOf(endpoint: string, { source, planned, expected, options }: PlannedJob): BatchJob {
  const { version } = planned.pinned;
  const job = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-v${version}`;
  return {
    job,
    ...source,
    version,
    limit: options.limit ?? MOST_PICTURES,
    batch: expected.batch,
    concurrency: planned.concurrency,
    tolerate: options.tolerate,
    annotate: planned.annotate,
    results: BATCH_KEYS.job(endpoint, job),
    forecast: { pictures: expected.pictures, msPerPicture: planned.measured.perPicture },
  };
}

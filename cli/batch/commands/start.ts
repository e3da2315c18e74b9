/** `batch start`: counts the pictures, measures the version, forecasts, asks, starts. */

import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { BATCH_KEYS, type BatchJob } from '../../../functions/batch-contract.ts';
import { confirm } from '../../model/use/confirm.ts';
import { commandLine } from '../../rollout/command-line.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type DeployedBatch, pinVersion } from '../deployed-batch.ts';
import { BatchRefusedError } from '../exit-codes.ts';
import { type Forecast, forecast, type Planned } from '../forecast.ts';
import { measure } from '../measure.ts';
import { countPictures, type Source, sourceOf } from '../source.ts';
import { forecastInWords } from '../words.ts';

export interface StartOptions {
  readonly from?: string;
  readonly manifest?: string;
  /** A published version, `live` or `candidate`. */
  readonly version: string;
  readonly limit?: number;
  readonly concurrency?: number;
  /** Percent. */
  readonly tolerate: number;
  readonly pictures?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Step Functions takes no limit of 0, and no more items than these. */
export const MOST_PICTURES = 100_000_000;

/** @throws BatchRefusedError */
export async function startCommand(deployed: DeployedBatch, options: StartOptions, terminal: Terminal): Promise<void> {
  const source = sourceOf(options);
  const planned = await plan(deployed, source, options);
  const expected = forecast(planned);
  const { version } = planned.pinned;
  const { perPicture } = planned.measured;
  const words = forecastInWords(expected, { version, concurrency: planned.concurrency, perPicture });
  if (options.json) terminal.note(words);
  else terminal.print(words);
  if (!options.yes) await ask();
  const job = jobOf(deployed, source, { planned, expected, options });
  const { machines, batchMachine, endpoint } = deployed;
  await machines.send(
    new StartExecutionCommand({ stateMachineArn: batchMachine, name: job.job, input: JSON.stringify(job) }),
  );
  const watch = commandLine('batch', `watch ${endpoint} --job ${job.job}`, deployed.given);
  const started = `Started ${job.job}: follow it with ${watch}`;
  terminal.print(options.json ? JSON.stringify({ endpoint, job: job.job, version, forecast: expected }) : started);
}

async function plan(deployed: DeployedBatch, source: Source, options: StartOptions): Promise<Planned> {
  const { mostConcurrency: most, endpoint, s3, sources } = deployed;
  const { concurrency = most, limit = 0, pictures: annotate = false } = options;
  if (concurrency > most) {
    const message = `Expected at most ${most} for --concurrency, the setting of ${endpoint}, received ${concurrency}`;
    throw new BatchRefusedError(message);
  }
  const pinned = await pinVersion(deployed, options.version);
  const counted = await countPictures(s3, source, { limit, sources });
  if (counted.pictures === 0) {
    throw new BatchRefusedError(`Expected pictures in s3://${source.bucket}/${source.key}, received none`);
  }
  const { sample } = counted;
  const measured = await measure(deployed, pinned, { bucket: source.bucket, annotate, sample });
  return { counted, pinned, measured, concurrency, annotate };
}

async function ask(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new BatchRefusedError('Expected --yes where no terminal can confirm the job, received none', EXIT.usage);
  }
  if (!(await confirm('Start it?'))) throw new BatchRefusedError('Nothing was started');
}

function jobOf(
  { endpoint }: DeployedBatch,
  source: Source,
  {
    planned,
    expected,
    options,
  }: { readonly planned: Planned; readonly expected: Forecast; readonly options: StartOptions },
): BatchJob {
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

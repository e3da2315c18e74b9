/** The job of one version over the source of a comparison: one that is there, or a new one. */

import type { Terminal } from '../../terminal/terminal.ts';
import { redrive } from '../commands/stop-and-resume.ts';
import { followJob } from '../commands/watch.ts';
import type { DeployedBatch, PinnedVersion } from '../deployed-batch.ts';
import { BatchRefusedError, exitCodeOf } from '../exit-codes.ts';
import { type JobReading, jobNames, readJob } from '../job.ts';
import { type JobOptions, MOST_PICTURES, type PlannedJob, planJob, plannedInWords, startJob } from '../new-job.ts';
import type { Counted, Source } from '../source.ts';
import { jobInWords } from '../words.ts';

/** What a comparison does with one version. */
export type VersionJob =
  | { readonly kind: 'use' | 'wait' | 'resume'; readonly reading: JobReading }
  | { readonly kind: 'start'; readonly planned: PlannedJob };

/** The pictures of a comparison. */
export interface ComparedSource {
  readonly source: Source;
  readonly counted: Counted;
  readonly options: JobOptions;
}

/** Jobs that are searched: as many as Step Functions lists at once. */
const MOST_JOBS = 1000;

/**
 * The newest job of the version over the same source, unless a picture is newer; else a new one, which skips the
 * pictures that are stored.
 * @throws BatchRefusedError
 */
export async function versionJob(
  deployed: DeployedBatch,
  pinned: PinnedVersion,
  { source, counted, options }: ComparedSource,
): Promise<VersionJob> {
  const reading = await findJob(deployed, pinned.version, { source, options });
  if (reading && isFresh(reading, counted)) return { kind: KINDS[reading.phase], reading };
  return { kind: 'start', planned: await planJob(deployed, pinned, { source, counted, options }) };
}

const KINDS = { done: 'use', running: 'wait', stopped: 'resume', failed: 'resume' } as const;

/** S3 gives times in seconds: a picture of the same second may be newer. */
function isFresh({ startedAt }: JobReading, { newest }: Counted): boolean {
  return newest !== undefined && Math.floor(Number(startedAt) / 1000) > Math.floor(Number(newest) / 1000);
}

async function findJob(
  deployed: DeployedBatch,
  version: string,
  { source, options }: Pick<ComparedSource, 'source' | 'options'>,
): Promise<JobReading | undefined> {
  for (const name of await jobNames(deployed, MOST_JOBS)) {
    if (!name.endsWith(`-v${version}`)) continue;
    const reading = await readJob(deployed, name);
    const { job } = reading;
    const isSame = job.source === source.source && job.bucket === source.bucket && job.key === source.key;
    if (isSame && job.limit === (options.limit ?? MOST_PICTURES)) return reading;
  }
  return undefined;
}

/** What will be done, before it is. */
export function versionJobInWords(job: VersionJob): string {
  if (job.kind === 'start') return plannedInWords(job.planned);
  const { version } = job.reading.job;
  const words = { use: 'has the results of', wait: 'waits for', resume: 'resumes' }[job.kind];
  return `Version ${version} ${words} ${jobInWords(job.reading)}`;
}

/** Waits until the job is done. @throws BatchRefusedError where it stops or fails */
export async function runVersionJob(
  deployed: DeployedBatch,
  job: VersionJob,
  terminal: Pick<Terminal, 'note'>,
): Promise<JobReading> {
  if (job.kind === 'use') return job.reading;
  const name = job.kind === 'start' ? (await startJob(deployed, job.planned)).job : job.reading.job.job;
  if (job.kind === 'resume') await redrive(deployed, job.reading.arn);
  terminal.note(`${{ start: 'Started', wait: 'Waiting for', resume: 'Resumed' }[job.kind]} ${name}`);
  const ended = await followJob(deployed, name);
  terminal.note(jobInWords(ended));
  if (ended.phase === 'done') return ended;
  const message = `Expected ${name} to end as done, received ${ended.phase}: the same command resumes it`;
  throw new BatchRefusedError(message, exitCodeOf(ended.phase));
}

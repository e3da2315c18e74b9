/** One batch job over generated pictures, with kills of function processes and of the laptop on the way. */

import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import type { Forecast } from '../../cli/batch/forecast.ts';
import { type JobPhase, readJob } from '../../cli/batch/job.ts';
import type { JobReport } from '../../cli/batch/job-report.ts';
import { BATCH_KEYS } from '../../functions/batch-contract.ts';
import { benchPicture } from '../pictures.ts';
import type { KilledLaptop } from './laptop.ts';

/** How many pictures, and how many kills. */
export interface RunOptions {
  readonly pictures: number;
  readonly childKills: number;
  readonly laptopKills: number;
  /** Called for every kill, and for progress. */
  readonly note: (text: string) => void;
}

/** What a run has shown. */
export interface RunFindings {
  readonly phase: JobPhase;
  readonly forecast: Forecast;
  readonly report: JobReport;
  /** Children of the map run. */
  readonly children: number;
  /** Versions of objects under the results: one for each picture, or something was written twice. */
  readonly results: number;
  readonly ids: number;
  readonly broken: number;
  readonly seconds: number;
  readonly kills: Readonly<Record<'child' | 'laptop', number>>;
  /** How often the job had failed and was resumed: a child is not retried for ever. */
  readonly resumes: number;
}

/** One picture in a hundred is broken. */
export function isBroken(index: number): boolean {
  return index % 100 === 50;
}

const PREFIX = BATCH_KEYS.pictures('cars');
/** Puts at a time. */
const AT_A_TIME = 8;
/** Because a job whose pictures cannot be listed never ends. */
const MOST_RESUMES = 20;
/** Between two looks at the job, milliseconds. */
const LOOK_MS = 250;

export async function runBatch(laptop: KilledLaptop, options: RunOptions): Promise<RunFindings> {
  const { objects } = await laptop.find();
  await putPictures(laptop.s3(), objects.bucket, options.pictures);
  options.note(`${options.pictures} pictures are in the bucket`);
  const start = performance.now();
  const { job, forecast } = await laptop.command<{ job: string; forecast: Forecast }>(
    'start',
    ...['--from', `s3://${objects.bucket}/${PREFIX}`, '--yes'],
  );
  const ended = await killUntilEnd(laptop, job, options);
  const seconds = (performance.now() - start) / 1000;
  const deployed = await laptop.find();
  const { arn, phase } = await readJob(deployed, job);
  const { mapRuns: [run] = [] } = await deployed.machines.send(new ListMapRunsCommand({ executionArn: arn }));
  const { executionCounts } = await deployed.machines.send(new DescribeMapRunCommand({ mapRunArn: run?.mapRunArn }));
  const keys = await resultKeys(laptop.s3(), objects.bucket);
  return {
    ...{ phase, forecast, seconds, ...ended },
    report: await laptop.command<JobReport>('report', '--job', job),
    children: executionCounts?.total ?? 0,
    results: keys.length,
    ids: new Set(keys).size,
    broken: Array.from({ length: options.pictures }, (_, index) => index).filter(isBroken).length,
  };
}

async function putPictures(s3: S3Client, Bucket: string, count: number): Promise<void> {
  const { jpeg } = await benchPicture(416, 277);
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const put = async () => {
    for (const index of indexes) {
      const Key = `${PREFIX}${String(index).padStart(6, '0')}.jpg`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: isBroken(index) ? Buffer.from('broken') : jpeg }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, put));
}

/** Spreads the kills over the pictures. */
async function killUntilEnd(
  laptop: KilledLaptop,
  job: string,
  options: RunOptions,
): Promise<Pick<RunFindings, 'kills' | 'resumes'>> {
  const { pictures, childKills, laptopKills, note } = options;
  const kills = { child: 0, laptop: 0 };
  let resumes = 0;
  for (;;) {
    const { phase, counts } = await readJob(await laptop.find(), job);
    if (phase === 'done') return { kills, resumes };
    if (phase !== 'running') {
      if (resumes === MOST_RESUMES) throw new Error(`Expected a job that ends, received one that is ${phase}`);
      resumes += 1;
      note(`resume ${resumes}: the job is ${phase}`);
      await laptop.command('resume', '--job', job);
      continue;
    }
    const done = counts?.done ?? 0;
    if (kills.laptop < laptopKills && done >= ((kills.laptop + 1) * pictures) / (laptopKills + 1)) {
      kills.laptop += 1;
      note(`kill ${kills.laptop} of the laptop, with ${done} pictures done`);
      await laptop.crash();
    } else if (kills.child < childKills && done >= ((kills.child + 1) * pictures) / (childKills + 2)) {
      if (laptop.killChild()) kills.child += 1;
    }
    await pause(LOOK_MS);
  }
}

/** Keys of all versions of results. */
async function resultKeys(s3: S3Client, Bucket: string): Promise<string[]> {
  const keys: string[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: BATCH_KEYS.results('cars'), ...marker }),
    );
    keys.push(...(page.Versions ?? []).map(({ Key = '' }) => Key));
    if (!page.IsTruncated) return keys;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

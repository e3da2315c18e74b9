/** One batch job over generated pictures, with kills of function processes and of the laptop on the way. */

import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import type { Forecast } from '../../cli/batch/forecast.ts';
import { type JobPhase, readJob } from '../../cli/batch/job.ts';
import type { JobReport } from '../../cli/batch/job-report.ts';
import { BATCH_KEYS } from '../../functions/batch-contract.ts';
import type { KilledLaptop } from './laptop.ts';
import { expectedIds, isBroken, prefixOf, putPictures } from './pictures.ts';

/** How many pictures, and how many kills. */
export interface RunOptions {
  readonly pictures: number;
  readonly childKills: number;
  readonly laptopKills: number;
  /** Of the job. Default: that of the setting. */
  readonly concurrency?: number;
  /** Called when the pictures are in the bucket, before the job starts. */
  readonly ready?: () => Promise<void>;
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
  /** Results that no picture of the job has, and pictures without a result. */
  readonly unexpected: number;
  readonly missing: number;
  readonly broken: number;
  readonly seconds: number;
  /** Of these, while no laptop ran, or it started. */
  readonly downSeconds: number;
  readonly kills: Readonly<Record<'child' | 'laptop', number>>;
  /** How often the job had failed and was resumed: a child is not retried for ever. */
  readonly resumes: number;
}

const PREFIX = prefixOf('job');
/** Because a job whose pictures cannot be listed never ends. */
const MOST_RESUMES = 20;
/** Between two looks at the job, milliseconds. */
const LOOK_MS = 500;

export async function runBatch(laptop: KilledLaptop, options: RunOptions): Promise<RunFindings> {
  const { objects } = await laptop.find();
  const { bucket } = objects;
  const set = { s3: laptop.s3(), bucket, prefix: PREFIX };
  await putPictures(set, options.pictures);
  const before = new Set(await resultKeys(laptop.s3(), bucket));
  options.note(`${options.pictures} pictures are in the bucket`);
  await options.ready?.();
  const start = performance.now();
  const { job, forecast } = await laptop.command<{ job: string; forecast: Forecast }>(
    'start',
    ...['--from', `s3://${bucket}/${PREFIX}`, '--yes'],
    ...(options.concurrency === undefined ? [] : ['--concurrency', String(options.concurrency)]),
  );
  const ended = await killUntilEnd(laptop, job, options);
  const seconds = (performance.now() - start) / 1000;
  const deployed = await laptop.find();
  const { arn, phase } = await readJob(deployed, job);
  const { mapRuns: [run] = [] } = await deployed.machines.send(new ListMapRunsCommand({ executionArn: arn }));
  const { executionCounts } = await deployed.machines.send(new DescribeMapRunCommand({ mapRunArn: run?.mapRunArn }));
  const keys = (await resultKeys(laptop.s3(), bucket)).filter((key) => !before.has(key));
  const ids = new Set(keys.map((key) => key.slice(key.lastIndexOf('/') + 1, -'.json'.length)));
  const expected = await expectedIds(set);
  return {
    ...{ phase, forecast, seconds, ...ended },
    report: await laptop.command<JobReport>('report', '--job', job),
    children: executionCounts?.total ?? 0,
    results: keys.length,
    ids: ids.size,
    unexpected: [...ids].filter((id) => !expected.has(id)).length,
    missing: [...expected].filter((id) => !ids.has(id)).length,
    broken: Array.from({ length: options.pictures }, (_, index) => index).filter(isBroken).length,
  };
}

/** Spreads the kills over the pictures. */
async function killUntilEnd(
  laptop: KilledLaptop,
  job: string,
  options: RunOptions,
): Promise<Pick<RunFindings, 'kills' | 'resumes' | 'downSeconds'>> {
  const { pictures, childKills, laptopKills, note } = options;
  const kills = { child: 0, laptop: 0 };
  let [resumes, downSeconds] = [0, 0];
  for (;;) {
    const { phase, counts } = await readJob(await laptop.find(), job);
    if (phase === 'done') return { kills, resumes, downSeconds };
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
      downSeconds += await laptop.crash();
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

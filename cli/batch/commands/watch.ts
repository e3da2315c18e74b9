/** `batch status` and `batch watch`. */

import { setTimeout as pause } from 'node:timers/promises';
import { progressBar } from '../../terminal/progress.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type DeployedBatch, findVersion, type PinnedVersion } from '../deployed-batch.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { forecast } from '../forecast.ts';
import { type JobReading, readJob } from '../job.ts';
import { dollarsInWords, jobInWords, whole } from '../words.ts';

interface WatchOptions {
  readonly job?: string;
  readonly json?: boolean;
}

/** Between two readings, seconds. */
const EVERY = 2;

/** @returns the exit code */
export async function statusCommand(
  deployed: DeployedBatch,
  { job, json = false }: WatchOptions,
  terminal: Terminal,
): Promise<number> {
  return show(await readJob(deployed, job), json, terminal);
}

/** @returns the exit code */
export async function watchCommand(
  deployed: DeployedBatch,
  { job, json = false }: WatchOptions,
  terminal: Terminal,
): Promise<number> {
  return show(await followJob(deployed, job), json, terminal);
}

/**
 * Shows the progress of a job until it ends.
 * @param name default: the newest job
 * @throws BatchRefusedError where there is none
 */
export async function followJob(deployed: DeployedBatch, name?: string): Promise<JobReading> {
  let reading = await readJob(deployed, name);
  const { job } = reading.job;
  const pinned = await findVersion(deployed, reading.job.version);
  // The bar formats numbers only, so the rate and the cost are read from the newest reading.
  const bar = progressBar('pictures', (value) => (value === doneOf(reading) ? soFar(reading, pinned) : whole(value)));
  const interrupted = () => process.exit(exitCodeOf('running'));
  process.once('SIGINT', interrupted);
  while (reading.phase === 'running') {
    if (reading.counts) bar.report(doneOf(reading), reading.counts.total);
    await pause(EVERY * 1000);
    reading = await readJob(deployed, job);
  }
  bar.end();
  process.off('SIGINT', interrupted);
  return reading;
}

function show(reading: JobReading, json: boolean, terminal: Terminal): number {
  terminal.print(json ? JSON.stringify(reading) : jobInWords(reading));
  return exitCodeOf(reading.phase);
}

function doneOf({ counts }: JobReading): number {
  return counts ? counts.done + counts.failed : 0;
}

/**
 * `1,200 (8.1 a second, about $0.02 so far)`
 * @param pinned undefined: the version was deleted, so that its memory and the cost are not known
 */
export function soFar(reading: JobReading, pinned: PinnedVersion | undefined, now = new Date()): string {
  const { job, startedAt } = reading;
  const pictures = doneOf(reading);
  const rate = pictures / Math.max(1, (Number(now) - Number(startedAt)) / 1000);
  const done = `${whole(pictures)} (${rate.toFixed(1)} a second`;
  if (!pinned) return `${done})`;
  const { msPerPicture: perPicture } = job.forecast;
  const { dollars } = forecast({
    counted: { pictures, requests: { lists: 0, gets: 0 } },
    pinned,
    measured: { perPicture, slowest: perPicture },
    concurrency: job.concurrency,
    annotate: job.annotate,
  });
  return `${done}, about ${dollarsInWords(dollars)} so far)`;
}

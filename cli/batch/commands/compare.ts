/** `batch compare`: answers the same pictures by two versions, and compares the results. */

import { resolve } from 'node:path';
import { BATCH_KEYS } from '../../../functions/batch-contract.ts';
import type { Picture } from '../../../functions/rollout-report/gallery.ts';
import { pageHead, pageScript } from '../../rollout/report-file.ts';
import { checkOutputFile, writeOutputFile } from '../../terminal/output-file.ts';
import { progressBar } from '../../terminal/progress.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type Compared, compareJobs } from '../compare/bucket-comparison.ts';
import { comparisonPage } from '../compare/page.ts';
import { presignedPictures, thumbnails, URL_SECONDS } from '../compare/pictures.ts';
import type { JobPair } from '../compare/result-pairs.ts';
import { runVersionJob, type VersionJob, versionJob, versionJobInWords } from '../compare/version-jobs.ts';
import { comparisonInWords } from '../compare/words.ts';
import { type DeployedBatch, type PinnedVersion, pinVersion } from '../deployed-batch.ts';
import { BatchRefusedError } from '../exit-codes.ts';
import { ask, countSource, type JobOptions } from '../new-job.ts';
import { sourceOf } from '../source.ts';

export interface CompareOptions extends JobOptions {
  readonly from?: string;
  readonly manifest?: string;
  /** Published versions, `live` or `candidate`. */
  readonly baseline: string;
  readonly candidate: string;
  /** A file for the page, besides the one in the bucket. */
  readonly out?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** @throws BatchRefusedError, OutputFileError */
export async function compareCommand(
  deployed: DeployedBatch,
  options: CompareOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.out !== undefined) await checkOutputFile(resolve(options.out), '--out');
  const jobs = await runJobs(deployed, options, terminal);
  const bar = progressBar('results');
  const compared = await compareJobs(deployed, jobs, bar.report);
  bar.end();
  const page = await publish(deployed, jobs, compared);
  if (options.out !== undefined) await writePage(deployed, compared, resolve(options.out));
  const { comparison } = compared;
  if (options.json) return terminal.print(JSON.stringify({ ...comparison, page }));
  const written = options.out === undefined ? [] : [`Page in a file: ${resolve(options.out)}`];
  terminal.print(
    [comparisonInWords(comparison), ...written, `Page, until ${page.expires_at} at most: ${page.url}`].join('\n'),
  );
}

/** One job after the other, because both together would take twice the concurrency of the setting. */
async function runJobs(deployed: DeployedBatch, options: CompareOptions, terminal: Terminal): Promise<JobPair> {
  const source = sourceOf(options);
  const pinned = await pinBoth(deployed, options);
  const counted = await countSource(deployed, source, options);
  const find = (version: PinnedVersion) => versionJob(deployed, version, { source, counted, options });
  const [ofBaseline, ofCandidate] = [await find(pinned.baseline), await find(pinned.candidate)];
  const both: readonly VersionJob[] = [ofBaseline, ofCandidate];
  for (const job of both) terminal.note(versionJobInWords(job));
  const isNew = both.some(({ kind }) => kind === 'start' || kind === 'resume');
  if (isNew && !options.yes) await ask('Run what is missing?');
  const baseline = await runVersionJob(deployed, ofBaseline, terminal);
  return { baseline, candidate: await runVersionJob(deployed, ofCandidate, terminal) };
}

async function pinBoth(deployed: DeployedBatch, options: Pick<CompareOptions, 'baseline' | 'candidate'>) {
  const baseline = await pinVersion(deployed, options.baseline, '--baseline');
  const candidate = await pinVersion(deployed, options.candidate, '--candidate');
  if (baseline.version !== candidate.version) return { baseline, candidate };
  throw new BatchRefusedError(
    `Expected two versions, received version ${baseline.version} for both: --baseline ${options.baseline} and ` +
      `--candidate ${options.candidate}`,
  );
}

/** Writes page and numbers into the folder of the candidate's job. */
async function publish(deployed: DeployedBatch, jobs: JobPair, compared: Compared) {
  const { objects, endpoint } = deployed;
  const now = new Date();
  const pictures = await presignedPictures(deployed, compared.sums.worst, now);
  const [job, baseline] = [jobs.candidate.job.job, jobs.baseline.job.job];
  const key = BATCH_KEYS.comparison(endpoint, { job, baseline });
  await objects.putJson(`${key}.json`, compared.comparison);
  const page = pageOf(compared, pictures, now);
  await objects.put(`${key}.html`, new TextEncoder().encode(page), 'text/html; charset=utf-8');
  return { key: `${key}.html`, ...(await objects.presignGet(`${key}.html`, URL_SECONDS, now)) };
}

async function writePage(deployed: DeployedBatch, compared: Compared, file: string): Promise<void> {
  const page = pageOf(compared, await thumbnails(deployed, compared.sums.worst), new Date());
  await writeOutputFile(file, page, '--out');
}

function pageOf(compared: Compared, pictures: ReadonlyMap<string, Picture>, now: Date): string {
  const origins = new Set([...pictures.values()].map(({ source }) => originOf(source)));
  const head = pageHead([...origins].join(' ') || 'data:');
  return comparisonPage(compared, { head, tail: pageScript(), pictures, now });
}

function originOf(source: string): string {
  return source.startsWith('data:') ? 'data:' : new URL(source).origin;
}

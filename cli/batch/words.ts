/** Jobs and forecasts in words. */

import { inWords } from '../../functions/plan/duration.ts';
import type { Line } from '../costs/line.ts';
import type { Forecast } from './forecast.ts';
import type { JobReading } from './job.ts';
import type { JobReport } from './job-report.ts';

const WHOLE = new Intl.NumberFormat('en-US');

/** `1,234` */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** Dollars with as many digits as the amount needs. */
export function dollarsInWords(value: number): string {
  return `$${value >= 1 ? value.toFixed(2) : Number(value.toPrecision(2))}`;
}

/** Seconds, rounded to what a person plans with. */
export function secondsInWords(seconds: number): string {
  return inWords(Math.max(1000, 1000 * seconds));
}

/** The forecast of a job before it starts. */
export function forecastInWords(
  { pictures, batch, children, transitions, invocations, requests, seconds, bill, dollars }: Forecast,
  {
    version,
    concurrency,
    perPicture,
  }: { readonly version: string; readonly concurrency: number; readonly perPicture: number },
): string {
  const toS3 = requests.lists + requests.gets + requests.puts;
  return [
    `${whole(pictures)} pictures by version ${version}, ${perPicture.toFixed(0)} ms each as measured now`,
    `${whole(children)} batches of ${batch}, ${concurrency} at a time: about ${secondsInWords(seconds)}`,
    `${whole(transitions)} transitions, ${whole(invocations)} invocations, ${whole(toS3)} requests to S3`,
    ...bill.map(({ item, calculation, dollars: part }: Line) => `  ${item}: ${calculation} = ${dollarsInWords(part)}`),
    `About ${dollarsInWords(dollars)}, without retries, logs and the storage of results`,
  ].join('\n');
}

/** A job as it stands. */
export function jobInWords({ job, phase, counts, startedAt, stoppedAt, failure, redrives }: JobReading): string {
  const { source, bucket, key, version } = job;
  const seconds = (Number(stoppedAt ?? new Date()) - Number(startedAt)) / 1000;
  const state = counts
    ? `${whole(counts.done)} of ${whole(counts.total)} pictures done, ${whole(counts.failed)} failed, ` +
      `${whole(counts.running)} in work, ${whole(counts.pending)} pending`
    : 'nothing is listed yet';
  return [
    `${job.job}: ${phase}${redrives > 0 ? `, resumed ${redrives === 1 ? 'once' : `${redrives} times`}` : ''}`,
    `  ${source === 'list' ? 'pictures below' : 'manifest'} s3://${bucket}/${key}, version ${version}`,
    `  ${state}, ${secondsInWords(seconds)}`,
    ...(failure === undefined ? [] : [`  ${failure}`]),
  ].join('\n');
}

/** The report of a job. */
export function reportInWords(report: JobReport): string {
  const { job, pictures, done, rejected, failed, pending, repeated, counts, slowest } = report;
  const most = Math.max(1, ...counts.map(([, number]) => number));
  const bars = counts.map(
    ([objects, number]) =>
      `  ${String(objects).padStart(6)} ${'█'.repeat(Math.ceil((30 * number) / most))} ${whole(number)}`,
  );
  return [
    `${job}: ${whole(pictures)} pictures: ${whole(done)} done, ${whole(total(rejected))} rejected, ` +
      `${whole(total(failed))} failed, ${whole(pending)} not begun`,
    ...(repeated > 0 ? [`${whole(repeated)} of them were stored before`] : []),
    ...titled('Pictures by number of objects:', bars),
    ...titled(
      'Rejected, by reason:',
      rejected.map(([reason, number]) => `  ${reason}: ${whole(number)}`),
    ),
    ...titled(
      'Failed, by error:',
      failed.map(([error, number]) => `  ${error}: ${whole(number)}`),
    ),
    ...titled(
      'Slowest:',
      slowest.map(({ key, ms = 0 }) => `  ${ms.toFixed(0)} ms  ${key}`),
    ),
  ].join('\n');
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines] : [];
}

function total(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((all, [, number]) => all + number, 0);
}

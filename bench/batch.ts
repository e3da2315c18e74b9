/**
 * `npm run bench:batch -- [pictures] [kills of children] [kills of the laptop]`: a batch job over generated pictures,
 * one in a hundred broken, beside live requests. Default: 20000 50 5. Fails unless
 *
 * - every picture has exactly one result, and none failed;
 * - the job answers at least 0.9 × what one process answers alone × processes of the job, while the laptop runs;
 * - the median of live requests is at most 1.5 × the one without a job.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KilledLaptop } from './batch/laptop.ts';
import { LiveRequests } from './batch/live.ts';
import { ownRate } from './batch/own-rate.ts';
import { SIZE } from './batch/pictures.ts';
import { runBatch } from './batch/run.ts';
import { benchPicture } from './pictures.ts';

const LEAST_RATE = 0.9;
const MOST_DELAY = 1.5;
/** Requests without a job. */
const QUIET = 80;
/** Loads the model of the version. */
const WARM = 5;
/** Children besides those that run, so that a process has work while a child waits for its retry. */
const WAITING = 2;

const [pictures = 20_000, childKills = 50, laptopKills = 5] = process.argv.slice(2).map(Number);
/** The laptop leaves a process to live requests: one for each core, but for that one. */
const processes = Math.max(1, availableParallelism() - 1);
const home = await mkdtemp(join(tmpdir(), 'bench-batch-'));
const endpoints = join(import.meta.dirname, 'batch/endpoints.ts');
const laptop = await KilledLaptop.start(home, [
  ...['-c', `endpoints=${endpoints}`],
  ...['--concurrency', String(processes + 1)],
]);

const note = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
try {
  const { jpeg } = await benchPicture(...SIZE);
  const requests = () => new LiveRequests(laptop.url, jpeg);
  const own = await ownRate(laptop);
  note(`one process alone answers ${own.toFixed(1)} pictures a second`);
  const live = requests();
  const quiet = { answered: 0, p50: 0 };
  const ready = async () => {
    await requests().send(WARM);
    Object.assign(quiet, await requests().send(QUIET));
    note(`live requests without a job: median ${quiet.p50.toFixed(0)} ms`);
    live.start();
  };
  const concurrency = processes + WAITING;
  const run = await runBatch(laptop, { pictures, childKills, laptopKills, concurrency, ready, note });
  const busy = await live.stop();
  const { report, forecast, ...found } = run;
  const rejected = report.rejected.reduce((all, [, number]) => all + number, 0);
  const rate = pictures / (found.seconds - found.downSeconds);
  const checks = {
    isWhole: found.results === pictures && found.ids === pictures && found.missing === 0 && found.unexpected === 0,
    isDone: found.phase === 'done' && report.done + rejected === pictures && rejected === found.broken,
    isFast: rate >= LEAST_RATE * own * processes,
    leavesRoom: busy.p50 !== undefined && busy.p50 <= MOST_DELAY * quiet.p50,
  };
  const speed = { rate, own, processes, ofOwn: rate / (own * processes) };
  const delay = { quiet, busy, ratio: (busy.p50 ?? Number.NaN) / quiet.p50 };
  const numbers = { done: report.done, rejected, failed: report.failed };
  console.log(JSON.stringify({ checks, speed, live: delay, ...numbers, ...found, forecast }, null, 2));
  if (Object.values(checks).includes(false)) process.exitCode = 1;
} finally {
  await laptop.stop();
  await rm(home, { recursive: true, force: true });
}

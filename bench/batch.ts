/**
 * `npm run bench:batch -- [pictures] [kills of children] [kills of the laptop]`: a batch job over generated pictures,
 * one in a hundred broken. Fails unless every picture has exactly one result. Default: 20000 50 5.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KilledLaptop } from './batch/laptop.ts';
import { runBatch } from './batch/run.ts';

const [pictures = 20_000, childKills = 50, laptopKills = 5] = process.argv.slice(2).map(Number);
const home = await mkdtemp(join(tmpdir(), 'bench-batch-'));
const endpoints = join(import.meta.dirname, 'batch/endpoints.ts');
const laptop = await KilledLaptop.start(home, ['-c', `endpoints=${endpoints}`, '--concurrency', '2']);
try {
  const note = (text: string) => console.error(text);
  const { report, forecast, ...found } = await runBatch(laptop, { pictures, childKills, laptopKills, note });
  const rejected = report.rejected.reduce((all, [, number]) => all + number, 0);
  const rate = (pictures / found.seconds).toFixed(1);
  console.log(
    JSON.stringify({ ...found, done: report.done, rejected, failed: report.failed, rate, forecast }, null, 2),
  );
  const isWhole = found.results === pictures && found.ids === pictures && rejected === found.broken;
  if (!isWhole || found.phase !== 'done' || report.done + rejected !== pictures) process.exitCode = 1;
} finally {
  await laptop.stop();
  await rm(home, { recursive: true, force: true });
}

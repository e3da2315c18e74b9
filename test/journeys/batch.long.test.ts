/** A batch job whose function and laptop are killed on the way: every picture has one result. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { KilledLaptop } from '../../bench/batch/laptop.ts';
import { runBatch } from '../../bench/batch/run.ts';
import { benchPicture } from '../../bench/pictures.ts';
import { resumeCommand, stopCommand } from '../../cli/batch/commands/stop-and-resume.ts';
import { statusCommand, watchCommand } from '../../cli/batch/commands/watch.ts';
import type { JobReport } from '../../cli/batch/job-report.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import { Assembly } from './assembly.ts';
import { PROJECT } from './laptop.ts';

jest.setTimeout(240_000);

const PICTURES = 60;
const STOPPED = 32;

const terminal: Terminal = {
  print: () => {},
  note: () => {},
  paint: (_, text) => text,
  width: 100,
  isInteractive: false,
};

let assembly: Assembly;
let home: string;
let laptop: KilledLaptop;

beforeAll(async () => {
  assembly = await Assembly.synthesize(resolve(PROJECT, 'bench/batch/endpoints.ts'), 'batch-bench');
  home = mkdtempSync(join(tmpdir(), 'batch-'));
  laptop = await KilledLaptop.start(home, ['--assembly', assembly.folder, '--speed', '20', '--concurrency', '2']);
});

afterAll(async () => {
  await laptop?.stop();
  assembly?.remove();
  rmSync(home, { recursive: true, force: true });
});

test('after kills of children and of the laptop each picture has one result, as many as foretold', async () => {
  const found = await runBatch(laptop, { pictures: PICTURES, childKills: 2, laptopKills: 1, note: () => {} });
  expect(found).toMatchObject({ phase: 'done', results: PICTURES, ids: PICTURES, kills: { laptop: 1, child: 2 } });
  const { report, forecast } = found;
  expect(report).toMatchObject({
    pictures: PICTURES,
    done: PICTURES - 1,
    rejected: [['unsupported-picture', 1]],
    failed: [],
    pending: 0,
    counts: [[3, PICTURES - 1]],
  });
  expect([forecast.pictures, forecast.children]).toEqual([PICTURES, found.children]);
  expect(forecast).toMatchObject({
    transitions: 2 + found.children,
    invocations: found.children,
    requests: { lists: 1, gets: 2 * PICTURES, puts: PICTURES },
  });
});

test('a stopped job has results of a part; resume completes it without a second result of any', async () => {
  const deployed = await laptop.find();
  const { bucket } = deployed.objects;
  const { jpeg } = await benchPicture(416, 277);
  for (let index = 0; index < STOPPED; index += 1) {
    await laptop.s3().send(new PutObjectCommand({ Bucket: bucket, Key: `pictures/cars/stop/${index}`, Body: jpeg }));
  }
  const from = ['--from', `s3://${bucket}/pictures/cars/stop/`, '--concurrency', '1', '--pictures', '--yes'];
  const { job } = await laptop.command<{ job: string }>('start', ...from);
  await stopCommand(deployed, { job }, terminal);
  expect(await statusCommand(deployed, { job }, terminal)).toBe(14);
  await expect(stopCommand(deployed, { job }, terminal)).rejects.toThrow(`received ${job}, which is stopped`);
  const part = await until(() => laptop.command<JobReport>('report', '--job', job));
  expect(part.pictures).toBe(STOPPED);
  expect(part.done).toBeLessThan(STOPPED);
  await resumeCommand(deployed, { job }, terminal);
  expect(await watchCommand(deployed, { job }, terminal)).toBe(0);
  expect(await laptop.command('report', '--job', job)).toMatchObject({ pictures: STOPPED, done: STOPPED, failed: [] });
  const again = await laptop.command<{ job: string }>('start', ...from);
  await watchCommand(deployed, again, terminal);
  expect(await laptop.command('report', '--job', again.job)).toMatchObject({ done: STOPPED, repeated: STOPPED });
  const pictures = await deployed.objects.list('batch/cars/', { most: 1000 });
  expect(pictures.filter((key) => key.endsWith('.jpg'))).toHaveLength(STOPPED);
});

/** Because the result files of a stopped job are written after the command. */
async function until<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    const found = await read().catch(() => undefined);
    if (found !== undefined) return found;
  }
}

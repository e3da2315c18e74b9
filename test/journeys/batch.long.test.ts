/** A batch job whose function and laptop are killed on the way: every picture has one result. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { KilledLaptop } from '../../bench/batch/laptop.ts';
import { runBatch } from '../../bench/batch/run.ts';
import { benchPicture } from '../../bench/pictures.ts';
import { resumeCommand, stopCommand } from '../../cli/batch/commands/stop-and-resume.ts';
import { statusCommand, watchCommand } from '../../cli/batch/commands/watch.ts';
import type { BucketComparison } from '../../cli/batch/compare/bucket-comparison.ts';
import { jobNames } from '../../cli/batch/job.ts';
import type { JobReport } from '../../cli/batch/job-report.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import type { PresignedUrl } from '../../functions/platform/objects.ts';
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

test('two versions over the same pictures are compared; what one has answered is not answered again', async () => {
  assembly.release('cars', { settings: { confidence: 0.95 } });
  const deploy = ['local/deploy.ts', '--local', '--home', home, '--assembly', assembly.folder];
  await promisify(execFile)(process.execPath, deploy, { cwd: PROJECT });
  const { objects } = await laptop.find();
  const from = ['--from', `s3://${objects.bucket}/pictures/cars/stop/`];
  const versions = ['--baseline', '1', '--candidate', '2', '--yes'];
  const { page, ...compared } = await laptop.command<BucketComparison & { page: PresignedUrl }>(
    'compare',
    ...[...from, ...versions],
  );
  const [newest] = await jobNames(await laptop.find(), 1);
  expect(compared).toMatchObject({
    baseline: { version: '1' },
    candidate: { version: '2', job: newest },
    compared: { pictures: STOPPED, different: 1, scenes: 1 },
    failures: 0,
    objects: { baseline: 3, candidate: 0, missed: 3, extra: 0 },
    worst: [{ baseline: 3, candidate: 0 }],
  });
  const response = await fetch(page.url);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const html = await response.text();
  const picture = /<img src="([^"]+)"/.exec(html)?.[1]?.replaceAll('&#38;', '&') ?? '';
  expect((await fetch(picture)).status).toBe(200);
  expect(/img-src ([^;]*)/.exec(html)?.[1]).toBe(new URL(picture).origin);
});

/** Because the result files of a stopped job are written after the command. */
async function until<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    const found = await read().catch(() => undefined);
    if (found !== undefined) return found;
  }
}

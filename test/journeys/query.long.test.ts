/** `npm run query` on a laptop: the numbers are those of the stored results. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../../functions/platform/object-list.ts';
import { Objects } from '../../functions/platform/objects.ts';
import { CREDENTIALS, REGION } from '../../local/account.ts';
import { COUNTER_NANO } from '../cli/model/command.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

jest.setTimeout(240_000);

let laptop: RunningLaptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

async function query(...args: string[]) {
  const all = ['cli/query.ts', ...args, '--local', '--home', laptop.home];
  return promisify(execFile)(process.execPath, all, { cwd: PROJECT });
}

async function send(endpoint: string, picture: string): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([readFileSync(join(COUNTER_NANO, 'golden', picture))]), picture);
  const { status } = await fetch(`${laptop.url}/${endpoint}`, { method: 'POST', body });
  expect(status).toBe(200);
}

interface Result {
  readonly endpoint: string;
  readonly count: number;
}

async function storedResults(): Promise<Result[]> {
  const s3 = new S3Client({ endpoint: laptop.aws, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  const objects = new Objects(laptop.bucket, s3);
  const listed = await Array.fromAsync(listObjects(s3, laptop.bucket, 'results/'));
  return Promise.all(listed.map(async ({ key }) => (await objects.getJson(key)) as Result));
}

test('before the first picture the message says that there are no results', async () => {
  await expect(query('select 1')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Expected results in the bucket \S+, received none since .+: send a picture/),
  });
});

test('SQL counts the pictures and objects of the stored results', async () => {
  const pictures = Object.keys(JSON.parse(readFileSync(join(COUNTER_NANO, 'golden/expected.json'), 'utf8')));
  for (const picture of pictures.slice(0, 3))
    for (const name of ['count-cars', 'count-apples']) await send(name, picture);
  const stored = await storedResults();
  const { stdout, stderr } = await query(
    `select endpoint, count(*) as pictures, sum(count) as objects,
       (select count(*) from objects o where o.endpoint = p.endpoint) as rows
     from pictures p group by endpoint order by endpoint`,
    '--json',
  );
  expect(stderr).toMatch(/^Reads 6 results \(\d+ kB\) since \d{4}-\d\d-\d\d UTC\.\n$/);
  const expected = ['count-apples', 'count-cars'].map((endpoint) => {
    const own = stored.filter((result) => result.endpoint === endpoint);
    const objects = own.reduce((sum, { count }) => sum + count, 0);
    return { endpoint, pictures: own.length, objects, rows: objects };
  });
  expect(JSON.parse(stdout)).toEqual(expected);
  expect(expected.map((each) => each.pictures)).toEqual([3, 3]);
  expect(expected.some(({ objects }) => objects > 0)).toBe(true);
});

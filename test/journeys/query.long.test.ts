/**
 * `npm run query` on a laptop: the numbers are those of the stored results, before and after a compaction. And
 * `npm run drift`, which reads them, too.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Random } from '../../bench/simulation/random.ts';
import { KEYS } from '../../functions/contract.ts';
import { listObjects } from '../../functions/platform/object-list.ts';
import { Objects } from '../../functions/platform/objects.ts';
import { TABLES_MACHINE_OUTPUT } from '../../functions/tables-contract.ts';
import { CREDENTIALS, REGION } from '../../local/account.ts';
import { COUNTER_NANO } from '../cli/model/command.ts';
import { eventually } from '../deploy/step.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

jest.setTimeout(240_000);

let laptop: RunningLaptop;
beforeAll(async () => {
  laptop = await startLaptop('-c', `endpoints=${join(__dirname, 'fixtures/tables.ts')}`);
});
afterAll(() => laptop?.stop());

const query = (...args: string[]) => command('query', ...args);

async function command(name: string, ...args: string[]) {
  const all = [`cli/${name}.ts`, ...args, '--local', '--home', laptop.home];
  return promisify(execFile)(process.execPath, all, { cwd: PROJECT });
}

/** Runs the state machine that the schedule starts each night. */
async function compactResults(): Promise<void> {
  const options = { endpoint: laptop.aws, region: REGION, credentials: CREDENTIALS };
  const { Stacks = [] } = await new CloudFormationClient(options).send(new DescribeStacksCommand({}));
  const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
  const stateMachineArn = outputs.find(({ OutputKey }) => OutputKey === TABLES_MACHINE_OUTPUT)?.OutputValue;
  const machines = new SFNClient(options);
  const { executionArn } = await machines.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  const status = await eventually('the end of the compaction', async () => {
    const execution = await machines.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution.status;
  });
  expect(status).toBe('SUCCEEDED');
}

async function send(endpoint: string, picture: string): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([readFileSync(join(COUNTER_NANO, 'golden', picture))]), picture);
  const { status } = await fetch(`${laptop.url}/${endpoint}`, { method: 'POST', body });
  expect(status).toBe(200);
}

interface Result {
  readonly id: string;
  readonly endpoint: string;
  readonly count: number;
}

function bucket() {
  const s3 = new S3Client({ endpoint: laptop.aws, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  return { s3, objects: new Objects(laptop.bucket, s3) };
}

async function storedResults(): Promise<Result[]> {
  const { s3, objects } = bucket();
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

const BY_ENDPOINT = 'select endpoint, count(*) as pictures, sum(count) as objects from pictures group by 1 order by 1';

test('after a compaction the same SQL gives the same numbers, and those of later pictures', async () => {
  const before = JSON.parse((await query(BY_ENDPOINT, '--json')).stdout);
  await compactResults();
  await send('count-cars', 'cars.jpg');
  const { stdout, stderr } = await query(BY_ENDPOINT, '--json');
  expect(stderr).toMatch(/^Reads 4 files of tables \(\d+ kB\) with results until \S+, and 7 results \(\d+ kB\) since/);
  const [apples, cars] = before;
  expect(JSON.parse(stdout)).toEqual([apples, { ...cars, pictures: 4, objects: cars.objects + 3 }]);
});

test('an erased picture is in no table, and the receipt names its rows', async () => {
  const { id } = (await storedResults()).find(({ endpoint }) => endpoint === 'count-cars') as Result;
  await compactResults();
  const { stdout } = await command('erase', 'count-cars', id, '--yes');
  expect(stdout).toMatch(/deleted {2}table {2}tables\/pictures\/\S+ {2}1 row, [12] versions?\n/);
  expect(stdout).toContain('Complete: a last search of the bucket found nothing.');
  await compactResults();
  const rows = JSON.parse((await query(`select count(*) as n from pictures where id = '${id}'`, '--json')).stdout);
  expect(rows).toEqual([{ n: 0 }]);
});

test('drift says that the pictures have become dark, and since when', async () => {
  const [stored] = (await storedResults()).filter(({ endpoint }) => endpoint === 'count-cars');
  const { objects } = bucket();
  const random = new Random(5);
  const start = Date.now() - 10 * 86_400_000;
  const put = (hour: number, brightness: number) => {
    const id = `drift-${hour}-${random.below(1e9)}`;
    const created_at = new Date(start + hour * 3_600_000).toISOString();
    const luminance = Array.from({ length: 64 }, () => String.fromCharCode(58 + random.below(40))).join('');
    const measures = { brightness, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 };
    const changes = { id, created_at, fingerprint: { sha256: id, luminance }, measures };
    return objects.putJson(KEYS.result('count-cars', id), { ...stored, ...changes });
  };
  for (let hour = 0; hour < 168; hour++) await put(hour, 100 + 10 * random.normal());
  for (let at = 0; at < 60; at++) await put(170 + Math.floor(at / 4), 20);
  await expect(command('drift', 'count-cars')).rejects.toMatchObject({
    code: 3,
    stdout: expect.stringMatching(
      /^count-cars: the pictures or the answers have changed\n {2}darker by 80 % \((99|100) → 20\), since [A-Z]/,
    ),
  });
  await expect(command('drift', 'count-apples')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Expected at least 50 scenes in the reference period, received \d in 3 pictures/),
  });
});

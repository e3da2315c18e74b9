/** The drift monitor on a laptop: it finds a drift, says so in metric, mail and command, until it is accepted. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { EndpointStatus } from '../../functions/api/status-schemas.ts';
import { DIMENSION, KEYS, metricNamespace } from '../../functions/contract.ts';
import { DRIFT_FUNCTION_OUTPUT, DRIFT_KEYS, DRIFT_METRIC, type DriftReport } from '../../functions/drift-contract.ts';
import { Objects } from '../../functions/platform/objects.ts';
import { CREDENTIALS, REGION } from '../../local/account.ts';
import { eventually } from '../deploy/step.ts';
import { dark, HOUR_MS, result } from '../drift/stored.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

jest.setTimeout(120_000);

let laptop: RunningLaptop;
let options: { endpoint: string; region: string; credentials: typeof CREDENTIALS };
let outputs: ReadonlyMap<string | undefined, string | undefined>;
const lines: string[] = [];
beforeAll(async () => {
  laptop = await startLaptop('-c', `endpoints=${join(__dirname, 'fixtures/drift.ts')}`);
  for (const stream of [laptop.process.stdout, laptop.process.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  options = { endpoint: laptop.aws, region: REGION, credentials: CREDENTIALS };
  const { Stacks = [] } = await new CloudFormationClient(options).send(new DescribeStacksCommand({}));
  const all = Stacks.flatMap(({ Outputs = [] }) => Outputs);
  outputs = new Map(all.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
});
afterAll(() => laptop?.stop());

const bucket = () => new Objects(laptop.bucket, new S3Client({ ...options, forcePathStyle: true }));

/** Ten days until now with three hours of eight pictures each, dark ones on the last day. */
async function storePictures(): Promise<void> {
  const objects = bucket();
  const now = Math.floor(Date.now() / HOUR_MS);
  const pictures = Array.from({ length: 240 }, (_, at) => {
    const [day, hour] = [Math.floor(at / 24), Math.floor((at % 24) / 8)];
    const release = { function_version: '1', alias: 'live' };
    return result(24 * day + hour, { release, ...(day === 9 && dark) }, now - 9 * 24 - 3);
  });
  for (let at = 0; at < pictures.length; at += 24) {
    await Promise.all(
      pictures.slice(at, at + 24).map(async (picture) => {
        await objects.put(KEYS.input('count-cars', String(picture.id)), new Uint8Array(1), 'image/jpeg');
        await objects.putJson(KEYS.result('count-cars', String(picture.id)), picture);
      }),
    );
  }
}

/** What the schedule does each hour. @returns the state of the report */
async function look(): Promise<string> {
  const FunctionName = outputs.get(DRIFT_FUNCTION_OUTPUT);
  const { Payload, FunctionError } = await new LambdaClient(options).send(new InvokeCommand({ FunctionName }));
  expect(FunctionError).toBeUndefined();
  return JSON.parse(new TextDecoder().decode(Payload)).state;
}

/** The value of the one look so far. At 1, the alarm `Drift` is on; the emulator evaluates none. */
async function metric(): Promise<number[]> {
  const Dimensions = [
    { Name: DIMENSION.endpoint, Value: 'count-cars' },
    { Name: DIMENSION.function, Value: outputs.get('FunctionName') },
  ];
  const Metric = { Namespace: metricNamespace('drifting'), MetricName: DRIFT_METRIC, Dimensions };
  const query = { Id: 'drift', MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
  const range = { StartTime: new Date(Date.now() - HOUR_MS), EndTime: new Date(Date.now() + HOUR_MS) };
  const command = new GetMetricDataCommand({ ...range, MetricDataQueries: [query] });
  const { MetricDataResults = [] } = await new CloudWatchClient(options).send(command);
  return MetricDataResults[0]?.Values ?? [];
}

const drift = (...args: string[]) =>
  promisify(execFile)(
    process.execPath,
    ['cli/drift.ts', 'count-cars', ...args, '--local', '--home', laptop.home, '--deployment', 'drifting'],
    { cwd: PROJECT },
  );

test('a drift is in the report, the metric, a mail and the command', async () => {
  await storePictures();
  expect(await look()).toBe('drift');
  expect(await metric()).toEqual([1]);
  const report = (await bucket().getJson(DRIFT_KEYS.report('count-cars'))) as DriftReport;
  expect(report).toMatchObject({ version: '1', drifts: [{ changes: [{ feature: 'brightness', now: 20 }] }] });
  expect(report.pictures?.before.length).toBeGreaterThan(0);
  expect(report.pictures?.after.length).toBeGreaterThan(0);
  const mail = await eventually('the mail about the drift', async () =>
    lines.find((line) => line.includes('count-cars: the pictures or the answers have changed: darker by 80 %')),
  );
  expect(mail).toContain('since ');
  const { stdout } = (await drift('--json').catch((error) => error)) as { stdout: string; code: number };
  expect({ ...JSON.parse(stdout), at: report.at }).toEqual(report);
});

test('the status has it with pictures, which its page may show, and the command has a line', async () => {
  const { drift: shown } = (await (await fetch(`${laptop.url}/count-cars/status`)).json()) as EndpointStatus;
  expect(shown).toMatchObject({ state: 'drift', version: '1', words: expect.stringContaining('darker by 80 %') });
  const { before = [], after = [] } = shown?.pictures ?? {};
  expect([before.length > 0, after.length > 0]).toEqual([true, true]);
  const { url = '' } = after[0] ?? {};
  expect((await fetch(url)).status).toBe(200);
  const { headers } = await fetch(`${laptop.url}/status`);
  expect(headers.get('content-security-policy')).toContain(new URL(url).origin);
  const options = ['status', 'count-cars', '--local', '--home', laptop.home, '--deployment', 'drifting'];
  const { stdout } = await promisify(execFile)(process.execPath, ['cli/rollout.ts', ...options], { cwd: PROJECT });
  expect(stdout).toMatch(/drift +│ darker by 80 %/);
});

test('an accepted reference ends it', async () => {
  await expect(drift()).rejects.toMatchObject({ code: 3, stdout: expect.stringContaining('darker by 80 %') });
  const { stdout } = await drift('--accept', '--by', 'ann');
  expect(stdout).toContain('accepted by ann. The next look uses it.');
  expect(await look()).toBe('collecting');
  expect((await drift()).stdout).toContain('count-cars: the reference period is not complete\n');
});

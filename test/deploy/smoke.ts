/**
 * Calls the stacks that `ministack.sh` deployed: a picture by HTTP, its presigned URL, an upload to the bucket.
 *
 *   node test/deploy/smoke.ts <outputs of cdk deploy>
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SignatureV4 } from '@smithy/signature-v4';
import { KEYS } from '../../functions/contract.ts';
import { startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { DEFAULT_PLAN } from '../../functions/plan/plan.ts';
import { type Execution, recordsFolder } from '../../functions/records/execution.ts';
import { eventually, step } from './step.ts';

const ENDPOINT = new URL(process.env.AWS_ENDPOINT_URL ?? '');
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const CARS = readFileSync('models/counter-nano/golden/cars.jpg');

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const signer = new SignatureV4({
  service: 'execute-api',
  region: 'us-east-1',
  credentials: CREDENTIALS,
  sha256: Sha256,
});

const [file = ''] = process.argv.slice(2);
const stacks = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>);
const outputs = outputsOf('Platform');
const host = new URL(outputs.ApiUrl ?? '').host;
const bucket = outputs.BucketName ?? '';
const s3 = new S3Client({ forcePathStyle: true, credentials: CREDENTIALS });
const machines = new SFNClient({ credentials: CREDENTIALS });

await step('GET /health is open', async () => {
  assert.equal((await call('GET', '/health', { signed: false })).status, 200);
});
await step('POST /count-cars refuses callers without credentials', async () => {
  assert.equal((await call('POST', '/count-cars', { signed: false, body: CARS, type: 'image/jpeg' })).status, 403);
});
await step('POST /count-cars counts 3 cars, and its URL shows the annotated picture', async () => {
  const form = new FormData();
  form.append('file', new Blob([CARS], { type: 'image/jpeg' }), 'cars.jpg');
  const multipart = new Response(form);
  const answer = await call('POST', '/count-cars', {
    body: Buffer.from(await multipart.arrayBuffer()),
    type: multipart.headers.get('content-type') ?? '',
  });
  assert.equal(answer.status, 200, answer.body.toString());
  const { count, annotated_image } = JSON.parse(answer.body.toString());
  assert.equal(count, 3);
  const picture = await fetch(annotated_image.url);
  assert.equal(picture.status, 200);
  assertJpeg(Buffer.from(await picture.arrayBuffer()));
});
await step('POST /candidate/count-cars reaches the newest version', async () => {
  const answer = await call('POST', '/candidate/count-cars', { body: CARS, type: 'image/jpeg' });
  assert.equal(JSON.parse(answer.body.toString()).count, 3);
});
await step('POST /predict answers with the picture', async () => {
  const answer = await call('POST', '/predict?model=counter-nano', { body: CARS, type: 'image/jpeg' });
  assert.equal(answer.type, 'image/jpeg');
  assertJpeg(answer.body);
});
await step('an upload to the bucket gets its result', async () => {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'uploads/count-cars/street.jpg', Body: CARS }));
  const result = await uploadResult('uploads/count-cars/street.jpg');
  assert.equal(result.count, 3);
});

await step('the state machine runs its first tick: version 1 passes the golden gate', async () => {
  const { FunctionName = '', Machine = '' } = outputsOf('CountCars');
  const { plan = [] } = checkPlan(DEFAULT_PLAN, { kind: 'count', capture: 1 });
  const execution: Execution = {
    endpoint: 'count-cars',
    functionName: FunctionName,
    plan,
    state: startRollout({ live: '1', candidate: '1' }, Date.now()),
    ticks: 0,
  };
  const started = await machines.send(
    new StartExecutionCommand({ stateMachineArn: Machine, input: JSON.stringify(execution) }),
  );
  const name = started.executionArn?.split(':').at(-1) ?? '';
  const record = await objectJson(`${KEYS.audits(recordsFolder(execution, name))}000001.json`);
  await machines.send(new StopExecutionCommand({ executionArn: started.executionArn }));
  const golden = record.findings?.[0];
  assert.deepEqual(golden, { kind: 'event', outcome: 'promote', event: 'golden-passed', pictures: 4 });
  assert.equal(record.traffic, 'version 1: 100 %');
});

interface Call {
  readonly body?: Buffer;
  readonly type?: string;
  readonly signed?: boolean;
}

/** Because MiniStack finds the API by the host header, which `fetch` does not let callers set. */
async function call(method: string, target: string, { body, type, signed = true }: Call = {}): Promise<Reply> {
  const url = new URL(target, `http://${host}`);
  const unsigned = {
    method,
    protocol: 'http:',
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host, ...(type ? { 'content-type': type } : {}) },
    ...(body ? { body } : {}),
  };
  const { headers } = signed ? await signer.sign(unsigned) : unsigned;
  return new Promise((resolve, reject) => {
    const sent = request(new URL(target, ENDPOINT), { method, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body });
    });
    sent.on('error', reject).end(body);
  });
}

function assertJpeg(bytes: Buffer): void {
  assert.equal(bytes.subarray(0, 3).toString('hex'), 'ffd8ff');
}

function outputsOf(id: string): Record<string, string> {
  return stacks.find(([stack]) => stack.endsWith(`-${id}`))?.[1] ?? {};
}

async function objectsBelow(prefix: string): Promise<{ key: string; json: Record<string, never> }[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return { key: Key, json: JSON.parse((await Body?.transformToString()) ?? '') };
    }),
  );
}

function objectJson(key: string): Promise<Record<string, never>> {
  return eventually(key, async () => (await objectsBelow(key))[0]?.json);
}

function uploadResult(key: string): Promise<{ count: number }> {
  return eventually(`a result of ${key}`, async () => {
    const results = await objectsBelow('results/count-cars/');
    return results.find(({ json }) => (json.source as { key?: string } | undefined)?.key === key)?.json as
      | { count: number }
      | undefined;
  });
}

/**
 * Runs a batch job by MiniStack's Distributed Map, the second opinion on the definition: reading of items, parameters,
 * retries, outputs. MiniStack has no item batcher and no result writer, and reads no limits by paths, so the definition
 * is derived from ours without them: each item is a batch of its own, and the answers are the output.
 *
 *   node test/deploy/batch.ts <outputs of cdk deploy>
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { lastSegment } from '../../cli/batch/job-report.ts';
import { uploadId } from '../../functions/api/upload-id.ts';
import { BATCH_KEYS, type BatchAnswer, type BatchLine } from '../../functions/batch-contract.ts';
import { batchDefinition, type ItemKind, LABELS } from '../../lib/batch-definition.ts';
import { eventually, step } from './step.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const CARS = readFileSync('models/counter-nano/golden/cars.jpg');
const PREFIX = BATCH_KEYS.pictures('count-cars');
const ACCOUNT = 'us-east-1:000000000000';

const [file = ''] = process.argv.slice(2);
const stacks = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>);
const outputOf = (stack: string, name: string) => stacks.find(([each]) => each.endsWith(stack))?.[1][name] ?? '';
const bucket = outputOf('Platform', 'BucketName');
const functionArn = `arn:aws:lambda:${ACCOUNT}:function:${outputOf('CountCars', 'FunctionName')}`;
const s3 = new S3Client({ forcePathStyle: true, credentials: CREDENTIALS });
const machines = new SFNClient({ credentials: CREDENTIALS });

/** Fields of our map that MiniStack ignores, or reads as numbers only. */
const LEFT_OUT = ['ItemBatcher', 'ResultWriter', 'MaxConcurrencyPath', 'ToleratedFailurePercentagePath'];

interface OwnMap {
  readonly ItemBatcher: { readonly BatchInput: object };
}

/** Our map without the fields that are left out. A child gets the same input as from a batcher with one item. */
function derived(kind: ItemKind): object {
  const own = batchDefinition(kind, { functionArn, bucket, partition: 'aws' }) as OwnMap;
  const { BatchInput } = own.ItemBatcher;
  const kept = Object.fromEntries(Object.entries(own).filter(([field]) => !LEFT_OUT.includes(field)));
  return {
    ...kept,
    ItemSelector: { BatchInput, 'Items.$': 'States.Array($$.Map.Item.Value)' },
    MaxConcurrency: 2,
    ToleratedFailurePercentage: 0,
    End: true,
  };
}

/** Runs a job. Resolves with the answers to its pictures, in their order. */
async function run(kind: ItemKind, key: string, limit = 100): Promise<BatchLine[]> {
  const name = `batch-${LABELS[kind]}-${limit}`;
  const definition = JSON.stringify({ StartAt: 'Pictures', States: { Pictures: derived(kind) } });
  const roleArn = `arn:aws:iam::000000000000:role/${name}`;
  const { stateMachineArn } = await machines.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  const input = { job: name, source: kind, bucket, key, version: '1', limit, annotate: false };
  const started = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  const { executionArn } = await machines.send(started);
  const ended = await eventually(`the end of ${name}`, async () => {
    const execution = await machines.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });
  assert.equal(ended.status, 'SUCCEEDED', `${ended.error}: ${ended.cause}`);
  const { mapRuns: [mapRun] = [] } = await machines.send(new ListMapRunsCommand({ executionArn }));
  const { itemCounts } = await machines.send(new DescribeMapRunCommand({ mapRunArn: mapRun?.mapRunArn }));
  const answers = JSON.parse(ended.output ?? '[]') as BatchAnswer[];
  assert.deepEqual([itemCounts?.total, itemCounts?.succeeded], [answers.length, answers.length]);
  return answers.flatMap(({ lines }) => lines);
}

const tags = new Map<string, string>();
for (const [index, body] of [CARS, CARS, Buffer.from('broken'), CARS].entries()) {
  const Key = `${PREFIX}${index}.jpg`;
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body }));
  tags.set(Key, ETag);
}
const keys = [...tags.keys()];
const ids = keys.map((key) => uploadId({ bucket, key, version: (tags.get(key) ?? '').replaceAll('"', '') }));

await step('a batch job over a list: three pictures counted, the broken one rejected', async () => {
  const lines = await run('list', PREFIX);
  assert.deepEqual(
    lines.map(({ id, key, count, reason }) => [id, key, count ?? lastSegment(reason ?? '')]),
    keys.map((key, index) => [ids[index], key, index === 2 ? 'unsupported-picture' : 3]),
  );
  assert.ok(lines.every(({ repeated }) => !repeated));
});

await step('again with a limit, as JSON Lines and as CSV: the same ids, and no result twice', async () => {
  const items = keys.map((Key) => ({ Key, Etag: tags.get(Key) ?? '' }));
  const csv = ['Key,Etag', ...items.map(({ Key, Etag }) => `${Key},${Etag.replaceAll('"', '')}`)].join('\n');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'batch.csv', Body: csv }));
  const jsonl = items.map((item) => JSON.stringify(item)).join('\n');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'batch.jsonl', Body: jsonl }));
  const runs = [await run('list', PREFIX, 3), await run('csv', 'batch.csv'), await run('jsonl', 'batch.jsonl')];
  assert.deepEqual(
    runs.map((lines) => lines.map(({ id }) => id)),
    [ids.slice(0, 3), ids, ids],
  );
  assert.ok(runs.flat().every(({ repeated }) => repeated));
});

console.log(`left out, because MiniStack has none: ${LEFT_OUT.join(', ')}; redrives`);

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { uploadId } from '../../functions/api/upload-id.ts';
import { ApiClient } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { KILLED_BY_ONE_PICTURE } from './broken-code.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';
import { golden } from './pictures.ts';

let assembly: Assembly;
let laptop: RunningLaptop;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  assembly = await Assembly.synthesize('../../../lib/endpoints.ts', 'ml-deployment');
  assembly.wrap('count-cars', 'detector', KILLED_BY_ONE_PICTURE);
  laptop = await startLaptop('--speed', '100', '--assembly', assembly.folder);
  const settings = {
    endpoint: laptop.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
  };
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  sqs = new SQSClient(settings);
}, 300_000);
afterAll(async () => {
  await laptop?.stop();
  assembly?.remove();
});

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('a function whose process is killed (SKIPPED WHERE THERE IS NO /proc)', () => {
  test('leaves every accepted upload with exactly one result', async () => {
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_, index) => put(`uploads/count-cars/yard-${index}.jpg`)),
    );
    let kills = 0;
    // Fewer kills than the receives after which SQS moves a message to the dead letters.
    for (let results = 0; results < ids.length; results = (await resultKeys()).length) {
      if (kills < 3 && killDetectors() > 0) kills += 1;
    }
    expect(kills).toBe(3);
    expect((await resultKeys()).toSorted()).toEqual(ids.map((id) => `results/count-cars/${id}.json`).toSorted());
    expect(await waiting('DeadLetters')).toBe(0);
    for (const id of ids) {
      const answer = await fetch(`${laptop.url}/count-cars/predictions/${id}`);
      expect(JSON.parse(await answer.text())).toMatchObject({ id, status: 'done', count: 3 });
    }
  });
});

test('a message that fails repeatedly becomes a dead letter, as does a picture that kills its process', async () => {
  const QueueUrl = await queueUrl('Uploads');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"detail":"not of S3"}' }));
  const names = ['deadly', 'good-1', 'good-2', 'good-3', 'good-4'];
  const [, ...good] = await Promise.all(names.map((name) => put(`uploads/count-cars/${name}.jpg`)));
  const letters = await deadLetters();
  expect(letters).toHaveLength(2);
  expect(letters).toEqual(expect.arrayContaining([expect.stringContaining('deadly.jpg'), '{"detail":"not of S3"}']));
  expect(await resultKeys()).toEqual(expect.arrayContaining(good.map((id) => `results/count-cars/${id}.json`)));
});

describe('npm run erase', () => {
  const erase = (id: string, ...more: string[]) =>
    run(process.execPath, ['cli/erase.ts', 'count-cars', id, '--local', '--home', laptop.home, '--json', ...more]);

  test('deletes an upload and a prediction with all that was made from them, and nothing else', async () => {
    const upload = await put('uploads/count-cars/erased.jpg');
    const { id: predicted = '' } = await api().post('count-cars', golden('cars.jpg'));
    await api().decide('count-cars', predicted, 3);
    await api().decide('count-cars', predicted, 4);
    await putText(`rollouts/count-cars/detect/v2-x/shadow/${predicted}.json`);
    await putText('rollouts/count-cars/detect/v2-x/shadow.json');
    while ((await fetch(`${laptop.url}/count-cars/predictions/${upload}`)).status !== 200);
    const isErased = ([key = '']: readonly string[]) =>
      /erased\.jpg/.test(key) || [upload, predicted].some((id) => key.includes(id));
    const before = await allVersions();
    expect(before.filter(isErased)).toHaveLength(10);
    for (const id of [upload, predicted]) {
      const receipt = JSON.parse((await erase(id, '--yes')).stdout);
      expect(receipt).toMatchObject({ endpoint: 'count-cars', id, bucket: laptop.bucket, complete: true, failed: [] });
    }
    expect(await allVersions()).toEqual(before.filter((each) => !isErased(each)));
    expect((await fetch(`${laptop.url}/count-cars/predictions/${predicted}`)).status).toBe(404);
    expect(JSON.parse((await erase(predicted)).stdout)).toMatchObject({ complete: true, deleted: [] });
  });

  test('is refused without a confirmation, and shows what it would delete', async () => {
    const [result = ''] = await resultKeys();
    const id = result.slice('results/count-cars/'.length, -'.json'.length);
    await expect(erase(id)).rejects.toMatchObject({
      code: 2,
      stderr: 'Expected --yes where no terminal can confirm the deletion, received none\n',
    });
    expect(JSON.parse((await erase(id, '--dry-run')).stdout)).toContainEqual(
      expect.objectContaining({ kind: 'result', key: result }),
    );
    expect(await resultKeys()).toContain(result);
    await expect(erase('no-id')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Expected an id') });
  });
});

const run = promisify(execFile);
const api = () => new ApiClient(laptop.url);

/** Key and version of every version and delete marker of the bucket. */
async function allVersions(): Promise<string[][]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: laptop.bucket }));
  return [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId = '' }) => [Key, VersionId]);
}

async function putText(Key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: laptop.bucket, Key, Body: '{}' }));
}

async function put(key: string): Promise<string> {
  const body = golden('cars.jpg');
  const { VersionId = '', ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket: laptop.bucket, Key: key, Body: body }),
  );
  return uploadId({ bucket: laptop.bucket, key, version: VersionId || ETag.replaceAll('"', '') });
}

/** Bodies of the dead letters when no message of the uploads is left. */
async function deadLetters(): Promise<string[]> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const QueueUrl = await queueUrl('DeadLetters');
  const bodies: string[] = [];
  for (;;) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await queueUrl('Uploads'), AttributeNames: [...AttributeNames] }),
    );
    const left = AttributeNames.some((name) => Attributes[name] !== '0');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: left ? 1 : 0 }),
    );
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    if (!left && Messages.length === 0) return bodies;
  }
}

async function resultKeys(): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: laptop.bucket, Prefix: 'results/count-cars/' }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

/** Kills every process of count-cars's detector, as the kernel does when memory runs out. */
function killDetectors(): number {
  const detectors = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isDetector(pid));
  return detectors.filter((pid) => kill(Number(pid))).length;
}

/** @returns false for a process that has ended meanwhile */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function isDetector(pid: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environment.includes(laptop.home) && /AWS_LAMBDA_FUNCTION_NAME=\S*CountCars-Detector/.test(environment);
  } catch {
    return false;
  }
}

async function queueUrl(name: string): Promise<string> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const url = QueueUrls.find((each) => each.includes('CountCars') && each.includes(name));
  if (!url) throw new Error(`Expected a queue ${name} of CountCars, received ${QueueUrls.join(', ')}`);
  return url;
}

async function waiting(name: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await queueUrl(name), AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages);
}

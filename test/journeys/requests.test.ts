import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, type Dimension, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { uploadId } from '../../functions/api/upload-id.ts';
import { DIMENSION, METRIC, metricNamespace } from '../../functions/contract.ts';
import { Traffic } from '../../functions/rollout/traffic.ts';
import { stackId } from '../../lib/check-config.ts';
import { deployment } from '../../lib/endpoints.ts';
import { ODD_INPUTS } from '../detect/fixtures/odd-inputs.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';
import { golden } from './pictures.ts';

let laptop: RunningLaptop;
let s3: S3Client;
let cloudWatch: CloudWatchClient;
/** Name of the detect function of `count-cars`. */
let functionName: string;

const DAY_MS = 24 * 3_600_000;

beforeAll(async () => {
  laptop = await startLaptop('--speed', '100');
  const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
  const client = { endpoint: laptop.aws.replace('localhost', '127.0.0.1'), region: 'us-east-1', credentials };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  cloudWatch = new CloudWatchClient(client);
  const StackName = `${deployment.name}-CountCars`;
  const { Stacks: [stack] = [] } = await new CloudFormationClient(client).send(
    new DescribeStacksCommand({ StackName }),
  );
  functionName = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'FunctionName')?.OutputValue ?? '';
}, 300_000);
afterAll(() => laptop?.stop());

function form(picture: Uint8Array, fields: Record<string, string> = {}): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([new Uint8Array(picture)]), 'picture.jpg');
  return body;
}

/** Number of answered requests: by all versions, and by version 1 as live traffic. */
async function predictions(endpoint: string): Promise<{ all: number; version1: number }> {
  const service = { Name: DIMENSION.endpoint, Value: endpoint };
  const version1 = [
    { Name: DIMENSION.function, Value: functionName },
    { Name: DIMENSION.version, Value: '1' },
  ];
  const metric = (Dimensions: Dimension[]) => ({
    Metric: { Namespace: metricNamespace(deployment.name), MetricName: METRIC.predictions, Dimensions },
    Period: 60,
    Stat: 'Sum',
  });
  const query = new GetMetricDataCommand({
    MetricDataQueries: [
      { Id: 'all', MetricStat: metric([service]) },
      { Id: 'version1', MetricStat: metric([service, ...version1]) },
    ],
    // Because the emulator's clock runs ahead.
    StartTime: new Date(Date.now() - DAY_MS),
    EndTime: new Date(Date.now() + DAY_MS),
  });
  const { MetricDataResults = [] } = await cloudWatch.send(query);
  const [all = 0, own = 0] = MetricDataResults.map(({ Values = [] }) => Values.reduce((sum, each) => sum + each, 0));
  return { all, version1: own };
}

/** Answers are compared field by field. */
type Answer = Awaited<ReturnType<typeof JSON.parse>>;
const read = async (response: Response): Promise<Answer> => JSON.parse(await response.text());

const post = (path: string, init: RequestInit) => fetch(`${laptop.url}${path}`, { method: 'POST', ...init });

/** Polls until the prediction exists, because the queue in between gives no sign. */
async function result(path: string): Promise<Answer> {
  for (;;) {
    const answer = await fetch(`${laptop.url}${path}`);
    if (answer.status === 200) return read(answer);
    expect([202, 404]).toContain(answer.status);
    await answer.text();
  }
}

describe('the four sample pictures', () => {
  test.each([
    ['count-apples', 'apples.jpg', 5, 'apple'],
    ['count-cars', 'cars.jpg', 3, 'car'],
    ['count-plants', 'plants.jpg', 3, 'potted plant'],
    ['count-cars', 'empty-road.jpg', 0, 'car'],
  ])('%s counts %s: %d', async (endpoint, name, count, label) => {
    const response = await post(`/${endpoint}`, { body: form(golden(name)) });
    const answer = await read(response);
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({ endpoint, status: 'done', count, counts: count > 0 ? { [label]: count } : {} });
    const own = expect.stringContaining(`${deployment.name}-${stackId(endpoint)}-`);
    expect(answer.release).toEqual({ function_name: own, function_version: '1', alias: 'live' });
    expect(answer.detections).toHaveLength(count);
    const picture = await fetch(answer.annotated_image.url);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    const { width, height } = await sharp(await picture.arrayBuffer()).metadata();
    expect([width, height]).toEqual([960, 640]);
  });
});

describe('one picture in every request format', () => {
  test('raw bytes, JSON base64, a data URL and a form give the same detections', async () => {
    const picture = golden('cars.jpg');
    const base64 = picture.toString('base64');
    const json = (image: string) => ({
      body: JSON.stringify({ image }),
      headers: { 'content-type': 'application/json' },
    });
    const answers = await Promise.all(
      [
        { body: form(picture) },
        { body: new Uint8Array(picture), headers: { 'content-type': 'image/jpeg' } },
        json(base64),
        json(`data:image/jpeg;base64,${base64}`),
      ].map(async (init) => read(await post('/count-cars', init))),
    );
    const [first, ...others] = answers.map(({ detections }) => detections);
    expect(first).toHaveLength(3);
    for (const other of others) expect(other).toEqual(first);
  });

  test('the candidate answers on its own path', async () => {
    const answer = await read(await post('/candidate/count-cars', { body: form(golden('cars.jpg')) }));
    expect(answer).toMatchObject({ count: 3, release: { alias: 'candidate' } });
  });

  test('requests to the candidate’s own path are counted, but not as live traffic of its version', async () => {
    const before = await predictions('count-cars');
    await post('/candidate/count-cars', { body: form(golden('cars.jpg')) });
    let after = before;
    while (after.all === before.all) after = await predictions('count-cars');
    expect(after).toEqual({ all: before.all + 1, version1: before.version1 });
  });
});

describe('the course lab’s client', () => {
  const lab = (query: string, body = form(golden('cars.jpg'))) =>
    post(`/predict?${query}`, { body, headers: { accept: '*/*' } });

  test('gets a JPEG with boxes', async () => {
    const response = await lab('model=counter-nano');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const { data } = await sharp(await response.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { data: before } = await sharp(golden('cars.jpg')).raw().toBuffer({ resolveWithObject: true });
    expect(data.length).toBe(before.length);
    const changed = data.filter((value, index) => Math.abs(value - (before[index] ?? 0)) > 60).length;
    expect(changed).toBeGreaterThan(3000);
  });

  test('gets its own sentence for a text file', async () => {
    const response = await lab('model=counter-nano', form(Buffer.from('I am no picture')));
    expect(response.status).toBe(415);
    expect(await read(response)).toMatchObject({ detail: 'Unsupported file provided.' });
  });

  test('a lower confidence finds more', async () => {
    const found = async (confidence: string) =>
      Number((await lab(`model=counter-nano&confidence=${confidence}`)).headers.get('x-count'));
    expect(await found('0.2')).toBeGreaterThan(await found('0.85'));
  });
});

/** One input for each documented answer; the unit tests of functions/detect send them all. */
const EXAMPLES = [...new Map(ODD_INPUTS.map((input) => [input.problem ?? 'answered', input])).values()];

describe('odd inputs', () => {
  test.each(EXAMPLES.map((input) => [input.name, input] as const))(
    '%s',
    async (_name, { request, status, problem }) => {
      const { path = '/count-cars', ...init } = await request();
      const response = await post(path, init);
      const type = response.headers.get('content-type');
      const answer = await read(response);
      expect({ status: response.status, type: answer.type }).toEqual({ status, type: problem && `/docs#${problem}` });
      expect(type).toBe(problem ? 'application/problem+json' : 'application/json');
      const next = await post('/count-cars', { body: form(golden('empty-road.jpg')) });
      expect((await read(next)).count).toBe(0);
    },
  );
});

describe('predictions and decisions', () => {
  test('a result can be read again, with a human’s decision', async () => {
    const { id } = await read(await post('/count-cars?decision=4', { body: form(golden('cars.jpg')) }));
    const path = `/count-cars/predictions/${id}`;
    expect(await result(path)).toMatchObject({ id, count: 3, decision: { count: 4 }, annotated_image: { width: 960 } });
    const put = await fetch(`${laptop.url}${path}/decision`, {
      method: 'PUT',
      body: JSON.stringify({ count: 3, by: 'Ada' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await read(put)).toMatchObject({ id, decision: { count: 3, by: 'Ada' } });
    expect(await result(path)).toMatchObject({ decision: { count: 3, by: 'Ada' } });
  });

  test('an unknown id is a 404', async () => {
    const unknown = await fetch(`${laptop.url}/count-cars/predictions/00000000-0000-7000-8000-000000000000`);
    expect([unknown.status, (await read(unknown)).type]).toEqual([404, '/docs#prediction-not-found']);
    const path = await fetch(`${laptop.url}/count-cars/predictions/..%2F..%2Finputs`);
    expect(path.status).toBe(404);
  });
});

describe('uploads', () => {
  const put = (key: string, body: Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: laptop.bucket, Key: key, Body: body, ContentType: 'image/jpeg' }));

  test('a picture put by an S3 client gets its result under the id of its version', async () => {
    const key = 'uploads/count-cars/yard/cars.jpg';
    const { VersionId, ETag } = await put(key, golden('cars.jpg'));
    const version = VersionId ?? (ETag ?? '').replaceAll('"', '');
    const id = uploadId({ bucket: laptop.bucket, key, version });
    const found = await result(`/count-cars/predictions/${id}`);
    expect(found).toMatchObject({ status: 'done', count: 3, source: { kind: 'upload', key } });
    const stored = await s3.send(
      new ListObjectsV2Command({ Bucket: laptop.bucket, Prefix: `results/count-cars/${id}` }),
    );
    expect(stored.KeyCount).toBe(1);
  });

  test('a corrupt upload gets one rejected result', async () => {
    const key = 'uploads/count-cars/broken.jpg';
    const { VersionId, ETag } = await put(key, golden('cars.jpg').subarray(0, 20_000));
    const version = VersionId ?? (ETag ?? '').replaceAll('"', '');
    const found = await result(`/count-cars/predictions/${uploadId({ bucket: laptop.bucket, key, version })}`);
    expect(found).toMatchObject({ status: 'rejected', problem: { status: 422, type: '/docs#undecodable-picture' } });
  });

  test('a presigned POST accepts one picture of the agreed type, and its id has the result', async () => {
    const ticket = await read(await post('/count-cars/uploads?decision=3', {}));
    const send = (fields: Record<string, string>, bytes: Uint8Array) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append('file', new Blob([new Uint8Array(bytes)]), 'cars.jpg');
      return fetch(ticket.url, { method: 'POST', body });
    };
    const wrongType = await send({ ...ticket.fields, 'Content-Type': 'text/html' }, golden('cars.jpg'));
    expect([wrongType.status, await wrongType.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
    const tooLarge = await send(ticket.fields, Buffer.alloc(ticket.max_bytes + 1));
    expect([tooLarge.status, await tooLarge.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')]);
    const otherKey = await send({ ...ticket.fields, key: 'results/count-cars/x.json' }, golden('cars.jpg'));
    expect(otherKey.status).toBe(403);
    expect((await send(ticket.fields, golden('cars.jpg'))).status).toBe(204);
    expect(await result(ticket.prediction)).toMatchObject({ id: ticket.id, count: 3, decision: { count: 3 } });
  });

  test('an altered presigned URL is rejected', async () => {
    const { annotated_image } = await read(await post('/count-cars', { body: form(golden('cars.jpg')) }));
    const other = annotated_image.url.replace('/annotated/', '/inputs/').replace('.jpg?', '?');
    const rejected = await fetch(other);
    expect([rejected.status, await rejected.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
  });
});

test('the processes of the live version have recorded their cold starts and first requests', async () => {
  const subject = { namespace: metricNamespace(deployment.name), endpoint: 'count-cars', functionName };
  // Because the emulator's clock runs ahead.
  const now = new Date(Date.now() + DAY_MS);
  const times = await new Traffic(cloudWatch, subject).usualTimes('1', now);
  expect(times?.coldStarts?.starts).toBeGreaterThanOrEqual(1);
  expect(times?.coldStarts?.medianMs).toBeGreaterThan(10);
  expect(times?.firstSlowerThanMs).toBeGreaterThan(1);
  expect(times?.slowerThanMs).toBeGreaterThan(1);
});

import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { uploadId } from '../../functions/api/upload-id.ts';
import { KEYS } from '../../functions/contract.ts';
import { answerUploads } from '../../functions/detect/uploads.ts';
import { uploadName } from '../../functions/records/recorded-requests.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, type TestContext, testContext } from './fixtures/context.ts';
import { eventBridgeMessage, queueEvent, s3Message, type TestUpload, uploadEvent } from './fixtures/events.ts';

const CARS = golden('cars.jpg');

const idOf = (key: string, version = 'etag') => uploadId({ bucket: 'bucket', key, version });
const keyOf = (name: string) => `uploads/count-cars/${name}`;

function upload(context: TestContext, name: string, bytes: Uint8Array = CARS, metadata = {}): string {
  const key = keyOf(name);
  context.bucket.stored.set(key, { bytes, metadata });
  return key;
}

const resultOf = (context: TestContext, id: string) => context.bucket.json(KEYS.result('count-cars', id));

const answer = (context: TestContext, ...uploads: TestUpload[]) => answerBatch(context, uploadEvent(...uploads));

async function answerBatch(context: TestContext, event: SQSEvent): Promise<string[]> {
  const { batchItemFailures } = await answerUploads(event, invocation(), context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

/** So that the time of a result, which its note has in the key, is another one. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise(setImmediate);
}

const endings = ({ records }: TestContext) => records.map(({ ending }) => ending);

beforeEach(() => jest.spyOn(console, 'error').mockImplementation());

describe('an upload', () => {
  test('gets one result under the id of its bucket, key and version', async () => {
    const context = testContext();
    const key = upload(context, 'yard/a.jpg', CARS, { confidence: '0.2', 'max-side': '320', mtime: '1' });
    expect(await answer(context, { key, versionId: 'v1' })).toEqual([]);
    expect(resultOf(context, idOf(key, 'v1'))).toMatchObject({
      status: 'done',
      source: { kind: 'upload', bucket: 'bucket', key, version: 'v1' },
      request: { confidence: 0.2, max_side: 320 },
      release: { function_version: '7', alias: 'live' },
    });
    expect(endings(context)).toEqual(['prediction']);
  });

  test('by a ticket gets the promised id', async () => {
    const id = '01998b3c-0000-7000-8000-000080000000';
    const context = testContext();
    await answer(context, { key: upload(context, `id=${id}`) });
    expect(resultOf(context, id)).toMatchObject({ id, count: 3 });
  });

  test('is answered once, however often its event comes', async () => {
    const context = testContext();
    const key = upload(context, 'a.jpg');
    await answer(context, { key }, { key });
    await answer(context, { key });
    expect(endings(context)).toEqual(['prediction']);
  });

  test.each([
    ['a picture', CARS],
    ['a text', Buffer.from('I am no picture')],
  ])('is noted once where two deliveries of %s are answered at the same time', async (_, bytes) => {
    const context = testContext();
    const key = upload(context, 'a.jpg', bytes);
    const { objects } = context;
    const first = Promise.withResolvers<string[]>();
    // Fetches the picture when the other delivery has its result.
    const slow = Object.assign(Object.create(objects), {
      get: async (...args: Parameters<typeof objects.get>) => {
        if (args[0] === key) await first.promise.then(nextMillisecond);
        return objects.get(...args);
      },
    });
    const second = answer({ ...context, objects: slow }, { key });
    await nextMillisecond();
    first.resolve(answer(context, { key }));
    expect([await first.promise, await second]).toEqual([[], []]);
    expect([...context.bucket.stored.keys()].filter((each) => each.startsWith('inputs/'))).toHaveLength(1);
  });

  test('is stored for a human where a human answers', async () => {
    const context = testContext({ ...HUMAN, name: 'count-cars' });
    const key = upload(context, 'a.jpg', CARS, { decision: '2' });
    expect(await answer(context, { key })).toEqual([]);
    expect(resultOf(context, idOf(key))).toMatchObject({ status: 'human', request: { decision: 2 } });
  });
});

describe('an upload is rejected, and not retried,', () => {
  const rejected: [string, Uint8Array, object, number, string][] = [
    ['as damaged', CARS.subarray(0, 20_000), {}, 422, 'undecodable-picture'],
    ['as text', Buffer.from('I am no picture'), {}, 415, 'unsupported-picture'],
    ['without bytes', new Uint8Array(), {}, 400, 'empty-picture'],
    ['for an option out of its range', CARS, { confidence: '2' }, 400, 'invalid-options'],
    ['for a model of another endpoint', CARS, { model: 'yolo' }, 400, 'invalid-options'],
  ];

  test.each(rejected)('%s', async (_what, bytes, metadata, status, type) => {
    const context = testContext();
    const key = upload(context, 'a.jpg', bytes, metadata);
    expect(await answer(context, { key })).toEqual([]);
    const problem = { status, type: `/docs#${type}`, instance: 'request-1' };
    expect(resultOf(context, idOf(key))).toMatchObject({ id: idOf(key), status: 'rejected', problem });
    expect(endings(context)).toEqual(['rejection']);
  });

  test('and noted for shadows, so that a candidate is tried on it', async () => {
    const context = testContext();
    const key = upload(context, 'a.jpg', Buffer.from('text'));
    await answer(context, { key });
    const { created_at } = resultOf(context, idOf(key)) as { created_at: string };
    const note = KEYS.input('count-cars', uploadName(Date.parse(created_at), idOf(key)));
    expect(context.bucket.json(note)).toEqual({ id: idOf(key) });
  });

  test('over the limit of bytes, without being fetched', async () => {
    const context = testContext();
    const key = keyOf('large.jpg');
    context.bucket.failing = /^uploads/;
    expect(await answer(context, { key, bytes: COUNT_CARS.maxUploadBytes + 1 })).toEqual([]);
    expect(resultOf(context, idOf(key))).toMatchObject({ problem: { status: 413, type: '/docs#picture-too-large' } });
  });

  test('when it was deleted before it was read', async () => {
    const context = testContext();
    const key = keyOf('gone.jpg');
    expect(await answer(context, { key })).toEqual([]);
    expect(resultOf(context, idOf(key))).toMatchObject({ problem: { status: 404 } });
  });
});

describe('an upload is retried', () => {
  test('alone, where the store fails for it, while the others of the batch are answered', async () => {
    const context = testContext();
    const keys = ['a', 'b', 'c'].map((name) => upload(context, `${name}.jpg`));
    context.bucket.failing = /b\.jpg$/;
    expect(await answer(context, ...keys.map((key) => ({ key })))).toEqual(['message-1']);
    expect(endings(context)).toEqual(['prediction', 'failure', 'prediction']);
    expect(resultOf(context, idOf(keyOf('b.jpg')))).toBeUndefined();
  });

  test('and counted as failed, where its rejection cannot be stored', async () => {
    const context = testContext();
    const key = upload(context, 'a.jpg', Buffer.from('text'));
    context.bucket.failing = /^results/;
    expect(await answer(context, { key })).toEqual(['message-0']);
    expect(endings(context)).toEqual(['failure']);
  });

  test('where its message is not an event of S3', async () => {
    const context = testContext();
    const key = upload(context, 'a.jpg');
    expect(await answerBatch(context, queueEvent('{"detail":"not of S3"}', s3Message({ key })))).toEqual(['message-0']);
    expect(endings(context)).toEqual(['prediction']);
    expect(context.logs).toContainEqual({ level: 'error', text: 'message is no event of S3, will be retried' });
  });
});

describe('a message', () => {
  test('of EventBridge and one of S3 about the same upload lead to one result', async () => {
    const context = testContext();
    const key = upload(context, 'a photo+ü.jpg');
    const [bridged, direct] = [eventBridgeMessage({ key, versionId: 'v1' }), s3Message({ key, versionId: 'v1' })];
    expect(await answerBatch(context, queueEvent(bridged, direct))).toEqual([]);
    expect(endings(context)).toEqual(['prediction']);
    expect(resultOf(context, idOf(key, 'v1'))).toMatchObject({ source: { key, version: 'v1' } });
  });

  test('with several records leads to a result for each, and returns where one fails', async () => {
    const context = testContext();
    const keys = ['a', 'b', 'c'].map((name) => upload(context, `${name}.jpg`));
    const message = s3Message(...keys.map((key) => ({ key })));
    context.bucket.failing = /a\.jpg$/;
    expect(await answerBatch(context, queueEvent(message))).toEqual(['message-0']);
    expect(endings(context)).toEqual(['failure', 'prediction', 'prediction']);
    context.bucket.failing = undefined;
    expect(await answerBatch(context, queueEvent(message))).toEqual([]);
    expect(endings(context)).toEqual(['failure', 'prediction', 'prediction', 'prediction']);
  });

  test('about another endpoint or bucket is ignored, and deleted', async () => {
    const context = testContext();
    const others = [{ key: 'uploads/count-apples/a.jpg' }, { bucket: 'other', key: keyOf('a.jpg') }];
    expect(await answer(context, ...others)).toEqual([]);
    expect(context.bucket.writes).toEqual([]);
    const ignored = { level: 'info', text: 'ignored upload of another endpoint or bucket' };
    expect(context.logs).toEqual([ignored, ignored]);
  });

  test('that S3 sends to test the notification is deleted', async () => {
    const context = testContext();
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-11-26T12:00:00.000Z', Bucket: 'bucket' };
    expect(await answerBatch(context, queueEvent(JSON.stringify(test)))).toEqual([]);
    expect(endings(context)).toEqual([]);
  });
});

test('in a batch, only the first upload is measured from the invocation', async () => {
  const context = testContext();
  const uploads = ['a', 'b'].map((name) => ({ key: upload(context, `${name}.jpg`) }));
  await answerUploads(uploadEvent(...uploads), invocation({ startedAt: performance.now() - 60_000 }), context);
  const [first = 0, second = 0] = context.records.map(({ durationMs }) => durationMs);
  expect(first).toBeGreaterThanOrEqual(60_000);
  expect(second).toBeLessThan(60_000);
});

test('an upload’s id is what sha256sum prints', () => {
  const text = 'bucket\nuploads/count-cars/a.jpg\nv1';
  expect(idOf(keyOf('a.jpg'), 'v1')).toBe(createHash('sha256').update(text).digest('hex').slice(0, 32));
});

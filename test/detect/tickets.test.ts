import { uploadId } from '../../functions/api/upload-id.ts';
import { KEYS } from '../../functions/contract.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { answerUploads } from '../../functions/detect/uploads.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, PREDICT, type TestContext, testContext } from './fixtures/context.ts';
import { httpEvent, uploadEvent } from './fixtures/events.ts';

const ID = '01998b3c-0000-7000-8000-000080000000';
const CARS = golden('cars.jpg');
const EMPTY = golden('empty-road.jpg');
const DAMAGED = CARS.subarray(0, 20_000);
const HUMAN_CARS = { ...HUMAN, name: 'count-cars' };
const KEY = KEYS.ticketedUpload('count-cars', ID);

beforeEach(() => jest.spyOn(console, 'error').mockImplementation());

/** The id under which the picture of another ticket is rejected. */
const ownId = (version: string) => uploadId({ bucket: 'bucket', key: KEY, version });
const resultOf = (context: TestContext, id = ID) => context.bucket.json(KEYS.result('count-cars', id));
const endings = ({ records }: TestContext) => records.map(({ ending }) => ending);
const metadata = { decision: '4' };

async function answer(context: TestContext, bytes: Uint8Array, versionId: string): Promise<void> {
  context.bucket.stored.set(KEY, { bytes, metadata });
  const { batchItemFailures } = await answerUploads(uploadEvent({ key: KEY, versionId }), invocation(), context);
  expect(batchItemFailures).toEqual([]);
}

const REFUSED = {
  status: 'rejected',
  problem: {
    status: 409,
    type: '/docs#ticket-used',
    errors: [{ field: 'upload', expected: 'a ticket for each picture' }],
  },
};

describe.each([
  ['a model', COUNT_CARS, { status: 'done', count: 3 }],
  ['a human', HUMAN_CARS, { status: 'human' }],
])('one ticket is for one picture, where %s answers:', (_who, settings, first) => {
  test('the second picture is rejected under an id of its own', async () => {
    const context = testContext(settings);
    await answer(context, CARS, 'v1');
    const stored = new Map(context.bucket.stored);
    await answer(context, EMPTY, 'v2');
    expect(resultOf(context)).toMatchObject({ ...first, source: { version: 'v1' } });
    expect(resultOf(context, ownId('v2'))).toMatchObject(REFUSED);
    for (const key of [KEYS.annotated, KEYS.input, KEYS.decision].map((of) => of('count-cars', ID)))
      expect([key, context.bucket.stored.get(key)]).toEqual([key, stored.get(key)]);
    expect(endings(context)).toEqual(['prediction', 'rejection']);
  });

  test('events of both that come again change nothing', async () => {
    const context = testContext(settings);
    await answer(context, CARS, 'v1');
    await answer(context, EMPTY, 'v2');
    const writes = context.bucket.writes.length;
    await answer(context, EMPTY, 'v2');
    await answer(context, CARS, 'v1');
    expect(context.bucket.writes).toHaveLength(writes);
  });

  test.each([
    ['whole, whole', CARS, EMPTY],
    ['damaged, whole', DAMAGED, CARS],
    ['whole, damaged', CARS, DAMAGED],
    ['damaged, damaged', DAMAGED, DAMAGED],
  ])('of two at the same time, one has the result and all that belongs to it (%s)', async (_what, one, two) => {
    const context = testContext(settings);
    const pictures = new Map([
      ['v1', one],
      ['v2', two],
    ]);
    const read = context.objects.get.bind(context.objects);
    jest.spyOn(context.objects, 'get').mockImplementation(async (key, version) => {
      const picture = version === undefined ? undefined : pictures.get(version);
      return picture ? { bytes: picture, contentType: undefined, metadata, tag: '' } : read(key, version);
    });
    context.bucket.stored.set(KEY, { bytes: one, metadata });
    const events = ['v1', 'v2'].map((versionId) =>
      answerUploads(uploadEvent({ key: KEY, versionId }), invocation(), context),
    );
    await Promise.all(events);
    const { source } = resultOf(context) as { source: { version: string } };
    const loser = source.version === 'v1' ? 'v2' : 'v1';
    expect(resultOf(context, ownId(loser))).toMatchObject(REFUSED);
    const claimed = context.bucket.stored.get(
      (settings === COUNT_CARS ? KEYS.annotated : KEYS.input)('count-cars', ID),
    );
    if (one !== DAMAGED && two !== DAMAGED) expect(claimed?.metadata).toEqual({ version: source.version });
  });
});

test('an attempt that ended before its result was stored is completed by the next one', async () => {
  const context = testContext();
  context.bucket.stored.set(KEY, { bytes: CARS, metadata });
  const replace = jest.spyOn(context.objects, 'replaceJson').mockRejectedValueOnce(new Error('503'));
  const event = uploadEvent({ key: KEY, versionId: 'v1' });
  expect((await answerUploads(event, invocation(), context)).batchItemFailures).toHaveLength(1);
  expect(resultOf(context)).toBeUndefined();
  replace.mockRestore();
  await answer(context, CARS, 'v1');
  expect(resultOf(context)).toMatchObject({ status: 'done', source: { version: 'v1' } });
});

test('an upload does not replace an HTTP prediction whose id it has as its name', async () => {
  const context = testContext();
  const request = { path: '/count-cars', body: CARS, headers: { 'content-type': 'image/jpeg' } };
  const { body = '' } = await answerHttp(await httpEvent(request), invocation(), context);
  const { id } = JSON.parse(body);
  const [result, annotated] = [KEYS.result, KEYS.annotated].map((of) =>
    context.bucket.stored.get(of('count-cars', id)),
  );
  for (const bytes of [EMPTY, DAMAGED]) {
    const key = KEYS.ticketedUpload('count-cars', id);
    context.bucket.stored.set(key, { bytes, metadata: {} });
    await answerUploads(uploadEvent({ key, versionId: `v${bytes.length}` }), invocation(), context);
    expect(context.bucket.stored.get(KEYS.result('count-cars', id))).toBe(result);
    expect(context.bucket.stored.get(KEYS.annotated('count-cars', id))).toBe(annotated);
    const own = uploadId({ bucket: 'bucket', key, version: `v${bytes.length}` });
    expect(resultOf(context, own)).toMatchObject(REFUSED);
  }
});

describe('a decision belongs to the picture that it was made for', () => {
  const route = { routeKey: 'GET /count-cars/predictions/{id}', id: ID };
  const show = async (context: TestContext) => {
    const { body = '' } = await answerHttp(await httpEvent({ method: 'GET' }, route), invocation(), context);
    return JSON.parse(body);
  };
  const decide = async (context: TestContext) => {
    const request = { method: 'PUT', body: '{"count":3,"by":"Ada"}' };
    const event = await httpEvent(request, { routeKey: 'PUT /count-cars/predictions/{id}/decision', id: ID });
    return answerHttp(event, invocation(), context);
  };

  test('it names the version of the upload', async () => {
    const context = testContext();
    await answer(context, CARS, 'v1');
    expect((await show(context)).decision).toMatchObject({ count: 4, version: 'v1' });
    expect((await decide(context)).statusCode).toBe(200);
    expect((await show(context)).decision).toMatchObject({ count: 3, by: 'Ada', version: 'v1' });
  });

  test('of another version it is not shown', async () => {
    const context = testContext();
    await answer(context, EMPTY, 'v2');
    const decision = { count: 3, decided_at: '2026-11-26T08:00:00.000Z' };
    context.bucket.putJson(KEYS.decision('count-cars', ID), { ...decision, version: 'v1' });
    expect((await show(context)).decision).toBeUndefined();
    context.bucket.putJson(KEYS.decision('count-cars', ID), decision);
    expect((await show(context)).decision).toEqual(decision);
  });
});

test.each([
  ['confidence=0.01', 'confidence'],
  ['iou=0.999', 'iou'],
])('a ticket does not promise %s, which the model refuses', async (query, field) => {
  for (const settings of [COUNT_CARS, PREDICT]) {
    const event = await httpEvent(
      { method: 'POST', path: `/${settings.name}/uploads?model=counter-nano&${query}` },
      { routeKey: `POST /${settings.name}/uploads` },
    );
    const { statusCode, body = '' } = await answerHttp(event, invocation(), testContext(settings));
    expect([statusCode, JSON.parse(body).errors[0].field]).toEqual([400, field]);
  }
});

test.each([
  ['a model', PREDICT],
  ['a human', { ...PREDICT, answeredBy: 'human' as const }],
])('a ticket of predict requires a model as predict does, where %s answers', async (_who, settings) => {
  const context = testContext(settings);
  const answerTo = async (path: string) => {
    const routeKey = `POST ${path.split('?')[0]}`;
    const request = { method: 'POST', path, body: CARS, headers: { 'content-type': 'image/jpeg' } };
    const { statusCode, body = '' } = await answerHttp(await httpEvent(request, { routeKey }), invocation(), context);
    const { type, title, errors } = JSON.parse(body);
    return { statusCode, type, title, errors };
  };
  const refused = await answerTo('/predict/uploads');
  expect(refused).toEqual(await answerTo('/predict'));
  expect(refused).toMatchObject({
    statusCode: 400,
    errors: [{ field: 'model', expected: 'one of counter-nano', received: 'none' }],
  });
  expect((await answerTo('/predict/uploads?model=counter-nano')).statusCode).toBe(201);
});

import type { StoredPrediction } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { answerGolden } from '../../functions/detect/golden.ts';
import { predict } from '../../functions/detect/predict.ts';
import { answerReplay } from '../../functions/detect/replay.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, type TestContext, testContext } from './fixtures/context.ts';

const ID = '01998b3c-0000-7000-8000-000080000000';
const EVENT = { kind: 'replay', id: ID } as const;

/** A context whose bucket has one recorded request. */
async function recorded(settings = COUNT_CARS, options = {}): Promise<TestContext> {
  const context = testContext(settings);
  const source = { kind: 'http' } as const;
  const request = { id: ID, picture: golden('cars.jpg'), options, source, createdAt: new Date() };
  await predict({ ...request, invocation: invocation() }, performance.now(), context);
  return context;
}

const replay = (context: TestContext) =>
  answerReplay(EVENT, invocation({ release: { function_version: '8', alias: null } }), context);

test('a replay answers as the recorded request did, by this version', async () => {
  const context = await recorded();
  const result = context.bucket.json(KEYS.result('count-cars', ID)) as Pick<
    StoredPrediction,
    'detections' | 'fingerprint'
  >;
  expect(await replay(context)).toEqual({
    status: 'done',
    function_version: '8',
    detections: result.detections,
    luminance: result.fingerprint?.luminance,
    timing_ms: expect.objectContaining({ infer: expect.any(Number), total: expect.any(Number) }),
  });
});

test('a replay stores and records nothing', async () => {
  const context = await recorded();
  const [writes, records] = [context.bucket.writes.length, context.records.length];
  await replay(context);
  expect(context.bucket.writes).toHaveLength(writes);
  expect(context.records).toHaveLength(records);
});

test('a replay has the options of the recorded request', async () => {
  expect(await replay(await recorded(COUNT_CARS, { confidence: 0.98 }))).toMatchObject({ detections: [] });
});

test('an upload is replayed from where its sender put it', async () => {
  const context = testContext();
  const source = { kind: 'upload', bucket: 'bucket', key: 'uploads/count-cars/a.jpg', version: 'v1' } as const;
  const picture = golden('cars.jpg');
  const request = { id: ID, picture, options: {}, source, createdAt: new Date() };
  await predict({ ...request, invocation: invocation() }, performance.now(), context);
  expect(await replay(context)).toEqual({ status: 'gone', function_version: '8' });
  context.bucket.stored.set(source.key, { bytes: picture });
  const get = jest.spyOn(context.objects, 'get');
  expect(await replay(context)).toMatchObject({ status: 'done', detections: [{}, {}, {}] });
  expect(get).toHaveBeenCalledWith(source.key, 'v1');
});

describe('an upload that live rejected', () => {
  const source = { kind: 'upload', bucket: 'bucket', key: 'uploads/count-cars/a.jpg', version: 'v1' } as const;

  function rejected(bytes: Uint8Array, metadata: Record<string, string> = {}): TestContext {
    const context = testContext();
    const problem = { type: '/docs#x', title: 'x', status: 422, detail: 'x', errors: [] };
    const about = { id: ID, endpoint: 'count-cars', created_at: new Date().toISOString(), source, problem };
    const release = { function_version: '1', alias: 'live' };
    context.bucket.putJson(KEYS.result('count-cars', ID), { ...about, release, status: 'rejected' });
    context.bucket.stored.set(source.key, { bytes, metadata });
    return context;
  }

  test('is replayed with the options of its metadata', async () => {
    expect(await replay(rejected(golden('cars.jpg')))).toMatchObject({ status: 'done', detections: [{}, {}, {}] });
    const strict = rejected(golden('cars.jpg'), { confidence: '0.98' });
    expect(await replay(strict)).toMatchObject({ status: 'done', detections: [] });
  });

  test('is rejected again where this version rejects it, too', async () => {
    const answer = await replay(rejected(golden('cars.jpg'), { confidence: '7' }));
    expect(answer).toMatchObject({ status: 'failed', problem: { status: 400 } });
  });
});

test('a request that a human answers is replayed by the model', async () => {
  const answer = await replay(await recorded(HUMAN, { decision: 9 }));
  expect(answer).toMatchObject({ status: 'done', detections: [{ label: 'car' }, { label: 'car' }, { label: 'car' }] });
});

describe('a recorded request is gone', () => {
  test.each([['results'], ['inputs']])('without its object in %s', async (folder) => {
    const context = await recorded();
    context.bucket.stored.delete([...context.bucket.stored.keys()].find((key) => key.startsWith(folder)) ?? '');
    expect(await replay(context)).toEqual({ status: 'gone', function_version: '8' });
  });
});

describe('a replay fails with a problem', () => {
  test('where the recorded options are out of today’s range', async () => {
    const context = await recorded();
    const key = KEYS.result('count-cars', ID);
    context.bucket.putJson(key, { ...(context.bucket.json(key) as object), request: { max_side: 8 } });
    expect(await replay(context)).toMatchObject({ status: 'failed', problem: { status: 400 } });
  });

  test('where the store is unavailable', async () => {
    const context = await recorded();
    context.bucket.failing = /^inputs/;
    expect(await replay(context)).toMatchObject({ status: 'failed', problem: { status: 503, instance: 'request-1' } });
    expect(context.logs.at(-1)).toEqual({ level: 'error', text: 'replay failed' });
  });
});

test.each([undefined, 'counter-nano'])('golden pictures of a model are found as expected: %s', async (model) => {
  const event = { kind: 'golden', ...(model !== undefined && { model }) } as const;
  const { function_version, models, findings } = await answerGolden(event, invocation(), testContext());
  expect(function_version).toBe('7');
  expect(models).toEqual(['counter-nano']);
  expect(findings.map(({ picture, expected, found }) => [picture, found.length - expected.length])).toEqual(
    findings.map(({ picture }) => [picture, 0]),
  );
  expect(new Set(findings.map(({ model }) => model))).toEqual(new Set(['counter-nano']));
});

test('golden pictures of a model that the endpoint does not have are an error', async () => {
  const event = { kind: 'golden', model: 'other' } as const;
  await expect(answerGolden(event, invocation(), testContext())).rejects.toThrow('Expected one of counter-nano');
});

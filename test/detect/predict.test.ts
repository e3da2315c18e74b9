import sharp from 'sharp';
import type { RequestOptions } from '../../functions/api/options.ts';
import { type Source, type StoredPrediction, storedPredictionSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { decodeSeconds } from '../../functions/detect/context.ts';
import type { Models } from '../../functions/detect/models.ts';
import { predict, runModel } from '../../functions/detect/predict.ts';
import { predictionAnswer } from '../../functions/detect/representation.ts';
import { StoreUnavailableError } from '../../functions/platform/objects.ts';
import { uploadName } from '../../functions/records/recorded-requests.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, testContext } from './fixtures/context.ts';

const ID = '01998b3c-0000-7000-8000-000080000000';
const CREATED = new Date('2026-11-26T08:00:00.000Z');
const HTTP: Source = { kind: 'http' };
const UPLOAD: Source = { kind: 'upload', bucket: 'bucket', key: 'uploads/count-cars/a.jpg', version: 'v1' };
const STEPS = ['decode', 'tensor', 'infer', 'boxes', 'draw', 'encode'];

const request = (options: RequestOptions = {}, source: Source = HTTP, picture = golden('cars.jpg')) => ({
  id: ID,
  picture,
  options,
  source,
  createdAt: CREATED,
  invocation: invocation(),
});

const countCars = (id: string) => ({
  annotated: KEYS.annotated('count-cars', id),
  result: KEYS.result('count-cars', id),
  input: KEYS.input('count-cars', id),
  decision: KEYS.decision('count-cars', id),
});

describe('an HTTP request', () => {
  test('is answered by the model, stored and recorded', async () => {
    const context = testContext();
    const prediction = await predict(request({ decision: 4, max_side: 320 }), performance.now(), context);
    const { bucket } = context;
    const keys = countCars(ID);
    expect(bucket.writes.toSorted()).toEqual(Object.values(keys).toSorted());
    expect(Buffer.from(bucket.stored.get(keys.input)?.bytes ?? [])).toEqual(golden('cars.jpg'));
    expect(bucket.json(keys.decision)).toEqual({ count: 4, decided_at: CREATED.toISOString() });
    expect(bucket.json(keys.result)).toMatchObject({
      id: ID,
      endpoint: 'count-cars',
      status: 'done',
      created_at: CREATED.toISOString(),
      source: HTTP,
      count: 3,
      counts: { car: 3 },
      image: { width: 960, height: 640 },
      model: { name: 'counter-nano', version: '2.0.0' },
      release: { function_version: '7', alias: 'live' },
      request: { decision: 4, max_side: 320 },
      annotated: { key: keys.annotated, width: 320, height: 213 },
      captured: true,
    });
    expect(Object.keys(prediction.result.status === 'done' ? prediction.result.timing_ms : {})).toEqual([
      ...STEPS,
      'store',
      'total',
    ]);
  });

  test('records the whole request, the steps and the objects', async () => {
    const context = testContext();
    const prediction = await predict(request(), performance.now() - 5000, context);
    const timing = prediction.result.status === 'done' ? prediction.result.timing_ms : {};
    const { total, ...steps } = timing;
    expect(total).toBeGreaterThanOrEqual(5000);
    expect(context.records).toEqual([{ ending: 'prediction', durationMs: total, objects: 3, steps }]);
  });

  test('keeps the picture of the configured share of ids', async () => {
    // The last 8 hex digits of the id are half of their range.
    for (const [capture, captured] of [
      [0.5, false],
      [0.51, true],
      [0, false],
    ] as const) {
      const context = testContext({ ...COUNT_CARS, capture });
      const { result } = await predict(request(), performance.now(), context);
      expect(result).toMatchObject({ captured });
      expect(context.bucket.stored.has(countCars(ID).input)).toBe(captured);
    }
  });

  test('is stored while its annotated picture is encoded', async () => {
    const context = testContext();
    const { objects, bucket } = context;
    const put = objects.put.bind(objects);
    const later: string[][] = [];
    objects.put = (key, ...rest) => {
      // Another put of the same turn would be there by then, and no picture can be encoded yet: after all microtasks of
      // this turn, and before any event of another thread.
      if (key === countCars(ID).input) process.nextTick(() => later.push([...bucket.writes]));
      return put(key, ...rest);
    };
    await predict(request(), performance.now(), context);
    expect(later).toEqual([[countCars(ID).input]]);
  });

  test('is not stored where it is no picture, or the model fails', async () => {
    const text = testContext();
    const predicted = predict(request({}, HTTP, Buffer.from('no picture')), performance.now(), text);
    await expect(predicted).rejects.toThrow(/a JPEG, PNG, WebP or AVIF file/);
    const working = await testContext().models.load(undefined);
    const infer = () => Promise.reject(new Error('out of order'));
    const models = { check: () => {}, load: async () => ({ ...working, infer }) } as unknown as Models;
    const failing = testContext(COUNT_CARS, models);
    await expect(predict(request(), performance.now(), failing)).rejects.toThrow('out of order');
    expect([...text.bucket.requests, ...failing.bucket.requests]).toEqual([]);
  });

  test('has no answer without its picture in the bucket', async () => {
    const context = testContext();
    context.bucket.failing = /^inputs/;
    await expect(predict(request(), performance.now(), context)).rejects.toThrow(StoreUnavailableError);
    expect(context.records).toEqual([]);
  });

  test('is not left on its way where what follows fails', async () => {
    const context = testContext();
    const { objects, bucket } = context;
    const put = objects.put.bind(objects);
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    objects.put = async (...object) => {
      begun.resolve();
      await released.promise;
      return put(...object);
    };
    const ended: string[] = [];
    const failing = { ...request(), createdAt: new Date(Number.NaN) };
    const predicted = predict(failing, performance.now(), context).catch((error: Error) => ended.push(error.message));
    await begun.promise;
    // The annotated picture is encoded by another thread, whose end comes by a later turn of the event loop.
    const isEncoded = await sharp(golden('cars.jpg')).jpeg().toBuffer();
    expect([isEncoded.length > 0, ended]).toEqual([true, []]);
    released.resolve();
    await predicted;
    expect(ended).toEqual(['Invalid time value']);
    expect([...bucket.stored.keys()]).toEqual([countCars(ID).input]);
  });

  test('takes options before settings, and settings before the manifest', async () => {
    const strict = { ...COUNT_CARS, confidence: 0.99 };
    const count = async (settings: typeof COUNT_CARS, options: RequestOptions) =>
      (await runModel(request(options), testContext(settings))).result.count;
    expect(await count(strict, {})).toBe(0);
    expect(await count(strict, { confidence: 0.7 })).toBe(3);
    const context = testContext({ ...COUNT_CARS, maxSide: 480 });
    expect((await runModel(request(), context)).result.annotated).toMatchObject({ width: 480, height: 320 });
  });
});

describe('an upload', () => {
  test('is answered the same way, its result written last and its picture not copied', async () => {
    const context = testContext();
    const keys = countCars(ID);
    await predict(request({ decision: 2 }, UPLOAD), performance.now(), context);
    const { created_at } = context.bucket.json(keys.result) as { created_at: string };
    const note = KEYS.input('count-cars', uploadName(Date.parse(created_at), ID));
    expect(context.bucket.writes.toSorted()).toEqual([keys.annotated, keys.decision, keys.result, note].toSorted());
    expect(context.bucket.writes.slice(-2)).toEqual([keys.result, note]);
    expect(context.bucket.json(keys.result)).toMatchObject({ source: UPLOAD, count: 3, captured: true });
    expect(context.bucket.json(note)).toEqual({ id: ID });
  });

  test('is noted for shadows only in the configured share', async () => {
    const context = testContext({ ...COUNT_CARS, capture: 0.5 });
    await predict(request({}, UPLOAD), performance.now(), context);
    expect(context.bucket.writes.filter((key) => key.startsWith('inputs/'))).toEqual([]);
    expect(context.bucket.json(countCars(ID).result)).toMatchObject({ captured: false });
  });

  test('has no result unless everything else is stored', async () => {
    const context = testContext();
    context.bucket.failing = /^annotated/;
    const predicted = predict(request({}, UPLOAD), performance.now(), context);
    await expect(predicted).rejects.toThrow(StoreUnavailableError);
    expect(context.bucket.stored.has(countCars(ID).result)).toBe(false);
    expect(context.records).toEqual([]);
  });
});

describe('where a human answers', () => {
  test('the request and its picture are stored, the result last, and no model runs', async () => {
    const context = testContext({ ...HUMAN, capture: 0 });
    await predict(request({ decision: 3 }), performance.now() - 5000, context);
    const [input, decision, result] = [KEYS.input, KEYS.decision, KEYS.result].map((key) => key(HUMAN.name, ID));
    expect(context.bucket.writes.toSorted()).toEqual([input, decision, result].toSorted());
    expect(context.bucket.writes.at(-1)).toBe(result);
    expect(context.bucket.json(result as string)).toEqual({
      id: ID,
      fingerprint: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), luminance: expect.stringMatching(/^.{64}$/) },
      endpoint: HUMAN.name,
      status: 'human',
      created_at: CREATED.toISOString(),
      source: HTTP,
      release: { function_version: '7', alias: 'live' },
      image: { width: 960, height: 640 },
      request: { decision: 3 },
    });
    expect(context.records).toEqual([{ ending: 'prediction', durationMs: expect.any(Number) }]);
    expect(context.records[0]?.durationMs).toBeGreaterThanOrEqual(5000);
  });

  test('a bad picture is rejected as a model would reject it', async () => {
    const text = request({}, HTTP, Buffer.from('I am no picture'));
    await expect(predict(text, performance.now(), testContext(HUMAN))).rejects.toThrow(
      /a JPEG, PNG, WebP or AVIF file/,
    );
  });

  test('a model of another endpoint is rejected', async () => {
    await expect(predict(request({ model: 'yolo' }), performance.now(), testContext(HUMAN))).rejects.toThrow(/"yolo"/);
  });
});

describe('a damaged picture', () => {
  const cars = golden('cars.jpg');
  const damaged = Buffer.concat([cars.subarray(0, 105_000), Buffer.from([0xff, 0xd9])]);

  test.each([COUNT_CARS, HUMAN])('is rejected by default ($name)', async (settings) => {
    const predicted = predict(request({}, HTTP, damaged), performance.now(), testContext(settings));
    await expect(predicted).rejects.toThrow(/premature end of data segment/);
  });

  test.each([COUNT_CARS, HUMAN])('is served and marked where the settings say so ($name)', async (settings) => {
    const context = testContext({ ...settings, damaged: 'serve' });
    const { result } = await predict(request({}, HTTP, damaged), performance.now(), context);
    const image = { width: 960, height: 640, damage: 'VipsJpeg: Corrupt JPEG data: premature end of data segment' };
    expect(result).toMatchObject({ image });
    expect(context.bucket.json(KEYS.result(settings.name, ID))).toMatchObject({ image });
  });

  test('a whole one has no mark', async () => {
    const { result } = await predict(request(), performance.now(), testContext({ ...COUNT_CARS, damaged: 'serve' }));
    expect(result.image).toEqual({ width: 960, height: 640 });
  });
});

describe('the measures of a picture', () => {
  test('are stored where the settings say so, and are no part of the answer', async () => {
    const context = testContext({ ...COUNT_CARS, drift: true });
    const { result } = await predict(request(), performance.now(), context);
    const { measures } = context.bucket.json(KEYS.result('count-cars', ID)) as { measures: object };
    expect(measures).toMatchObject({ quality: expect.any(Number), brightness: expect.any(Number) });
    expect(storedPredictionSchema.parse(result).measures).toEqual(measures);
    expect(await predictionAnswer(result as StoredPrediction, context)).not.toHaveProperty('measures');
  });

  test('are not made otherwise', async () => {
    const { result } = await predict(request(), performance.now(), testContext());
    expect(result).not.toHaveProperty('measures');
  });
});

test.each([
  ['without an end', undefined, 10],
  ['with 29 s left', 29, 29 / 3],
  ['with 60 s left', 60, 10],
  ['with 3 s left', 3, 1],
  ['with nothing left', -1, 0.3],
])('one decode may take a third of the time that is left, %s', (_what, left, seconds) => {
  const endsAt = left === undefined ? {} : { endsAt: performance.now() + left * 1000 };
  expect(decodeSeconds(invocation(endsAt))).toBeCloseTo(seconds, 1);
});

import sharp from 'sharp';
import { KEYS } from '../../functions/contract.ts';
import { Models } from '../../functions/detect/models.ts';
import { presentPrediction } from '../../functions/detect/representation.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, PREDICT, type TestContext, testContext } from './fixtures/context.ts';
import { httpEvent, type TestRequest } from './fixtures/events.ts';

const UNKNOWN = '01998b3c-0000-7000-8000-000080000000';
const CARS: TestRequest = { body: golden('cars.jpg'), headers: { 'content-type': 'image/jpeg' } };
const accept = (form: string): TestRequest => ({ ...CARS, headers: { ...CARS.headers, accept: form } });

/** Answers are compared field by field. */
type Body = Awaited<ReturnType<typeof JSON.parse>>;

async function send(context: TestContext, request: TestRequest, route: { routeKey?: string; id?: string } = {}) {
  const event = await httpEvent({ path: `/${context.settings.name}`, ...request }, route);
  const { statusCode, headers = {}, body = '', isBase64Encoded } = await answerHttp(event, invocation(), context);
  const read = (): Body => JSON.parse(body);
  return { status: statusCode, headers, body, isBase64Encoded, read };
}

describe('POST /{endpoint}', () => {
  test('answers with the detections and a presigned URL of the annotated picture', async () => {
    const context = testContext();
    const { status, headers, read } = await send(context, CARS);
    const answer = read();
    expect(status).toBe(200);
    expect(answer).toMatchObject({ endpoint: 'count-cars', status: 'done', count: 3, source: { kind: 'http' } });
    expect(answer.annotated_image).toMatchObject({ width: 960, height: 640, expires_at: expect.any(String) });
    expect(new URL(answer.annotated_image.url).pathname).toBe(`/${KEYS.annotated('count-cars', answer.id)}`);
    expect([answer.request, answer.captured, answer.annotated]).toEqual([undefined, undefined, undefined]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-prediction-id': answer.id,
      'x-prediction': `/count-cars/predictions/${answer.id}`,
      'x-count': '3',
      'x-model': expect.stringMatching(/^counter-nano; version=2\.0\.0; sha256=[0-9a-f]{64}$/),
      'x-function-version': '7',
      'server-timing': expect.stringMatching(/^decode;dur=[\d.]+, .*infer;dur=.*store;dur=.*total;dur=[\d.]+$/),
    });
  });

  test('takes options from the query and from form fields', async () => {
    const context = testContext();
    const body = new FormData();
    body.append('confidence', '0.98');
    body.append('file', new Blob([new Uint8Array(golden('cars.jpg'))]), 'cars.jpg');
    const request = { body, path: '/count-cars?max_side=320' };
    const { read } = await send(context, request, { routeKey: 'POST /count-cars' });
    expect(read()).toMatchObject({ count: 0, annotated_image: { width: 320, height: 213 } });
  });

  test('is served on the candidate’s path too', async () => {
    const context = testContext();
    const { read } = await send(context, CARS, { routeKey: 'POST /candidate/count-cars' });
    expect(read()).toMatchObject({ count: 3 });
  });

  test.each([
    ['image/*', 'image/jpeg'],
    ['image/jpeg', 'image/jpeg'],
    ['application/json', 'application/json'],
    ['text/html, application/json;q=0.5', 'application/json'],
    ['*/*', 'application/json'],
    ['', 'application/json'],
    // HttpURLConnection of Java before 21.
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'application/json'],
    ['image/gif, image/jpeg, text/plain, */*', 'application/json'],
    // Browsers: a page, and a picture in a page.
    ['text/html,application/xhtml+xml,image/avif,image/webp,image/jpeg,*/*;q=0.8', 'application/json'],
    ['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'image/jpeg'],
    ['image/jpeg, */*;q=0.1', 'image/jpeg'],
    ['image/jpeg, application/json;q=0.5', 'image/jpeg'],
    ['text/html, image/jpeg', 'image/jpeg'],
    ['application/json; charset=utf-8', 'application/json'],
    ['application/json;version="1,2;3";q=0.9, image/jpeg;level=1;q=0.1', 'application/json'],
    ['image/jpeg;level=1, application/json;charset=UTF-8;q=0.5', 'image/jpeg'],
    ['application/json;q=0;charset=utf-8, */*', 'image/jpeg'],
    ['application/json; q=0.2, image/jpeg ; q = 0.9', 'image/jpeg'],
    ['image/jpeg; q=0, */*', 'application/json'],
    ['application/json; charset=utf-8; q=0.1, image/jpeg; q=0.9', 'image/jpeg'],
    [' , ,', 'application/json'],
  ])('a count endpoint answers Accept %j with %s', async (form, type) => {
    expect((await send(testContext(), accept(form))).headers['content-type']).toBe(type);
  });

  test.each([
    ['*/*', 'image/jpeg'],
    ['application/json', 'application/json'],
  ])('a predict endpoint answers Accept %j with %s', async (form, type) => {
    const request = { ...accept(form), path: '/predict?model=counter-nano' };
    const { headers } = await send(testContext(PREDICT), request, { routeKey: 'POST /predict' });
    expect(headers['content-type']).toBe(type);
  });

  test('the picture is the annotated one', async () => {
    const { body, isBase64Encoded } = await send(testContext(), accept('image/*'));
    expect(isBase64Encoded).toBe(true);
    const { width, format } = await sharp(Buffer.from(body, 'base64')).metadata();
    expect([width, format]).toEqual([960, 'jpeg']);
  });

  test('a picture over Lambda’s limit is answered by a redirect', async () => {
    const context = testContext();
    const { read } = await send(context, CARS);
    const result = context.bucket.json(KEYS.result('count-cars', read().id)) as never;
    const large = { answeredBy: 'model' as const, result, jpeg: Buffer.alloc(4.4e6 + 1) };
    expect(await presentPrediction('picture', large, context)).toMatchObject({
      statusCode: 303,
      headers: { location: expect.stringContaining('/annotated/count-cars/'), 'x-count': '3' },
    });
    expect(await presentPrediction('picture', { ...large, jpeg: Buffer.alloc(4.4e6) }, context)).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
    });
  });

  test('an endpoint that a human answers gives the decision, or none yet', async () => {
    const context = testContext(HUMAN);
    const undecided = await send(context, CARS);
    expect(undecided.read()).toMatchObject({ status: 'undecided', count: null, image: { width: 960, height: 640 } });
    expect(undecided.headers['x-prediction-id']).toBe(undecided.read().id);
    const decided = await send(
      context,
      { ...CARS, path: '/human-count?decision=4' },
      { routeKey: 'POST /human-count' },
    );
    expect(decided.read()).toMatchObject({ status: 'decided', count: 4, decision: { count: 4 } });
    expect((await send(context, accept('image/jpeg'))).status).toBe(406);
  });
});

describe('GET /{endpoint}/predictions/{id}', () => {
  const show = (context: TestContext, id: string) =>
    send(context, { method: 'GET' }, { routeKey: `GET /${context.settings.name}/predictions/{id}`, id });

  test('shows the result with a decision', async () => {
    const context = testContext();
    const { id } = (
      await send(context, { ...CARS, path: '/count-cars?decision=4' }, { routeKey: 'POST /count-cars' })
    ).read();
    const { status, read } = await show(context, id);
    expect([status, read()]).toEqual([200, expect.objectContaining({ id, count: 3 })]);
    expect(read()).toMatchObject({ decision: { count: 4 }, annotated_image: { width: 960 } });
  });

  test('shows the result of a human', async () => {
    const context = testContext(HUMAN);
    const { id } = (await send(context, CARS)).read();
    expect((await show(context, id)).read()).toMatchObject({ id, status: 'undecided', count: null });
  });

  test('answers 202 while the upload of a ticket is processed', async () => {
    const context = testContext();
    context.bucket.stored.set(KEYS.ticketedUpload('count-cars', UNKNOWN), { bytes: new Uint8Array(1) });
    const { status, headers, read } = await show(context, UNKNOWN);
    expect([status, headers['retry-after'], read()]).toEqual([
      202,
      '2',
      { id: UNKNOWN, endpoint: 'count-cars', status: 'processing' },
    ]);
  });

  test.each([
    ['an unknown id', UNKNOWN],
    ['a path', '../../inputs'],
    ['no id', ''],
    ['an id with capitals', UNKNOWN.toUpperCase()],
  ])('%s is 404', async (_what, id) => {
    const { status, read } = await show(testContext(), id);
    expect([status, read().type]).toEqual([404, '/docs#prediction-not-found']);
  });
});

describe('PUT /{endpoint}/predictions/{id}/decision', () => {
  const decide = (context: TestContext, id: string, body: string) =>
    send(context, { method: 'PUT', body }, { routeKey: 'PUT /count-cars/predictions/{id}/decision', id });

  test('stores the decision, and the last one counts', async () => {
    const context = testContext();
    const { id } = (await send(context, CARS)).read();
    await decide(context, id, '{"count":2}');
    const { status, read } = await decide(context, id, '{"count":3,"by":"Ada","note":"one is a toy"}');
    const decision = { count: 3, by: 'Ada', note: 'one is a toy', decided_at: expect.any(String) };
    expect([status, read()]).toEqual([200, { id, endpoint: 'count-cars', decision }]);
    expect(context.bucket.json(KEYS.decision('count-cars', id))).toEqual(decision);
  });

  test.each([
    ['a count that is no number', '{"count":"three"}', { field: 'count', received: '"three"', min: 0, max: 1_000_000 }],
    ['a negative count', '{"count":-1}', { field: 'count', received: '"-1"', min: 0, max: 1_000_000 }],
    ['no count', '{"by":"Ada"}', { field: 'count', received: 'none' }],
    ['an unknown key', '{"count":1,"who":"Ada"}', { field: 'body', received: '"who"' }],
    ['no JSON', 'three', { field: 'body', received: '"three"' }],
  ])('%s is rejected', async (_what, body, error) => {
    const context = testContext();
    const { status, read } = await decide(context, UNKNOWN, body);
    expect([status, read().type]).toEqual([400, '/docs#malformed-body']);
    expect(read().errors).toEqual([expect.objectContaining(error)]);
    expect(context.bucket.writes).toEqual([]);
  });

  test('a decision about an unknown prediction is 404', async () => {
    const context = testContext();
    expect((await decide(context, UNKNOWN, '{"count":1}')).status).toBe(404);
    expect(context.bucket.writes).toEqual([]);
  });
});

describe('PUT /{endpoint}/predictions/{id}/preference', () => {
  const pair = '0123456789abcdef';
  const prefer = (context: TestContext, id: string, body: object) =>
    send(
      context,
      { method: 'PUT', body: JSON.stringify(body) },
      { routeKey: 'PUT /count-cars/predictions/{id}/preference', id },
    );

  test('stores the preference, which the answer to callers does not have', async () => {
    const context = testContext();
    const { id } = (await send(context, CARS)).read();
    const { status, read } = await prefer(context, id, { preference: 'second', pair, by: 'Ada' });
    const preference = { preference: 'second', pair, by: 'Ada', decided_at: expect.any(String) };
    expect([status, read()]).toEqual([200, { id, endpoint: 'count-cars', preference }]);
    expect(context.bucket.json(KEYS.decision('count-cars', id))).toEqual({ preferences: [preference] });
    const shown = await send(context, { method: 'GET' }, { routeKey: 'GET /count-cars/predictions/{id}', id });
    expect(shown.read()).not.toHaveProperty('decision');
  });

  test.each([
    ['another side', { preference: 'left', pair }, { field: 'preference', received: '"left"' }],
    ['no pair', { preference: 'first' }, { field: 'pair', received: 'none' }],
    ['another key', { preference: 'first', pair, count: 3 }, { field: 'body', received: '"count"' }],
  ])('%s is rejected', async (_what, body, error) => {
    const context = testContext();
    const { status, read } = await prefer(context, UNKNOWN, body);
    expect([status, read().errors]).toEqual([400, [expect.objectContaining(error)]]);
    expect(read().errors[0].expected).toMatch(/^\{"preference": "first" or "second" or "both" or "neither" or /);
  });

  test('a preference about an unknown prediction is 404', async () => {
    expect((await prefer(testContext(), UNKNOWN, { preference: 'first', pair })).status).toBe(404);
  });
});

describe('POST /{endpoint}/uploads', () => {
  const create = (context: TestContext, query = '') =>
    send(context, { path: `/${context.settings.name}/uploads${query}` });

  test('gives a presigned POST with the options as metadata', async () => {
    const { status, headers, read } = await create(testContext(), '?max_side=320&decision=3&content_type=image/png');
    const ticket = read();
    expect(status).toBe(201);
    expect(headers.location).toBe(`/count-cars/predictions/${ticket.id}`);
    expect(ticket).toMatchObject({
      prediction: headers.location,
      max_bytes: COUNT_CARS.maxUploadBytes,
      content_type: 'image/png',
      fields: {
        key: KEYS.ticketedUpload('count-cars', ticket.id),
        'Content-Type': 'image/png',
        'x-amz-meta-max-side': '320',
        'x-amz-meta-decision': '3',
      },
    });
    const seconds = (Date.parse(ticket.expires_at) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(COUNT_CARS.urlSeconds - 60);
    expect(seconds).toBeLessThanOrEqual(COUNT_CARS.urlSeconds);
  });

  test('is for a JPEG by default', async () => {
    const { status, read } = await create(testContext());
    expect([status, read().content_type]).toEqual([201, 'image/jpeg']);
  });

  test.each([
    ['?content_type=image/gif', 'content_type'],
    ['?content_type=image/png&content_type=image/jpeg', 'content_type'],
    ['?confidence=2', 'confidence'],
    ['?model=yolo', 'model'],
    ['?zoom=2', '"zoom"'],
  ])('%s is rejected', async (query, field) => {
    const { status, read } = await create(testContext(), query);
    expect([status, read().errors[0].field]).toEqual([400, field]);
  });
});

describe('errors', () => {
  test('a rejected request is recorded from the call of the handler', async () => {
    const context = testContext();
    const event = await httpEvent({ body: 'text', headers: { 'content-type': 'image/jpeg' } });
    await answerHttp(event, invocation({ startedAt: performance.now() - 5000 }), context);
    expect(context.records).toEqual([{ ending: 'rejection', durationMs: expect.any(Number) }]);
    expect(context.records[0]?.durationMs).toBeGreaterThanOrEqual(5000);
    expect(context.logs).toEqual([{ level: 'info', text: 'rejected' }]);
  });

  test.each([
    ['polling for a result', 'GET /count-cars/predictions/{id}'],
    ['a decision', 'PUT /count-cars/predictions/{id}/decision'],
    ['an upload ticket', 'POST /count-cars/uploads'],
  ])('%s is no request, even if it is rejected or fails', async (_, routeKey) => {
    const context = testContext();
    const request = { path: '/count-cars?zoom=2', body: '{}' };
    const rejected = await httpEvent(request, { routeKey, id: '019aabbc-0000-7000-8000-000000000001' });
    expect((await answerHttp(rejected, invocation(), context)).statusCode).toBeLessThan(500);
    context.bucket.failing = /./;
    await answerHttp(rejected, invocation(), context);
    expect(context.records).toEqual([]);
  });

  test('unavailable storage is 503 with Retry-After, and a failure', async () => {
    const context = testContext();
    context.bucket.failing = /^results/;
    const { status, headers, read } = await send(context, CARS);
    expect([status, headers['retry-after'], read().type]).toEqual([503, '2', '/docs#store-unavailable']);
    expect(JSON.stringify(read())).not.toMatch(/bucket|Slow Down/);
    expect(context.records).toEqual([{ ending: 'failure', durationMs: expect.any(Number) }]);
    expect(context.logs.at(-1)).toEqual({ level: 'error', text: 'failed' });
  });

  test.each([
    ['an unknown route', { routeKey: 'GET /count-cars' }, undefined, 0],
    ['a broken model package', {}, new Models(COUNT_CARS, '/nowhere'), 1],
  ])('%s is 500 and reveals nothing', async (_what, route, models, failures) => {
    const context = testContext(COUNT_CARS, models);
    const { status, headers, read } = await send(context, CARS, route);
    expect([status, headers['content-type']]).toEqual([500, 'application/problem+json']);
    expect(read()).toMatchObject({ type: '/docs#internal-error', instance: 'request-1', errors: [] });
    expect(JSON.stringify(read())).not.toMatch(/route|nowhere|model/);
    expect(context.records).toEqual(Array(failures).fill({ ending: 'failure', durationMs: expect.any(Number) }));
  });
});

import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { ODD_INPUTS } from '../detect/fixtures/odd-inputs.ts';
import { Assembly } from '../journeys/assembly.ts';
import { golden } from '../journeys/pictures.ts';
import { RolloutLaptop } from '../journeys/rollout-laptop.ts';
import { Conformance, UndocumentedError } from './conformance.ts';
import { FAULTY, shut } from './faulty.ts';

let laptop: RolloutLaptop;
let conformance: Conformance;

beforeAll(async () => {
  const assembly = await Assembly.synthesize('conformance-endpoints.ts', 'documented');
  for (const endpoint of ['count-cars', 'predict']) {
    assembly.release(endpoint, { code: FAULTY });
    assembly.wrap(endpoint, 'status', FAULTY);
  }
  assembly.wrap('platform', 'docs', FAULTY);
  laptop = await RolloutLaptop.start(assembly);
  conformance = new Conformance((await (await fetch(`${laptop.laptop.url}/openapi.json`)).json()) as never);
}, 300_000);
afterAll(() => laptop?.stop());

/** Sends a request, compares its answer with the document, and returns it. */
async function send(method: string, path: string, init: RequestInit = {}, template = path): Promise<Response> {
  const response = await fetch(`${laptop.laptop.url}${path}`, { method, redirect: 'manual', ...init });
  await conformance.check(method, template.replace(/\?.*/, ''), response.clone());
  return response;
}

const cars = (accept = 'application/json'): RequestInit => ({
  body: new Uint8Array(golden('cars.jpg')),
  headers: { 'content-type': 'image/jpeg', accept },
});

/** Paths that accept pictures. */
const PICTURE_PATHS = ['/count-cars', '/candidate/count-cars', '/predict', '/candidate/predict'];
const ENDPOINTS = ['count-cars', 'predict'];

/** The required query of a path that accepts pictures. */
const queryOf = (path: string) => (path.endsWith('/predict') ? '?model=counter-nano' : '');

describe('every answer is documented', () => {
  test.each(['/', '/docs', '/status', '/openapi.json', '/health', '/models'])('GET %s', async (path) => {
    expect((await send('GET', path)).status).toBe(200);
    expect((await send('GET', path, { headers: { accept: 'text/html' } })).status).toBe(200);
  });

  test.each(['application/json', 'image/jpeg', '', 'text/csv'])('a prediction for Accept: %s', async (accept) => {
    const status = accept === 'text/csv' ? 406 : 200;
    for (const path of PICTURE_PATHS) {
      expect((await send('POST', path + queryOf(path), cars(accept))).status).toBe(status);
    }
  });

  test('a picture too large for an answer', async () => {
    const side = 2048;
    const noise = sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } });
    const body = await noise
      .resize(2 * side, 2 * side, { kernel: 'nearest' })
      .jpeg({ quality: 20 })
      .toBuffer();
    const init = { body: new Uint8Array(body), headers: { 'content-type': 'image/jpeg', accept: 'image/jpeg' } };
    for (const path of PICTURE_PATHS) {
      const response = await send('POST', `${path}?max_side=4096${queryOf(path).replace('?', '&')}`, init);
      expect(response.status).toBe(303);
      const picture = await fetch(String(response.headers.get('location')));
      expect(picture.headers.get('content-type')).toBe('image/jpeg');
    }
  });

  test.each(ODD_INPUTS.map((input) => [input.name, input] as const))('%s', async (_name, { request, status }) => {
    const { path = '/count-cars', ...init } = await request();
    expect((await send('POST', path, init)).status).toBe(status);
  });

  test.each(PICTURE_PATHS)('each kind of problem at %s', async (path) => {
    const kinds = new Map(ODD_INPUTS.filter(({ problem }) => problem).map((input) => [input.problem, input]));
    for (const { request, status } of kinds.values()) {
      const { path: _, ...init } = await request();
      const query = status === 400 ? '?confidence=high' : queryOf(path);
      expect((await send('POST', path + query, init)).status).toBe(status);
    }
    const body = new Uint8Array(11 * 1024 * 1024);
    expect((await send('POST', path, { body })).headers.get('content-type')).toBe('application/json');
  });

  test.each(ENDPOINTS)('%s: a result, its decision, and those of an unknown id', async (name) => {
    const { id } = (await (await send('POST', `/${name}${queryOf(`/${name}`)}`, cars())).json()) as { id: string };
    const template = `/${name}/predictions/{id}`;
    const decide = (of: string, body: NonNullable<RequestInit['body']>, coding = 'identity') =>
      send(
        'PUT',
        `/${name}/predictions/${of}/decision`,
        { body, headers: { 'content-encoding': coding } },
        `${template}/decision`,
      );
    expect((await decide(id, '{"count":3,"by":"me"}')).status).toBe(200);
    expect((await decide(id, '{"count":-1}')).status).toBe(400);
    expect((await decide(id, '{"count":3}', 'zstd')).status).toBe(415);
    expect((await decide(id, new Uint8Array(gzipSync(Buffer.alloc(7_000_000))), 'gzip')).status).toBe(413);
    expect((await decide(id, new Uint8Array(11 * 1024 * 1024))).status).toBe(413);
    expect((await decide('0'.repeat(32), '{"count":3}')).status).toBe(404);
    const prefer = (of: string, body: NonNullable<RequestInit['body']>, coding = 'identity') =>
      send(
        'PUT',
        `/${name}/predictions/${of}/preference`,
        { body, headers: { 'content-encoding': coding } },
        `${template}/preference`,
      );
    const preference = '{"preference":"both","pair":"0123456789abcdef","by":"me"}';
    expect((await prefer(id, preference)).status).toBe(200);
    expect((await prefer(id, '{"preference":"left"}')).status).toBe(400);
    expect((await prefer(id, preference, 'zstd')).status).toBe(415);
    expect((await prefer(id, new Uint8Array(gzipSync(Buffer.alloc(7_000_000))), 'gzip')).status).toBe(413);
    expect((await prefer(id, new Uint8Array(11 * 1024 * 1024))).status).toBe(413);
    expect((await prefer('0'.repeat(32), preference)).status).toBe(404);
    expect((await send('GET', `/${name}/predictions/${id}`, {}, template)).status).toBe(200);
    expect((await send('GET', `/${name}/predictions/none`, {}, template)).status).toBe(404);
  });

  // Large, so that the first request for its result comes too early.
  const big = () => sharp(golden('cars.jpg')).resize(3000).png({ compressionLevel: 1 }).toBuffer();
  const damaged = async () => golden('cars.jpg').subarray(0, 20_000);

  test.each([
    ['a whole picture', 'count-cars', big, 'done'],
    ['a whole picture', 'predict', big, 'done'],
    ['a damaged one', 'count-cars', damaged, 'rejected'],
  ])('an upload of %s to %s, polled until its result is ready', async (_name, endpoint, make, status) => {
    expect((await send('POST', `/${endpoint}/uploads?content_type=text/html`)).status).toBe(400);
    const response = await send('POST', `/${endpoint}/uploads?model=counter-nano&confidence=0.4`);
    expect(response.status).toBe(201);
    const ticket = (await response.json()) as { url: string; fields: Record<string, string>; prediction: string };
    const body = new FormData();
    for (const [name, value] of Object.entries(ticket.fields)) body.append(name, value);
    body.append('file', new Blob([new Uint8Array(await make())]));
    expect((await fetch(ticket.url, { method: 'POST', body })).status).toBe(204);
    const template = `/${endpoint}/predictions/{id}`;
    let found = await send('GET', ticket.prediction, {}, template);
    while (found.status === 202) found = await send('GET', ticket.prediction, {}, template);
    expect(await found.json()).toMatchObject({ status });
  });

  test('the status of a rollout, and its report once there is one', async () => {
    for (const name of ENDPOINTS) {
      expect((await send('GET', `/${name}/status`)).status).toBe(200);
      expect((await send('GET', `/${name}/report`)).status).toBe(404);
      expect((await send('GET', `/${name}/status?with=weather`)).status).toBe(400);
      expect((await send('GET', `/${name}/report?version=x`)).status).toBe(400);
      expect((await send('GET', `/${name}/judge`)).status).toBe(404);
      expect((await send('GET', `/${name}/judge?by=${'x'.repeat(201)}`)).status).toBe(400);
    }
    await laptop.deploy((assembly) => {
      for (const name of ENDPOINTS) assembly.release(name, {});
    });
    for (const name of ENDPOINTS) {
      await laptop.until(name, '2', ({ step }) => step.kind === 'shadow');
      expect((await send('GET', `/${name}/status`)).status).toBe(200);
      expect((await send('GET', `/${name}/report`)).status).toBe(200);
      expect((await send('GET', `/${name}/judge`)).status).toBe(200);
    }
  }, 120_000);

  /** A valid request. @param fault the fault that the function then has */
  function validRequest(method: string, path: string, fault?: string): Promise<Response> {
    const headers = { ...(method === 'POST' && cars().headers), ...(fault && { 'x-fault': fault }) };
    const preference = '{"preference":"both","pair":"0123456789abcdef"}';
    const decision = path.endsWith('/preference') ? preference : '{"count":3}';
    const body = { GET: undefined, PUT: decision, POST: path.endsWith('/uploads') ? undefined : cars().body }[method];
    const filled = path.replace('{id}', '0'.repeat(32)) + queryOf(path);
    return send(method, filled, { headers, ...(body && { body }) } as RequestInit, path);
  }

  test.each([
    ['a function that crashes', 'crash', 500, 'application/json'],
    ['a bug in a function', 'bug', 500, 'application/problem+json'],
    ['an unavailable store', 'store', 503, 'application/problem+json'],
  ])(
    '%s',
    async (_name, fault, status, type) => {
      for (const { method, path, answers } of conformance.operations()) {
        if (!answers.some((answer) => answer.status === status && answer.type === type)) continue;
        const response = await validRequest(method, path, fault);
        expect({ path, status: response.status }).toEqual({ path, status });
        expect(response.headers.get('content-type')).toBe(type);
      }
    },
    120_000,
  );

  test('an operation that the deployment no longer has', async () => {
    for (const { method, path } of conformance.operations()) {
      const response = await send(method, `/removed${path.replace('{id}', '0')}`, {}, path);
      expect({ path, status: response.status }).toEqual({ path, status: 404 });
      expect(await response.json()).toEqual({ message: 'Not Found' });
    }
  });

  test('functions without concurrency, and then too many requests', async () => {
    await laptop.deploy((assembly) => shut(assembly.folder));
    for (const { method, path } of conformance.operations()) {
      expect({ path, status: (await validRequest(method, path)).status }).toEqual({ path, status: 503 });
      expect({ path, status: (await validRequest(method, path)).status }).toEqual({ path, status: 429 });
    }
  }, 60_000);

  test('every documented answer was seen, but those of an authorizer, which the emulator does not have', () => {
    const ofOperators = ENDPOINTS.flatMap((name) => {
      const id = name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
      return [`put${id}Decision`, `put${id}Preference`, `get${id}Status`, `get${id}Report`, `get${id}Judge`];
    });
    // Because an upload that is answered at once has no moment of 202.
    const unseen = conformance.unseen().filter((answer) => answer !== 'getPredictPrediction 202 application/json');
    expect(unseen).toEqual(ofOperators.map((operation) => `${operation} 403 application/json`));
  });
});

describe('the check itself', () => {
  const document = {
    paths: {
      '/x': {
        get: {
          operationId: 'x',
          responses: {
            '200': {
              headers: { 'X-Count': { required: true } },
              content: { 'application/json': { schema: { type: 'object', required: ['a'] } as object } },
            },
          },
        },
      },
    },
  };
  const type = { 'content-type': 'application/json', 'x-count': '1' };

  test.each([
    ['a status', new Response('{"a":1}', { status: 404, headers: type }), 'GET /x 404'],
    ['a type', new Response('a', { headers: { ...type, 'content-type': 'text/html' } }), 'received text/html'],
    ['a shape', new Response('{"b":1}', { headers: type }), "must have required property 'a'"],
    ['a missing header', new Response('{"a":1}', { headers: { 'content-type': type['content-type'] } }), 'X-Count'],
  ])('detects %s that is not documented', async (_name, response, words) => {
    const check = new Conformance(document).check('GET', '/x', response);
    await expect(check).rejects.toThrow(UndocumentedError);
    await expect(check).rejects.toThrow(words);
  });

  test('accepts what is documented', async () => {
    const conforming = new Conformance(document);
    await conforming.check('GET', '/x', new Response('{"a":1}', { headers: type }));
    expect(conforming.unseen()).toEqual([]);
    expect(new Conformance(document).unseen()).toEqual(['x 200 application/json']);
  });
});

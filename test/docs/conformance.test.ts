import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { type RunningLaptop, startLaptop } from '../journeys/laptop.ts';
import { ODD_INPUTS } from '../journeys/odd-inputs.ts';
import { golden } from '../journeys/pictures.ts';
import { Conformance, Undocumented } from './conformance.ts';

let laptop: RunningLaptop;
let conformance: Conformance;

beforeAll(async () => {
  laptop = await startLaptop('--speed', '100');
  conformance = new Conformance((await (await fetch(`${laptop.url}/openapi.json`)).json()) as never);
}, 300_000);
afterAll(() => laptop?.stop());

/** Sends a request, holds its answer against the document, and gives it. */
async function ask(method: string, path: string, init: RequestInit = {}, template = path): Promise<Response> {
  const response = await fetch(`${laptop.url}${path}`, { method, redirect: 'manual', ...init });
  await conformance.check(method, template.replace(/\?.*/, ''), response.clone());
  return response;
}

const cars = (accept = 'application/json'): RequestInit => ({
  body: new Uint8Array(golden('cars.jpg')),
  headers: { 'content-type': 'image/jpeg', accept },
});

describe('every answer is one that the document tells', () => {
  test.each(['/', '/docs', '/openapi.json', '/health', '/models'])('GET %s', async (path) => {
    expect((await ask('GET', path)).status).toBe(200);
  });

  test.each(['application/json', 'image/jpeg', '', 'text/csv'])('a prediction for Accept: %s', async (accept) => {
    const status = accept === 'text/csv' ? 406 : 200;
    for (const path of ['/count-cars', '/candidate/count-cars', '/predict?model=counter-nano']) {
      expect((await ask('POST', path, cars(accept))).status).toBe(status);
    }
  });

  test('a picture too big for an answer', async () => {
    const side = 2048;
    const noise = sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } });
    const body = await noise
      .resize(2 * side, 2 * side, { kernel: 'nearest' })
      .jpeg({ quality: 20 })
      .toBuffer();
    const init = { body: new Uint8Array(body), headers: { 'content-type': 'image/jpeg', accept: 'image/jpeg' } };
    const response = await ask('POST', '/count-cars?max_side=4096', init);
    expect(response.status).toBe(303);
    const picture = await fetch(String(response.headers.get('location')));
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
  });

  test.each(ODD_INPUTS.map((input) => [input.name, input] as const))('%s', async (_name, { request, status }) => {
    const { path = '/count-cars', ...init } = await request();
    expect((await ask('POST', path, init)).status).toBe(status);
  });

  test('a result, its decision, and the same of nothing', async () => {
    const { id } = (await (await ask('POST', '/count-cars', cars())).json()) as { id: string };
    const template = '/count-cars/predictions/{id}';
    const decide = (of: string, body: string) =>
      ask('PUT', `/count-cars/predictions/${of}/decision`, { body }, `${template}/decision`);
    expect((await decide(id, '{"count":3,"by":"me"}')).status).toBe(200);
    expect((await decide(id, '{"count":-1}')).status).toBe(400);
    expect((await decide('0'.repeat(32), '{"count":3}')).status).toBe(404);
    expect((await ask('GET', `/count-cars/predictions/${id}`, {}, template)).status).toBe(200);
    expect((await ask('GET', '/count-cars/predictions/none', {}, template)).status).toBe(404);
  });

  // Big, so that its result takes long enough to be asked for in vain first.
  const big = () => sharp(golden('cars.jpg')).resize(3000).png({ compressionLevel: 1 }).toBuffer();
  const damaged = async () => golden('cars.jpg').subarray(0, 20_000);

  test.each([
    ['a whole picture', big, 'done'],
    ['a damaged one', damaged, 'rejected'],
  ])('an upload of %s, asked for until it is there', async (_name, make, status) => {
    expect((await ask('POST', '/count-cars/uploads?content_type=text/html')).status).toBe(400);
    const response = await ask('POST', '/count-cars/uploads?confidence=0.4');
    expect(response.status).toBe(201);
    const ticket = (await response.json()) as { url: string; fields: Record<string, string>; prediction: string };
    const body = new FormData();
    for (const [name, value] of Object.entries(ticket.fields)) body.append(name, value);
    body.append('file', new Blob([new Uint8Array(await make())]));
    expect((await fetch(ticket.url, { method: 'POST', body })).status).toBe(204);
    const template = '/count-cars/predictions/{id}';
    let found = await ask('GET', ticket.prediction, {}, template);
    while (found.status === 202) found = await ask('GET', ticket.prediction, {}, template);
    expect(await found.json()).toMatchObject({ status });
  });

  test('nothing of the document was left unseen, but what only the gateway or a broken store answers', () => {
    const ids = ['postCountCars', 'postCountCarsUpload', 'getCountCarsPrediction', 'putCountCarsDecision'];
    const unseen = conformance.unseen(ids).filter((answer) => !/ (403|429|500|503)$/.test(answer));
    expect(unseen).toEqual([]);
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
  ])('finds %s that is not told', async (_name, response, words) => {
    const check = new Conformance(document).check('GET', '/x', response);
    await expect(check).rejects.toThrow(Undocumented);
    await expect(check).rejects.toThrow(words);
  });

  test('takes what is told', async () => {
    const conforming = new Conformance(document);
    await conforming.check('GET', '/x', new Response('{"a":1}', { headers: type }));
    expect(conforming.unseen(['x'])).toEqual([]);
  });
});

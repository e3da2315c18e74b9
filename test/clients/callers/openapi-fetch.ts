/** Calls the API by the types of openapi-typescript with openapi-fetch, and prints what it reads as JSON. */

import { readFileSync } from 'node:fs';
import createClient from 'openapi-fetch';
import type { components, paths } from './openapi-fetch.gen.js';
import { upload } from './upload.js';

type Failure = components['schemas']['Problem'] | components['schemas']['GatewayMessage'];

const [url = '', folder = ''] = process.argv.slice(2);
const base64 = (name: string) => readFileSync(`${folder}/${name}`).toString('base64');
const client = createClient<paths>({ baseUrl: url });
const elsewhere = createClient<paths>({ baseUrl: `${url}/nowhere` });

function read({ error, response }: { readonly error?: Failure; readonly response: Response }): string {
  if (!error) throw new Error(`Expected an error, received ${response.status} from ${response.url}`);
  return `${response.status} ${'type' in error ? error.type : error.message}`;
}

const count = (name: string, query: { readonly confidence?: number } = {}) =>
  client.POST('/count-cars', { params: { query }, body: { image: base64(name) } });

const counted = (await count('cars.jpg')).data;
// A string is the picture, which this request does not accept.
if (!counted || typeof counted === 'string' || counted.status !== 'done')
  throw new Error(`Expected a prediction, received ${JSON.stringify(counted)}`);
const { id } = counted;
const stored = await client.GET('/count-cars/predictions/{id}', { params: { path: { id } } });
const decided = await client.PUT('/count-cars/predictions/{id}/decision', {
  params: { path: { id } },
  body: { count: 4, by: 'night shift' },
});
const drawn = await client.POST('/predict', {
  params: { query: { model: 'counter-nano' }, header: { Accept: 'image/jpeg' } },
  body: { image: base64('cars.jpg') },
  parseAs: 'blob',
});
const ticket = (await client.POST('/count-cars/uploads')).data;
const uploaded = await upload(ticket, new Uint8Array(readFileSync(`${folder}/cars.jpg`)));

const outcome = {
  count: counted.count,
  stored: stored.data?.status,
  decision: decided.data?.decision.count,
  picture: Buffer.from((await drawn.data?.arrayBuffer()) ?? new ArrayBuffer(0)).toString('hex', 0, 3),
  uploaded,
  errors: [
    read(await count('cars.jpg', { confidence: 2 })),
    read(await client.GET('/count-cars/predictions/{id}', { params: { path: { id: 'unknown' } } })),
    read(await count('large.jpg')),
    read(await count('document.pdf')),
    read(await count('broken.jpg')),
    read(await elsewhere.POST('/count-cars/uploads')),
    read(await count('huge.jpg')),
  ],
};
console.log(JSON.stringify(outcome, null, 2));

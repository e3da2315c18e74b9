/** Calls the API by the client of @hey-api/openapi-ts, and prints what it reads as JSON. */

import { readFileSync } from 'node:fs';
import { createClient } from './hey-api/client/index.js';
import {
  getCountCarsPrediction,
  postCountCars,
  postCountCarsUpload,
  postPredict,
  putCountCarsDecision,
} from './hey-api/sdk.gen.js';
import type { GatewayMessage, Problem } from './hey-api/types.gen.js';
import { upload } from './upload.js';

const [url = '', folder = ''] = process.argv.slice(2);
const base64 = (name: string) => readFileSync(`${folder}/${name}`).toString('base64');
const client = createClient({ baseUrl: url });
const elsewhere = createClient({ baseUrl: `${url}/nowhere` });

function read({
  error,
  response,
}: {
  readonly error?: Problem | GatewayMessage;
  readonly response?: Response;
}): string {
  if (!error) throw new Error(`Expected an error, received ${response?.status} from ${response?.url}`);
  return `${response?.status} ${'type' in error ? error.type : error.message}`;
}

const count = (name: string, query: { readonly confidence?: number } = {}) =>
  postCountCars({ client, query, body: { image: base64(name) } });

const counted = (await count('cars.jpg')).data;
if (counted?.status !== 'done') throw new Error(`Expected a prediction, received ${JSON.stringify(counted)}`);
const path = { id: counted.id };
const stored = await getCountCarsPrediction({ client, path });
const decided = await putCountCarsDecision({ client, path, body: { count: 4, by: 'night shift' } });
// As a stream, because the generated type of the data is that of the JSON answer.
const drawn = await postPredict({
  client,
  query: { model: 'counter-nano' },
  headers: { Accept: 'image/jpeg' },
  body: { image: base64('cars.jpg') },
  parseAs: 'stream',
});
const ticket = (await postCountCarsUpload({ client })).data;
const uploaded = await upload(ticket, new Uint8Array(readFileSync(`${folder}/cars.jpg`)));

const outcome = {
  count: counted.count,
  stored: stored.data?.status,
  decision: decided.data?.decision.count,
  picture: Buffer.from((await drawn.response?.arrayBuffer()) ?? new ArrayBuffer(0)).toString('hex', 0, 3),
  uploaded,
  errors: [
    read(await count('cars.jpg', { confidence: 2 })),
    read(await getCountCarsPrediction({ client, path: { id: 'unknown' } })),
    read(await count('large.jpg')),
    read(await count('document.pdf')),
    read(await count('broken.jpg')),
    read(await postCountCarsUpload({ client: elsewhere })),
    read(await count('huge.jpg')),
  ],
};
console.log(JSON.stringify(outcome, null, 2));

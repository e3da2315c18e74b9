/** Lists of functions and their tags, as Lambda's API answers them. */

import { lambdaApi } from '../../../local/lambda/api.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';

const functions = new Functions('arn:aws:lambda:us-east-1:000000000000');
const api = lambdaApi({ functions } as Lambda);
for (const name of ['cars', 'apples', 'plants']) {
  functions.define({
    name,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    code: '/code',
    codeSha256: '',
    layers: [],
    environment: { ENDPOINT_NAME: name },
    memoryMb: 128,
    timeoutSeconds: 3,
    architecture: 'x86_64',
    role: '',
    description: '',
    logFormat: 'JSON',
  });
  functions.tag(name, { deployment: 'prod', endpoint: name });
}

async function get(path: string, query = ''): Promise<Record<string, never>> {
  const request = { method: 'GET', path, query: new URLSearchParams(query), headers: {}, body: Buffer.alloc(0) };
  return JSON.parse(String((await api(request)).body));
}

test('all functions are listed in pages, with their environment and an ARN without a version', async () => {
  const first = await get('/2015-03-31/functions/', 'MaxItems=2');
  expect(first).toMatchObject({ Functions: [{ FunctionName: 'apples' }, { FunctionName: 'cars' }], NextMarker: '2' });
  const { Functions: rest, NextMarker } = await get('/2015-03-31/functions/', 'MaxItems=2&Marker=2');
  expect([rest, NextMarker]).toMatchObject([
    [{ FunctionArn: functions.arn('plants'), Environment: { Variables: { ENDPOINT_NAME: 'plants' } } }],
    undefined,
  ]);
});

test('tags are found by the ARN of the function', async () => {
  const path = `/2017-03-31/tags/${encodeURIComponent(functions.arn('cars'))}`;
  expect(await get(path)).toEqual({ Tags: { deployment: 'prod', endpoint: 'cars' } });
});

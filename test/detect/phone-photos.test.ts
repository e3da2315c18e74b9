/** Photos in the formats of phones, by HTTP and by S3 alike. */

import sharp from 'sharp';
import { uploadId } from '../../functions/api/upload-id.ts';
import { KEYS } from '../../functions/contract.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { answerUploads } from '../../functions/detect/uploads.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, testContext } from './fixtures/context.ts';
import { httpEvent, uploadEvent } from './fixtures/events.ts';

const media = (brands: string) => Buffer.from(`\0\0\0\x1cftyp${brands}`, 'latin1');
const avif = sharp(golden('cars.jpg')).avif({ effort: 0, quality: 80 }).toBuffer();

async function byHttp(bytes: Buffer, type: string) {
  const body = new Uint8Array(bytes);
  const form = new FormData();
  form.append('file', new Blob([body], { type }), 'photo');
  const json = JSON.stringify({ image: bytes.toString('base64') });
  const requests = [
    { body, headers: { 'content-type': type } },
    { body: form },
    { body: json, headers: { 'content-type': 'application/json' } },
  ];
  const answers = requests.map(async (request) => {
    const { statusCode, body: answer = '' } = await answerHttp(await httpEvent(request), invocation(), testContext());
    return { ...JSON.parse(answer), statusCode };
  });
  return Promise.all(answers);
}

async function byS3(bytes: Buffer) {
  const context = testContext();
  const key = `${KEYS.uploads('count-cars')}photo`;
  context.bucket.stored.set(key, { bytes, metadata: {} });
  const event = uploadEvent({ key, versionId: 'v1', bytes: bytes.length });
  expect(await answerUploads(event, invocation(), context)).toEqual({ batchItemFailures: [] });
  return context.bucket.json(KEYS.result('count-cars', uploadId({ bucket: 'bucket', key, version: 'v1' })));
}

test('an AVIF is counted', async () => {
  const found = { count: 3, image: { width: 960, height: 640 } };
  for (const answer of await byHttp(await avif, 'image/avif'))
    expect(answer).toMatchObject({ statusCode: 200, ...found });
  expect(await byS3(await avif)).toMatchObject({ status: 'done', count: 3 });
});

test.each([
  ['a HEIC picture', media('heic\0\0\0\0mif1heic'), /On an iPhone: Settings, Camera, Formats, Most Compatible/],
  ['a QuickTime video (MOV)', media('qt  \0\0\0\0qt  '), /of a live photo, send the photo/],
  ['an MP4 video', media('isom\0\0\0\0isom'), /Send one picture as JPEG/],
  ['a JPEG XL picture', Buffer.from('ff0a0102', 'hex'), /Convert it to JPEG, PNG, WebP or AVIF\.$/],
  ['a JPEG 2000 picture', Buffer.from('0000000c6a5020200d0a870a', 'hex'), /Convert it to JPEG, PNG, WebP or AVIF\.$/],
  [
    'a DNG raw picture',
    Buffer.from('4949 2a00 0800 0000 0100 12c6 0100 04000000 0104 0000 0000 0000'.replaceAll(' ', ''), 'hex'),
    /Export it as JPEG\.$/,
  ],
  ['a GIF', Buffer.from('GIF89a'), /Convert it to JPEG, PNG, WebP or AVIF\.$/],
  ['text', Buffer.from('no picture'), /^Unsupported file provided\.$/],
])('%s is named, with what to send instead', async (name, bytes, advice) => {
  const problem = {
    type: '/docs#unsupported-picture',
    status: 415,
    detail: expect.stringMatching(advice),
    errors: [{ field: 'picture', expected: 'a JPEG, PNG, WebP or AVIF file', received: name }],
  };
  const answers = await byHttp(bytes, 'image/heic');
  for (const answer of answers) {
    expect(answer).toMatchObject(problem);
    expect(answer.detail).toMatch(/^Unsupported file provided\./);
  }
  expect(await byS3(bytes)).toMatchObject({ status: 'rejected', problem });
});

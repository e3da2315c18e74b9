import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { PayloadTooLargeError, UnsupportedCodingError } from '../../functions/api/errors.ts';
import { readBody } from '../../functions/detect/body.ts';
import { httpEvent } from './fixtures/events.ts';

const PICTURE = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]);

const read = async (body: Uint8Array, coding: string, type = 'image/jpeg') =>
  readBody(
    await httpEvent({ body: new Uint8Array(body), headers: { 'content-type': type, 'content-encoding': coding } }),
  );

const failure = (body: Uint8Array, coding: string) => read(body, coding).catch((error: unknown) => error as Error);

test.each<[string, Buffer]>([
  ['gzip', gzipSync(PICTURE)],
  ['GZIP', gzipSync(PICTURE)],
  ['x-gzip', gzipSync(PICTURE)],
  ['deflate', deflateSync(PICTURE)],
  ['deflate', deflateRawSync(PICTURE)],
  ['br', brotliCompressSync(PICTURE)],
  ['identity', PICTURE],
  ['', PICTURE],
  ['gzip, br', brotliCompressSync(gzipSync(PICTURE))],
  ['deflate,identity , gzip', gzipSync(deflateSync(PICTURE))],
])('a body in the coding %j is decoded', async (coding, body) => {
  expect((await read(body, coding)).picture).toEqual(PICTURE);
});

test('a form and JSON are decoded too', async () => {
  const json = gzipSync(JSON.stringify({ image: PICTURE.toString('base64') }));
  expect((await read(json, 'gzip', 'application/json')).picture).toEqual(PICTURE);
  const form = Buffer.concat([
    Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
    PICTURE,
    Buffer.from('\r\n--B--\r\n'),
  ]);
  expect((await read(brotliCompressSync(form), 'br', 'multipart/form-data; boundary=B')).picture).toEqual(PICTURE);
});

test.each(['zstd', 'compress', 'gzip, zstd', 'gzip;q=1', 'gzip, gzip, gzip, gzip', 'aws-chunked'])(
  'the coding %j is refused by its name',
  async (coding) => {
    const error = await failure(gzipSync(PICTURE), coding);
    expect(error).toBeInstanceOf(UnsupportedCodingError);
    expect(error).toHaveProperty(
      'message',
      `Expected gzip, deflate, br (at most 3 of them) for Content-Encoding, received "${coding}"`,
    );
  },
);

const zeros = Buffer.alloc(50_000_000);
test.each<[string, () => Buffer]>([
  ['gzip', () => gzipSync(zeros)],
  ['deflate', () => deflateSync(zeros)],
  ['br', () => brotliCompressSync(zeros)],
  ['gzip, gzip', () => gzipSync(gzipSync(zeros))],
])('a bomb in the coding %s is refused', async (coding, bomb) => {
  const error = await failure(bomb(), coding);
  expect(error).toBeInstanceOf(PayloadTooLargeError);
  expect(error).toHaveProperty(
    'message',
    expect.stringMatching(/at most 6291456 bytes without Content-Encoding \w+ for body/),
  );
});

test.each<[string, Buffer]>([
  ['gzip', PICTURE],
  ['gzip', gzipSync(PICTURE).subarray(0, 20)],
  ['deflate', PICTURE],
  ['br', PICTURE],
  ['gzip, br', gzipSync(PICTURE)],
])('data that is not in the coding %s is refused', async (coding, body) => {
  expect(await failure(body, coding)).toHaveProperty(
    'message',
    expect.stringMatching(
      /^Expected data in the coding of Content-Encoding, \w+ for body, received data that cannot be decoded$/,
    ),
  );
});

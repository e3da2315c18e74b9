import { MalformedBodyError, PayloadTooLargeError, UnsupportedBodyError } from '../../functions/api/errors.ts';
import { MAX_BODY_BYTES } from '../../functions/api/options.ts';
import { readBody } from '../../functions/detect/body.ts';
import { parseJsonObject } from '../../functions/detect/json-object.ts';
import { httpEvent, type TestRequest } from './fixtures/events.ts';

const BYTES = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]);
const JSON_TYPE = { 'content-type': 'application/json' };

const read = async (request: TestRequest) => readBody(await httpEvent(request));

function form(fields: Record<string, string | readonly string[]>, files: Record<string, Uint8Array> = { file: BYTES }) {
  const body = new FormData();
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) body.append(name, value as string);
  for (const [name, bytes] of Object.entries(files))
    body.append(name, new Blob([new Uint8Array(bytes)]), 'picture.jpg');
  return { body };
}

describe('a picture is read', () => {
  test.each<[string, TestRequest]>([
    ['from raw bytes with an image type', { body: BYTES, headers: { 'content-type': 'image/jpeg' } }],
    ['from raw bytes with upper case and parameters', { body: BYTES, headers: { 'content-type': 'IMAGE/PNG; q=1' } }],
    ['from application/octet-stream', { body: BYTES, headers: { 'content-type': 'application/octet-stream' } }],
    ['from a form', form({})],
    ['from base64 in JSON', { body: JSON.stringify({ image: BYTES.toString('base64') }), headers: JSON_TYPE }],
    [
      'from a data URL in JSON',
      { body: JSON.stringify({ image: `data:image/jpeg;base64,${BYTES.toString('base64')}` }), headers: JSON_TYPE },
    ],
    [
      'from base64 with line breaks',
      {
        body: JSON.stringify({ image: BYTES.toString('base64').replace(/(.{4})/g, '$1\r\n') }),
        headers: JSON_TYPE,
      },
    ],
  ])('%s', async (_way, request) => {
    const { picture } = await read(request);
    expect(Buffer.from(picture)).toEqual(BYTES);
  });

  test('from a body that API Gateway did not encode as base64', async () => {
    const event = await httpEvent({ headers: JSON_TYPE });
    const body = JSON.stringify({ image: BYTES.toString('base64') });
    const { picture } = await readBody({ ...event, body, isBase64Encoded: false });
    expect(Buffer.from(picture)).toEqual(BYTES);
  });

  test('up to the limit of bytes', async () => {
    const headers = { 'content-type': 'image/jpeg' };
    expect((await read({ body: Buffer.alloc(MAX_BODY_BYTES), headers })).picture).toHaveLength(MAX_BODY_BYTES);
  });
});

describe('options', () => {
  test('of a form are its text fields, repeated ones included', async () => {
    const { fields } = await read(form({ iou: ['0.4', '0.5'], model: 'a' }));
    expect([...fields]).toEqual([
      ['iou', ['0.4', '0.5']],
      ['model', ['a']],
    ]);
  });

  test('of JSON are the other keys, as text', async () => {
    const image = BYTES.toString('base64');
    const body = JSON.stringify({ image, confidence: 0.5, model: 'a', iou: [1], decision: null });
    const { fields } = await read({ body, headers: JSON_TYPE });
    expect(Object.fromEntries(fields)).toEqual({ confidence: ['0.5'], model: ['a'], iou: ['[1]'], decision: ['null'] });
  });

  test('of raw bytes are none', async () => {
    expect((await read({ body: BYTES, headers: { 'content-type': 'image/webp' } })).fields.size).toBe(0);
  });
});

describe('a body is rejected', () => {
  const multipart = (body: string, type = 'multipart/form-data; boundary=b'): TestRequest => ({
    body,
    headers: { 'content-type': type },
  });
  const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf a picture';

  test.each<[string, TestRequest, object]>([
    ['without bytes', { headers: { 'content-type': 'image/jpeg' } }, { field: 'picture', received: 'no bytes' }],
    ['with an empty file', form({}, { file: Buffer.alloc(0) }), { field: 'picture', received: 'no bytes' }],
    ['with an empty image in JSON', { body: '{"image":""}', headers: JSON_TYPE }, { field: 'picture' }],
    ['without a file', form({ confidence: '0.5' }, {}), { field: 'file', received: 'none' }],
    ['with a text field "file"', form({ file: 'a.jpg' }, {}), { field: 'file', received: 'a text field of that name' }],
    ['with a file in another field', form({}, { image: BYTES }), { received: 'a file in field "image"' }],
    ['without a boundary', multipart(part, 'multipart/form-data'), { field: 'body' }],
    ['that ends in the middle', multipart(part), { field: 'body' }],
    ['with another boundary', multipart(part, 'multipart/form-data; boundary=c'), { field: 'body' }],
    ['that is not JSON', { body: '{"image":', headers: JSON_TYPE }, { field: 'body', expected: 'a JSON object' }],
    ['that is a JSON array', { body: '[1]', headers: JSON_TYPE }, { field: 'body', received: '"[1]"' }],
    ['without an image', { body: '{"picture":""}', headers: JSON_TYPE }, { field: 'image', received: 'none' }],
    [
      'with an image that is a number',
      { body: '{"image":3}', headers: JSON_TYPE },
      { field: 'image', received: '"3"' },
    ],
    ['with letters that are not base64', { body: '{"image":"a b!"}', headers: JSON_TYPE }, { field: 'image' }],
    ['with base64 that lacks its padding', { body: '{"image":"abcde"}', headers: JSON_TYPE }, { field: 'image' }],
  ])('%s', async (_what, request, field) => {
    const error = await read(request).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MalformedBodyError);
    expect((error as MalformedBodyError).invalidFields).toEqual([expect.objectContaining(field)]);
  });

  test('with two files', async () => {
    const { body } = form({}, { file: BYTES });
    body.append('file', new Blob([BYTES]), 'b.jpg');
    await expect(read({ body })).rejects.toThrow('Expected exactly one file for file, received 2 files');
  });

  test.each([['application/x-www-form-urlencoded'], ['text/plain']])('with the type %s', async (type) => {
    await expect(read({ body: 'x', headers: { 'content-type': type } })).rejects.toThrow(
      new UnsupportedBodyError([
        { field: 'Content-Type', expected: 'multipart/form-data, image/* or application/json', received: `"${type}"` },
      ]),
    );
  });

  test('without a content type', async () => {
    const event = await httpEvent({ body: BYTES });
    await expect(readBody({ ...event, headers: {} })).rejects.toThrow(/for Content-Type, received none$/);
  });

  test.each([['/count-cars'], ['/count-cars/'], ['/candidate/count-cars']])(
    'over the limit of bytes, with the path of uploads: %s',
    async (path) => {
      const request = { path, body: Buffer.alloc(MAX_BODY_BYTES + 1), headers: { 'content-type': 'image/jpeg' } };
      const error = await read(request).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(PayloadTooLargeError);
      expect((error as PayloadTooLargeError).invalidFields).toEqual([
        {
          field: 'picture',
          expected: 'at most 4194304 bytes (for larger pictures use POST /count-cars/uploads)',
          received: '4194305 bytes',
        },
      ]);
    },
  );
});

test('an empty body is no JSON object', () => {
  expect(() => parseJsonObject(new Uint8Array())).toThrow('Expected a JSON object for body, received no bytes');
  expect(parseJsonObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
});

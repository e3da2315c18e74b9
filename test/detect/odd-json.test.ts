import { InvalidOptionsError, outlined, shown } from '../../functions/api/errors.ts';
import { parseOptions } from '../../functions/api/options.ts';
import { decodeBase64 } from '../../functions/detect/base64.ts';
import { parseJsonObject } from '../../functions/detect/json-object.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, invocation, testContext } from './fixtures/context.ts';
import { httpEvent } from './fixtures/events.ts';

const ID = '01998b3c-0000-7000-8000-000080000000';
const JPEG = golden('cars.jpg').toString('base64');

const nested = (depth: number, open = '[', close = ']', middle = '') =>
  open.repeat(depth) + middle + close.repeat(depth);

async function post(body: string) {
  const context = testContext();
  const headers = { 'content-type': 'application/json' };
  const event = await httpEvent({ path: `/${COUNT_CARS.name}`, body, headers });
  const { statusCode, body: answer = '' } = await answerHttp(event, invocation(), context);
  return { status: statusCode, problem: JSON.parse(answer), bytes: answer.length };
}

async function decide(body: string) {
  const context = testContext();
  const event = await httpEvent(
    { method: 'PUT', body, headers: { 'content-type': 'application/json' } },
    { routeKey: `PUT /${COUNT_CARS.name}/predictions/{id}/decision`, id: ID },
  );
  const { statusCode, body: answer = '' } = await answerHttp(event, invocation(), context);
  return { status: statusCode, problem: JSON.parse(answer) };
}

describe.each([10, 5000, 200_000])('JSON nested %i deep is a rejection', (depth) => {
  const lists = nested(depth);
  const objects = nested(depth, '{"a":', '}', '1');
  test.each([
    ['as a whole', lists, 'body'],
    ['as the image', `{"image":${lists}}`, 'image'],
    ['as an image of objects', `{"image":${objects}}`, 'image'],
    ['as an option', `{"image":"${JPEG}","confidence":${lists}}`, 'confidence'],
    ['as the model', `{"image":"${JPEG}","model":${objects}}`, 'model'],
    ['under an unknown key', `{"image":"${JPEG}","more":${objects}}`, '"more"'],
    ['under __proto__', `{"image":"${JPEG}","__proto__":${objects}}`, '"__proto__"'],
    ['without its end', `{"image":${'['.repeat(depth)}`, 'body'],
  ])('%s', async (_where, body, field) => {
    const { status, problem } = await post(body);
    expect([status, problem.errors[0].field]).toEqual([400, field]);
  });

  test.each([
    ['as a whole', lists, 'body'],
    ['as the count', `{"count":${lists}}`, 'count'],
    ['as the note', `{"count":1,"note":${objects}}`, 'note'],
    ['under an unknown key', `{"count":1,"more":${objects}}`, 'body'],
  ])('in a decision %s', async (_where, body, field) => {
    const { status, problem } = await decide(body);
    expect([status, problem.errors[0].field]).toEqual([400, field]);
  });
});

test.each<[unknown, string]>([
  [{ count: -1 }, '"-1"'],
  [{ count: 1.5 }, '"1.5"'],
  [{ count: 2_000_000 }, '"2000000"'],
  [{ count: '3' }, '"3"'],
  [{ count: null }, '"null"'],
  [{}, 'none'],
  [{ count: 1, by: 7 }, '"7"'],
  [{ count: 1, by: 'x'.repeat(201) }, `"${'x'.repeat(79)}…"`],
  [{ count: 1, why: 'because' }, '"why"'],
])('the decision %j is refused, and what came is shown', async (decision, received) => {
  const { status, problem } = await decide(JSON.stringify(decision));
  expect([status, problem.errors[0].received]).toEqual([400, received]);
});

const unknownOptions = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`option${index}`, index]));

test('of sixty unknown options, the answer lists the first', async () => {
  const { status, problem, bytes } = await post(JSON.stringify({ image: JPEG, ...unknownOptions(60) }));
  expect([status, problem.errors.length, problem.errors.at(-1).received]).toEqual([400, 21, '60 errors']);
  expect(bytes).toBeLessThan(10_000);
});

test.each([64, 100_000])('an object of %i options and the image is refused, and not checked', async (count) => {
  const body = JSON.stringify({ image: JPEG, ...unknownOptions(count) });
  const refused = { status: 400, problem: { detail: 'Expected at most 64 keys for body, received more' } };
  expect(await post(body)).toMatchObject(refused);
  expect(await decide(body)).toMatchObject(refused);
});

test.each([
  ['an option', `{"image":"${JPEG}","confidence":0.1,"confidence":0.9}`, 'confidence'],
  ['an option with an escape', `{"image":"${JPEG}","confidence":0.1 , "conf\\u0069dence" : 0.9}`, 'confidence'],
  ['the image', `{"image":"${JPEG}",\n"image"\t:"${JPEG}"}`, 'image'],
])('%s that is given twice is refused', async (_what, body, field) => {
  const { status, problem } = await post(body);
  expect([status, problem.detail]).toEqual([400, `Expected one value for "${field}", received several`]);
});

test('keys of objects in it, and texts that look like keys, are not counted', () => {
  const more = { text: '"a":', quoted: '\\"a\\\\":', list: ['a', { a: 1 }], object: { a: { a: 2 } }, empty: '' };
  const object = { ...more, a: 1 };
  expect(parseJsonObject(Buffer.from(JSON.stringify(object, undefined, 2)))).toEqual(object);
});

const text = '{"image":"/9j/"}';
test.each<[string, Buffer, string]>([
  ['UTF-16', Buffer.from(text, 'utf16le'), 'text in UTF-16 instead of UTF-8'],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'text in UTF-16 instead of UTF-8'],
  ['UTF-16, big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'text in UTF-16 instead of UTF-8'],
  [
    'UTF-32',
    Buffer.from(Uint32Array.from(text, (each) => each.charCodeAt(0)).buffer),
    'text in UTF-32 instead of UTF-8',
  ],
  ['Latin-1', Buffer.from('{"count":1,"note":"Müller"}', 'latin1'), 'bytes that are not UTF-8'],
])('JSON in %s is named', (_encoding, bytes, received) => {
  expect(() => parseJsonObject(bytes)).toThrow(`Expected a JSON object for body, received ${received}`);
});

test('a mark of UTF-8 is taken', () => {
  expect(parseJsonObject(Buffer.from(`\ufeff${text}`))).toEqual({ image: '/9j/' });
});

test('an unknown option in the query is listed as before', () => {
  const parse = () => parseOptions(new Map([['treshold', ['1']]]));
  expect(parse).toThrow(InvalidOptionsError);
});

describe('an outline', () => {
  test.each<[unknown, string]>([
    [3, '3'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    ['a"b', '"a\\"b"'],
    [[1], '[1]'],
    [[], '[]'],
    [{}, '{}'],
    [{ a: [1, { b: 2 }] }, '{"a":[1,{"b":2}]}'],
    [[[[[1]]]], '[[[[…]]]]'],
    [Array.from({ length: 9 }, (_, index) => index), '[0,1,2,3,4,5,6,7,…]'],
    ['x'.repeat(100), `"${'x'.repeat(80)}"`],
  ])('of %j is %s', (value, outline) => expect(outlined(value)).toBe(outline));
});

test('a shown value has at most 80 printable ASCII characters', () => {
  expect(shown('\u0000Käse\n')).toBe('"?K?se?"');
  expect(shown('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
  expect(shown('😀'.repeat(5_000_000))).toHaveLength(82);
});

describe('base64', () => {
  const bytes = Buffer.from('a picture');
  const text = bytes.toString('base64');
  test.each([
    ['plain', text],
    ['with spaces and tabs', `\t${text.slice(0, 3)} \t${text.slice(3)} `],
    ['with line breaks', text.replace(/(..)/g, '$1\r\n')],
    ['in a data: URL', `data:image/jpeg;base64,${text}`],
    ['in a data: URL without a type', `data:;base64,${text}`],
    ['in a data: URL with parameters', `data:image/jpeg;charset=utf-8;name=a%20b;base64,${text}`],
    ['in a data: URL in capitals', `DATA:IMAGE/JPEG;BASE64,${text}`],
    ['in a data: URL with a space', ` data:image/jpeg;base64, ${text}`],
  ])('%s is decoded', (_what, value) => expect(decodeBase64('image', value)).toEqual(bytes));

  test.each([
    ['data:image/jpeg,abcd', 'a data: URL without ";base64"'],
    ['ab-_', 'base64url, with the character "-"'],
    ['abc!', 'text with the character "!": "abc!"'],
    ['abcde', '5 characters, which is no multiple of 4'],
    ['ab==cd==', 'padding ("=") before the end'],
    ['abcd====', 'padding ("=") before the end'],
  ])('%j is refused by its fault', (value, received) => {
    expect(() => decodeBase64('image', value)).toThrow(
      `Expected base64 (RFC 4648, with padding) for image, received ${received}`,
    );
  });
});

import { readBody } from '../../functions/detect/body.ts';
import { httpEvent } from './fixtures/events.ts';

const PICTURE = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]);
const TYPE = 'multipart/form-data; boundary=B';
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg';

interface Part {
  readonly headers: string;
  readonly body?: Uint8Array;
}

/** A body of these parts, with the boundary `B`. */
function multipart(...parts: readonly Part[]): Buffer {
  const chunks = parts.map(({ headers, body = PICTURE }) => [
    Buffer.from(`--B\r\n${headers}${headers === '' ? '' : '\r\n'}\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks.flat(), Buffer.from('--B--\r\n')]);
}

const read = async (body: Buffer, type = TYPE) =>
  readBody(await httpEvent({ body, headers: { 'content-type': type } }));

async function refusal(body: Buffer, type = TYPE): Promise<string> {
  return read(body, type).then(
    () => 'taken',
    ({ message }: Error) => message,
  );
}

const expectedFile = (received: string) => `Expected exactly one file for file, received ${received}`;
const LARGE = Buffer.alloc(3_000_000, 'x');

describe('a part that is not of a form is named, whatever its size,', () => {
  const skipped: readonly (readonly [string, string])[] = [
    ['Content-Type: image/jpeg', 'a part without Content-Disposition'],
    ['', 'a part without Content-Disposition'],
    [
      'Content-Disposition: attachment; filename="a.jpg"',
      'a part with Content-Disposition "attachment" instead of form-data',
    ],
    [
      'Content-Type: image/jpeg\r\nContent-Disposition: file; filename="a.jpg"',
      'a part with Content-Disposition "file" instead of form-data',
    ],
    ['Content-ID: <root>', 'a part without Content-Disposition'],
  ];

  test.each(
    skipped.flatMap(([headers, received]) =>
      [8, 65_536, 66_000, 3_000_000].map((size) => [headers, size, received] as const),
    ),
  )('%j with %i bytes', async (headers, size, received) => {
    expect(await refusal(multipart({ headers, body: LARGE.subarray(0, size) }))).toBe(expectedFile(received));
  });

  test('but does not hide the picture beside it', async () => {
    const body = multipart({ headers: 'Content-Type: text/xml', body: LARGE }, { headers: FILE });
    expect((await read(body)).picture).toEqual(PICTURE);
  });
});

test.each([5, 10, 64])('%i files of 70 KB are counted', async (files) => {
  const parts = Array.from({ length: files }, () => ({ headers: FILE, body: LARGE.subarray(0, 60_000) }));
  expect(await refusal(multipart(...parts))).toBe(expectedFile(`${files} files`));
});

test('64 parts are read', async () => {
  const fields = Array.from({ length: 63 }, (_, index) => ({
    headers: `Content-Disposition: form-data; name="f${index}"`,
    body: Buffer.from('1'),
  }));
  const { picture, fields: read64 } = await read(multipart(...fields, { headers: FILE }));
  expect([picture, read64.size]).toEqual([PICTURE, 63]);
});

test.each([65, 10_000, 450_000])('%i parts are refused before they are parsed', async (parts) => {
  const body = Buffer.from(`${'--B\r\n\r\n\r\n'.repeat(parts)}--B--`);
  expect(await refusal(body)).toBe('Expected at most 64 parts for body, received more');
});

describe('a picture without a file name is taken', () => {
  test.each([
    ['with its content type', 'Content-Disposition: form-data; name="file"\r\nContent-Type: image/jpeg'],
    ['without a content type', 'Content-Disposition: form-data; name="file"'],
    ['declared as text', 'Content-Disposition: form-data; name=file\r\nContent-Type: text/plain'],
    ['with an empty file name', 'Content-Disposition: form-data; name="file"; filename=""'],
  ])('%s', async (_what, headers) => {
    expect((await read(multipart({ headers }))).picture).toEqual(PICTURE);
  });

  test('in another field it is named as a file', async () => {
    const headers = 'Content-Disposition: form-data; name="image"\r\nContent-Type: image/png';
    expect(await refusal(multipart({ headers }))).toBe(expectedFile('a file in field "image"'));
  });

  test('but text is not', async () => {
    const headers = 'Content-Disposition: form-data; name="file"';
    const body = Buffer.from('C:\\fotos\\küche.jpg');
    expect(await refusal(multipart({ headers, body }))).toBe(expectedFile('a text field of that name'));
  });
});

describe('a form that RFC 2046 allows is taken', () => {
  const end = '\r\n--B--';
  const whole = multipart({ headers: FILE }).subarray('--B\r\n'.length, -(end.length + 2));
  const form = (before: string, after = end) => Buffer.concat([Buffer.from(before), whole, Buffer.from(after)]);
  const field = (name: string, value: string) =>
    `--B \r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  test.each<[string, Buffer]>([
    ['with a preamble', form('A preamble.\r\n--B\r\n')],
    ['with an epilogue', form('--B\r\n', `${end}\r\n--B\r\nAn epilogue`)],
    ['without a line end at its end', form('--B\r\n')],
    ['with white space behind its boundaries', form('--B \t\r\n', `${end} \r\n`)],
    ['with white space behind some of them', form(`${field('confidence', '0.5')}--B\r\n`)],
    ['with white space behind all of them', form(`${field('confidence', '0.5')}--B\t\r\n`)],
  ])('%s', async (_what, body) => {
    expect((await read(body)).picture).toEqual(PICTURE);
  });

  test.each([
    'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%e2%82%ac.jpg',
    'Content-Disposition: form-data; name="file"; filename*=x\'\'%zz',
    'Content-Disposition: form-data; filename=a; name=file',
    'content-disposition: FORM-DATA;\r\n name="file";\r\n\tfilename="a;b\\"c"',
  ])('with the header %j', async (headers) => {
    expect((await read(multipart({ headers }))).picture).toEqual(PICTURE);
  });
});

describe('a form that cannot be read is refused', () => {
  const parts = '(?:parts separated by the boundary in Content-Type)';
  test.each<[string, Buffer, string | undefined, RegExp]>([
    [
      'without a boundary in its type',
      multipart({ headers: FILE }),
      'multipart/form-data',
      /boundary .*, received none/,
    ],
    ['with an empty boundary', multipart({ headers: FILE }), 'multipart/form-data; boundary=""', /received none/],
    ['with a boundary over 70', multipart(), `multipart/form-data; boundary=${'b'.repeat(71)}`, /1 to 70 printable/],
    ['with another boundary', multipart({ headers: FILE }), `${TYPE}x`, new RegExp(`${parts}.*no such boundary`)],
    ['with line ends of LF', Buffer.from('--B\nContent-Disposition: x\n\nx\n--B--\n'), undefined, /CR LF.*with LF/],
    ['that ends in a file', Buffer.from(`--B\r\n${FILE}\r\n\r\nhalf`), undefined, new RegExp(parts)],
    ['that ends in headers', Buffer.from('--B\r\nContent-Disposition: form-data; na'), undefined, new RegExp(parts)],
    ['that ends in a skipped part', Buffer.from('--B\r\nA: b\r\n\r\nhalf'), undefined, new RegExp(parts)],
    ['that has only its first boundary', Buffer.from('--B'), undefined, new RegExp(parts)],
    ['without its closing boundary', Buffer.from(`--B\r\n${FILE}\r\n\r\nx\r\n--B`), undefined, /no closing boundary/],
    ['closed behind a LF', Buffer.from(`--B\r\n${FILE}\r\n\r\nx\n--B--`), undefined, /LF instead of CR LF/],
    [
      'with line ends of CR',
      Buffer.from('--B\rContent-Disposition: x\r\rx\r--B--\r'),
      undefined,
      /CR instead of CR LF/,
    ],
    [
      'with headers ending with LF',
      Buffer.from('--B\r\nA: b\nC: d\n\nx\r\n--B--\r\n'),
      undefined,
      /headers end with LF/,
    ],
    [
      'of long headers',
      multipart({ headers: `A: ${'x'.repeat(90_000)}\r\n${FILE}` }),
      undefined,
      /with 90\d{3} bytes of/,
    ],
    ['of headers without an end', multipart({ headers: '\0'.repeat(70_000) }), undefined, /exactly one file/],
    [
      'with a file in base64',
      multipart({ headers: `${FILE}\r\nContent-Transfer-Encoding: BASE64` }),
      undefined,
      /base64/,
    ],
    [
      'with a file without a name',
      multipart({ headers: 'Content-Disposition: form-data; filename=a' }),
      undefined,
      /without a name/,
    ],
  ])('%s', async (_what, body, type, message) => {
    expect(await refusal(body, type)).toMatch(message);
  });
});

test.each([
  ['Content-Disposition: attachment; name="confidence"', '"attachment" instead of form-data, named "confidence"'],
  ['Content-Disposition: inline;\r\n name=iou', '"inline" instead of form-data, named "iou"'],
  ["Content-Disposition: attachment; name*=UTF-8''iou", '"attachment" instead of form-data, named "iou"'],
  ['Content-Disposition: inline; filename="a; b"; name="iou"', '"inline" instead of form-data, named "iou"'],
  ['Content-Disposition : form-data; name="iou"', 'white space around the name Content-Disposition, named "iou"'],
  [' Content-Disposition: form-data; name="iou"', 'white space around the name Content-Disposition, named "iou"'],
])('an option in a part that cannot be read is refused, with a picture, too: %j', async (headers, received) => {
  const option = { headers, body: Buffer.from('0.9') };
  for (const parts of [
    [option, { headers: FILE }],
    [{ headers: FILE }, option],
  ])
    expect(await refusal(multipart(...parts))).toMatch(
      new RegExp(`^Expected parts that are form-data for body, received a part .*${received}$`),
    );
});

test('an option whose headers end with LF is refused', async () => {
  const option = Buffer.from('--B\r\nContent-Disposition: form-data; name="iou"\n\n0.9\r\n');
  expect(await refusal(Buffer.concat([option, multipart({ headers: FILE })]))).toBe(
    'Expected parts that are form-data for body, ' +
      'received a part whose headers end with LF instead of CR LF, named "iou"',
  );
});

test.each([
  'Content-Disposition: attachment; filename="a.txt"',
  'Content-Disposition: attachment; filename="a; name=b.txt"',
  'Content-Disposition: attachment; filename="a\\"; name=b.txt"',
])('a part without a name that is no form-data is left out: %j', async (headers) => {
  expect((await read(multipart({ headers, body: Buffer.from('x') }, { headers: FILE }))).picture).toEqual(PICTURE);
});

test('a value that is longer than any option is refused, not cut', async () => {
  const option = (headers: string, body: string) => multipart({ headers: FILE }, { headers, body: Buffer.from(body) });
  const headers = 'Content-Disposition: form-data; name="decision"';
  expect(await refusal(option(headers, `${'0'.repeat(1023)}12`))).toBe(
    'Expected at most 1024 bytes for decision, received more',
  );
  const { fields } = await read(option(headers, '0'.repeat(1023)));
  expect(fields.get('decision')).toEqual(['0'.repeat(1023)]);
});

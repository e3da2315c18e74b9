import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { golden } from './pictures.ts';

/** A request that callers really send, or that attackers do, with the answer that the documentation promises. */
export interface OddInput {
  readonly name: string;
  readonly request: () => Promise<RequestInit & { readonly path?: string }>;
  readonly status: number;
  /** `type` of the problem document; absent for answers of 200. */
  readonly problem?: string;
  /** A part of the problem's `errors`, where the words matter. */
  readonly fault?: { readonly field: string; readonly received?: RegExp };
}

const raw = (bytes: Uint8Array, type = 'image/jpeg'): RequestInit => ({
  body: new Uint8Array(bytes),
  headers: { 'content-type': type },
});

const form = (parts: Record<string, Blob | string | (Blob | string)[]>): RequestInit => {
  const body = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === 'string') body.append(name, each);
      else body.append(name, each, 'picture.jpg');
    }
  }
  return { body };
};

const blob = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
const json = (value: unknown): RequestInit => ({
  body: typeof value === 'string' ? value : JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
});

const cars = () => golden('cars.jpg');
const small = () => sharp(cars()).resize(320);

function picture(name: string, make: () => Promise<Uint8Array>, type?: string): OddInput {
  return { name, request: async () => raw(await make(), type), status: 200 };
}

function refused(
  name: string,
  status: number,
  problem: string,
  request: () => Promise<RequestInit & { path?: string }>,
  fault?: OddInput['fault'],
): OddInput {
  return { name, status, problem, request, ...(fault && { fault }) };
}

const orientations = [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
  picture(`EXIF orientation ${orientation}`, () => sharp(cars()).withMetadata({ orientation }).jpeg().toBuffer()),
);

const truncations = ['jpeg', 'png', 'webp'].flatMap((format) =>
  [10, 50, 99].map((percent) =>
    refused(`${format} truncated at ${percent} %`, 422, 'undecodable-picture', async () => {
      const whole = await small()
        .toFormat(format as 'jpeg')
        .toBuffer();
      return raw(whole.subarray(0, Math.floor((whole.length * percent) / 100)), `image/${format}`);
    }),
  ),
);

/** The table of the issue: what is odd, and the documented answer. All go to `POST /count-cars` unless they say. */
export const ODD_INPUTS: readonly OddInput[] = [
  ...orientations,
  picture('CMYK JPEG', () => small().toColourspace('cmyk').jpeg().toBuffer()),
  picture('grey JPEG', () => small().greyscale().jpeg().toBuffer()),
  picture('progressive JPEG', () => small().jpeg({ progressive: true }).toBuffer()),
  picture('16-bit PNG', () => small().toColourspace('rgb16').png().toBuffer(), 'image/png'),
  picture('palette PNG', () => small().png({ palette: true, colours: 16 }).toBuffer(), 'image/png'),
  picture('PNG with alpha', () => small().ensureAlpha(0.5).png().toBuffer(), 'image/png'),
  picture('grey PNG with alpha', () => small().greyscale().ensureAlpha(0.5).png().toBuffer(), 'image/png'),
  picture('lossless WebP', () => small().webp({ lossless: true }).toBuffer(), 'image/webp'),
  picture('animated WebP (its first frame counts)', animatedWebp, 'image/webp'),
  picture('PNG that says it is a JPEG', () => small().png().toBuffer(), 'image/jpeg'),
  picture('JPEG sent as octet-stream', () => small().jpeg().toBuffer(), 'application/octet-stream'),
  picture('1×1 pixel', () => sharp(cars()).resize(1, 1).png().toBuffer(), 'image/png'),
  picture('20000×10 pixels', () => flat(20_000, 10), 'image/png'),
  picture('10×20000 pixels', () => flat(10, 20_000), 'image/png'),
  ...truncations,
  refused('PNG bomb: 30000×30000 in a few kilobytes', 422, 'too-many-pixels', async () =>
    raw(bombPng(30_000, 30_000), 'image/png'),
  ),
  refused('PNG that promises 2³¹ pixels a side', 422, 'undecodable-picture', async () =>
    raw(bombPng(2 ** 31 - 1, 2 ** 31 - 1), 'image/png'),
  ),
  refused('JPEG header alone', 422, 'undecodable-picture', async () => raw(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))),
  refused(
    'GIF named .jpg',
    415,
    'unsupported-picture',
    async () => form({ file: blob(await small().gif().toBuffer()) }),
    {
      field: 'picture',
      received: /gif/i,
    },
  ),
  refused('HTML named .jpg', 415, 'unsupported-picture', async () =>
    form({ file: blob(Buffer.from('<!doctype html><p>hi')) }),
  ),
  refused('PDF named .jpg', 415, 'unsupported-picture', async () =>
    form({ file: blob(Buffer.from('%PDF-1.7\n%âãÏÓ\n')) }),
  ),
  refused('SVG named .jpg', 415, 'unsupported-picture', async () =>
    form({
      file: blob(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')),
    }),
  ),
  refused('TIFF', 415, 'unsupported-picture', async () => raw(await small().tiff().toBuffer(), 'image/tiff')),
  refused('noise', 415, 'unsupported-picture', async () => raw(Buffer.from('no picture at all, only words'))),
  refused('empty body', 400, 'malformed-body', async () => raw(new Uint8Array()), {
    field: 'picture',
    received: /no bytes/,
  }),
  refused('empty file in a form', 400, 'malformed-body', async () => form({ file: blob(new Uint8Array()) })),
  refused('multipart without file', 400, 'malformed-body', async () => form({ confidence: '0.5' }), {
    field: 'file',
    received: /none/,
  }),
  refused('multipart with file as text', 400, 'malformed-body', async () => form({ file: 'cars.jpg' }), {
    field: 'file',
    received: /text field/,
  }),
  refused('multipart with two files', 400, 'malformed-body', async () => form({ file: [blob(cars()), blob(cars())] }), {
    field: 'file',
    received: /2 files/,
  }),
  refused(
    'multipart with the file under another name',
    400,
    'malformed-body',
    async () => form({ image: blob(cars()) }),
    {
      field: 'file',
      received: /"image"/,
    },
  ),
  refused('multipart with a broken boundary', 400, 'malformed-body', async () => ({
    body: '--other\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nx\r\n--other--',
    headers: { 'content-type': 'multipart/form-data; boundary=announced' },
  })),
  refused('multipart without a boundary', 400, 'malformed-body', async () => ({
    body: 'x',
    headers: { 'content-type': 'multipart/form-data' },
  })),
  refused('multipart that ends in the middle', 400, 'malformed-body', async () => ({
    body: '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf a pict',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })),
  refused('base64 that is not', 400, 'malformed-body', async () => json({ image: 'not base64!' }), { field: 'image' }),
  refused('JSON without image', 400, 'malformed-body', async () => json({ picture: '' }), {
    field: 'image',
    received: /none/,
  }),
  refused('JSON that is not', 400, 'malformed-body', async () => json('{"image":'), { field: 'body' }),
  refused('JSON array', 400, 'malformed-body', async () => json([1])),
  refused('a form type that no picture has', 415, 'unsupported-body', async () => ({
    body: 'file=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })),
  refused(
    'confidence of 2',
    400,
    'invalid-options',
    async () => ({ ...raw(cars()), path: '/count-cars?confidence=2' }),
    {
      field: 'confidence',
      received: /"2"/,
    },
  ),
  refused('confidence in words', 400, 'invalid-options', async () => ({
    ...raw(cars()),
    path: '/count-cars?confidence=high',
  })),
  refused('empty confidence', 400, 'invalid-options', async () => ({
    ...raw(cars()),
    path: '/count-cars?confidence=',
  })),
  refused(
    'iou given twice',
    400,
    'invalid-options',
    async () => ({ ...raw(cars()), path: '/count-cars?iou=0.5&iou=0.6' }),
    {
      field: 'iou',
      received: /2 values/,
    },
  ),
  refused('option in query and form', 400, 'invalid-options', async () => ({
    ...form({ file: blob(cars()), iou: '0.5' }),
    path: '/count-cars?iou=0.5',
  })),
  refused('max_side of 0', 400, 'invalid-options', async () => ({ ...raw(cars()), path: '/count-cars?max_side=0' })),
  refused('max_side of a million', 400, 'invalid-options', async () => ({
    ...raw(cars()),
    path: '/count-cars?max_side=1000000',
  })),
  refused('negative decision', 400, 'invalid-options', async () => ({
    ...raw(cars()),
    path: '/count-cars?decision=-1',
  })),
  refused(
    'unknown option',
    400,
    'invalid-options',
    async () => ({ ...raw(cars()), path: '/count-cars?treshold=0.5' }),
    {
      field: '"treshold"',
    },
  ),
  refused('model of another endpoint', 400, 'invalid-options', async () => ({
    ...raw(cars()),
    path: '/count-cars?model=yolo',
  })),
  refused('predict without a model', 400, 'invalid-options', async () => ({ ...raw(cars()), path: '/predict' }), {
    field: 'model',
    received: /none/,
  }),
  refused('an answer as XML', 406, 'not-acceptable', async () => ({
    body: new Uint8Array(cars()),
    headers: { 'content-type': 'image/jpeg', accept: 'application/xml' },
  })),
  refused(
    '4.2 MiB of picture',
    413,
    'picture-too-large',
    async () => raw(Buffer.concat([cars(), Buffer.alloc(4.2 * 1024 * 1024)])),
    {
      field: 'picture',
    },
  ),
];

async function animatedWebp(): Promise<Buffer> {
  const frame = await small().toBuffer();
  return sharp([frame, await sharp(frame).negate().toBuffer()], { join: { animated: true } })
    .webp()
    .toBuffer();
}

function flat(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#7a8' } })
    .png()
    .toBuffer();
}

/** A PNG whose header promises more than its data holds: what a decoder without limits would make room for. */
function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(1 << 20));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { decode, fitInside, type Picture } from '../../functions/detection/decode.ts';
import { formatOf } from '../../functions/detection/picture-format.ts';
import { golden } from './fixtures/packages.ts';
import { oriented, WAY_UP, wayUp, wayUpPixels } from './fixtures/pictures.ts';

const LIMITS = { side: 1600, maxPixels: 50_000_000, maxBytes: 10_000_000 };

const open = (bytes: Uint8Array, limits: Partial<typeof LIMITS> = {}) => decode(bytes, { ...LIMITS, ...limits });

const pixel = ({ pixels, width }: Picture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** Mean difference of two pictures' values, 0–255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] as number)), 0) / a.length;
}

async function rejection(
  bytes: Uint8Array,
  limits: Partial<typeof LIMITS> = {},
): Promise<{ name: string; message: string }> {
  return open(bytes, limits).then(
    () => ({ name: 'taken', message: '' }),
    ({ name, message }: Error) => ({ name, message }),
  );
}

describe('upright by EXIF', () => {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((o) => (['jpeg', 'png', 'webp'] as const).map((f) => [o, f] as const));

  test.each(cases)('orientation %i in a %s', async (orientation, format) => {
    const picture = await open(await oriented(wayUp(), orientation, format));
    expect(picture).toMatchObject({ ...WAY_UP, source: WAY_UP });
    expect(difference(picture.pixels, wayUpPixels())).toBeLessThan(format === 'jpeg' ? 2 : 0.01);
  });

  test('a reduced picture', async () => {
    const large = await sharp(wayUpPixels(), { raw: { ...WAY_UP, channels: 3 } }).resize(3000, 2000, {
      kernel: 'nearest',
    });
    const picture = await open(await oriented(sharp(await large.png().toBuffer()), 6, 'jpeg'), { side: 96 });
    expect(picture).toMatchObject({ width: 96, height: 64, source: { width: 3000, height: 2000 } });
    expect([pixel(picture, 30, 8), pixel(picture, 80, 8), pixel(picture, 30, 56)]).toEqual([
      [254, 0, 0],
      [0, 255, 1],
      [0, 0, 254],
    ]);
  });
});

describe('every pixel format becomes 8-bit sRGB with three channels', () => {
  const apples = () => golden('apples').then((bytes) => sharp(bytes));
  const kinds: [string, number, (picture: Sharp) => Promise<Buffer>][] = [
    ['progressive JPEG', 2, (picture) => picture.jpeg({ progressive: true, quality: 95 }).toBuffer()],
    ['CMYK JPEG', 12, (picture) => picture.toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['JPEG with a Display P3 profile', 4, (picture) => picture.withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()],
    ['16-bit PNG', 0.1, (picture) => picture.toColourspace('rgb16').png().toBuffer()],
    ['interlaced PNG', 0.1, (picture) => picture.png({ progressive: true }).toBuffer()],
    ['palette PNG', 6, (picture) => picture.png({ palette: true }).toBuffer()],
    ['opaque RGBA PNG', 0.1, (picture) => picture.ensureAlpha(1).png().toBuffer()],
    ['opaque 16-bit RGBA PNG', 0.1, (picture) => picture.ensureAlpha(1).toColourspace('rgb16').png().toBuffer()],
    ['lossless WebP', 0.1, (picture) => picture.webp({ lossless: true }).toBuffer()],
    ['lossy WebP', 6, (picture) => picture.webp({ quality: 90 }).toBuffer()],
  ];

  test.each(kinds)('%s, within a mean difference of %d', async (_what, tolerance, encode) => {
    const reference = await open(await golden('apples'));
    const picture = await open(await encode(await apples()));
    expect(picture).toMatchObject({ width: 960, height: 640 });
    expect(difference(picture.pixels, reference.pixels)).toBeLessThan(tolerance);
  });

  const greys: [string, (picture: Sharp) => Promise<Buffer>][] = [
    ['grey JPEG', (picture) => picture.greyscale().jpeg().toBuffer()],
    ['grey PNG', (picture) => picture.greyscale().toColourspace('b-w').png().toBuffer()],
    ['16-bit grey PNG', (picture) => picture.greyscale().toColourspace('grey16').png().toBuffer()],
    ['grey PNG with alpha', (picture) => picture.greyscale().toColourspace('b-w').ensureAlpha(1).png().toBuffer()],
  ];

  test.each(greys)('%s becomes three equal channels', async (_what, encode) => {
    const { pixels, width, height } = await open(await encode(await apples()));
    expect(pixels).toHaveLength(width * height * 3);
    for (let at = 0; at < pixels.length; at += 999) expect(pixels[at]).toBe(pixels[at - (at % 3)]);
    expect(new Set(pixels).size).toBeGreaterThan(100);
  });

  test('transparent pixels become white', async () => {
    const clear = sharp({
      create: { width: 2, height: 1, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    });
    expect(pixel(await open(await clear.png().toBuffer()), 0, 0)).toEqual([227, 127, 127]);
    const empty = sharp({ create: { width: 2, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    for (const bytes of [await empty.png().toBuffer(), await empty.webp({ lossless: true }).toBuffer()]) {
      expect(pixel(await open(bytes), 1, 0)).toEqual([255, 255, 255]);
    }
  });

  test('an animated WebP gives its first frame', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 20, height: 10, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = await Promise.all(['red', 'blue', 'lime'].map(frame));
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(3);
    const picture = await open(animated);
    expect(picture).toMatchObject({ width: 20, height: 10, source: { width: 20, height: 10 } });
    expect(pixel(picture, 5, 5)).toEqual([255, 0, 0]);
  });
});

describe('the format is recognised by content only', () => {
  const pdf = '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n';
  const others: [string, () => Promise<Uint8Array> | Uint8Array, string][] = [
    ['text', () => Buffer.from('not a picture'), 'text'],
    ['one byte', () => Uint8Array.of(0xff), 'content that starts with the bytes ff'],
    [
      'SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'),
      'markup (HTML, SVG or XML)',
    ],
    [
      'XML that is SVG',
      () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      'markup (HTML, SVG or XML)',
    ],
    ['PDF', () => Buffer.from(pdf), 'a PDF'],
    ['GIF', () => wayUp().gif().toBuffer(), 'a GIF'],
    ['TIFF', () => wayUp().tiff().toBuffer(), 'a TIFF'],
    [
      'sound in a RIFF file',
      () => Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'),
      'content that starts with the bytes 524946462400000057415645',
    ],
    [
      'a PNG whose line ends were changed in transfer',
      () => Buffer.from('\x89PNG\n\x1a\n', 'latin1'),
      'a PNG whose line ends were changed, as by a transfer in text mode',
    ],
  ];

  test.each(others)('%s is not a supported picture', async (_what, make, received) => {
    expect(await rejection(await make())).toEqual({
      name: 'UnsupportedPictureError',
      message: `Expected a JPEG, PNG, WebP or AVIF file for picture, received ${received}`,
    });
  });

  test('other loaders of libvips are blocked', async () => {
    await expect(
      sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).metadata(),
    ).rejects.toThrow('unsupported image format');
    await expect(sharp(await wayUp().tiff().toBuffer()).metadata()).rejects.toThrow('unsupported image format');
  });

  test('three formats are supported', async () => {
    expect(formatOf(await wayUp().jpeg().toBuffer())).toBe('JPEG');
    expect(formatOf(await wayUp().png().toBuffer())).toBe('PNG');
    expect(formatOf(await wayUp().webp().toBuffer())).toBe('WebP');
  });
});

describe('limits are checked before decoding', () => {
  test('no bytes', async () => {
    expect(await rejection(new Uint8Array())).toEqual({
      name: 'EmptyPictureError',
      message: 'Expected at least one byte for picture, received none',
    });
  });

  test('too many bytes, even where they are no picture', async () => {
    expect(await rejection(new Uint8Array(101), { maxBytes: 100 })).toEqual({
      name: 'PictureTooLargeError',
      message: 'Expected at most 100 bytes for picture, received 101 bytes',
    });
  });

  test('too many pixels by the header of a file without data', async () => {
    expect(await rejection(pngHeader(60_000, 50_000))).toEqual({
      name: 'TooManyPixelsError',
      message: 'Expected at most 50000000 pixels for picture, received 60000 × 50000 = 3000000000 pixels',
    });
  });

  test('one pixel over the limit is rejected, the limit is accepted', async () => {
    const bytes = await wayUp().png().toBuffer();
    expect((await rejection(bytes, { maxPixels: 48 * 32 - 1 })).name).toBe('TooManyPixelsError');
    await expect(open(bytes, { maxPixels: 48 * 32 })).resolves.toMatchObject(WAY_UP);
  });
});

describe('incomplete pictures are rejected', () => {
  const formats: [string, (picture: Sharp) => Promise<Buffer>][] = [
    ['JPEG', (picture) => picture.jpeg().toBuffer()],
    ['progressive JPEG', (picture) => picture.jpeg({ progressive: true }).toBuffer()],
    ['PNG', (picture) => picture.png().toBuffer()],
    ['interlaced PNG', (picture) => picture.png({ progressive: true }).toBuffer()],
    ['WebP', (picture) => picture.webp().toBuffer()],
    ['lossless WebP', (picture) => picture.webp({ lossless: true }).toBuffer()],
  ];

  test.each(formats)('%s at 1, 10, 50 and 99 per cent', async (what, encode) => {
    const bytes = await encode(sharp(await golden('apples')).resize(240));
    await expect(open(bytes)).resolves.toMatchObject({ width: 240, height: 160 });
    const format = what.replace(/^.* /, '');
    for (const share of [0.01, 0.1, 0.5, 0.99]) {
      const { name, message } = await rejection(bytes.subarray(0, Math.max(12, Math.floor(bytes.length * share))));
      expect({ share, name }).toEqual({ share, name: 'UndecodablePictureError' });
      expect(message).toMatch(
        `Expected a complete, undamaged ${format} file for picture, received a file that cannot be decoded: `,
      );
      expect(message).not.toContain('\n');
    }
  });

  test('a JPEG and a PNG without more than their end marker; a WebP without its last byte', async () => {
    const picture = sharp(await golden('apples')).resize(240);
    const [jpeg, webp, png] = [
      await picture.jpeg().toBuffer(),
      await picture.webp().toBuffer(),
      await picture.png().toBuffer(),
    ];
    expect((await rejection(jpeg.subarray(0, -1))).name).toBe('taken');
    expect((await rejection(jpeg.subarray(0, -2))).name).toBe('taken');
    expect((await rejection(jpeg.subarray(0, -4))).name).toBe('UndecodablePictureError');
    expect((await rejection(webp.subarray(0, -1))).name).toBe('UndecodablePictureError');
    expect((await rejection(png.subarray(0, -12))).name).toBe('taken');
    expect((await rejection(png.subarray(0, -20))).name).toBe('UndecodablePictureError');
  });
});

describe('damage', () => {
  test('a PNG with a damaged byte fails its checksum', async () => {
    const png = await sharp(await golden('apples'))
      .resize(240)
      .png()
      .toBuffer();
    png[png.length >> 1] = (png[png.length >> 1] as number) ^ 0xff;
    expect((await rejection(png)).name).toBe('UndecodablePictureError');
  });

  test('a valid signature without data', async () => {
    for (const start of ['ffd8ffe0', '89504e470d0a1a0a', '524946460400000057454250']) {
      expect((await rejection(Buffer.from(`${start}00000000`, 'hex'))).name).toBe('UndecodablePictureError');
    }
  });

  test('unusual scan parameters of some phones are accepted', async () => {
    const jpeg = await sharp(await golden('apples'))
      .resize(240)
      .jpeg()
      .toBuffer();
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    const components = jpeg[scan + 4] as number;
    jpeg[scan + 6 + 2 * components] = 0;
    await expect(sharp(jpeg, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('Invalid SOS parameters');
    await expect(open(jpeg)).resolves.toMatchObject({ width: 240, height: 160 });
  });
});

describe('size', () => {
  test.each([
    [
      { width: 640, height: 480 },
      { width: 640, height: 480 },
    ],
    [
      { width: 4000, height: 3000 },
      { width: 1600, height: 1200 },
    ],
    [
      { width: 3000, height: 4000 },
      { width: 1200, height: 1600 },
    ],
    [
      { width: 20_000, height: 10 },
      { width: 1600, height: 1 },
    ],
    [
      { width: 1, height: 1 },
      { width: 1, height: 1 },
    ],
  ])('%j within 1600 pixels is %j', (size, expected) => {
    expect(fitInside(size, 1600)).toEqual(expected);
  });

  test.each([
    [20_000, 10, 'png'],
    [10, 20_000, 'jpeg'],
    [1, 1, 'webp'],
    [5000, 3000, 'webp'],
  ] as const)('%i × %i as %s', async (width, height, format) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#28c' } })
      .toFormat(format)
      .toBuffer();
    const picture = await open(bytes);
    expect(picture).toMatchObject({ ...fitInside({ width, height }, 1600), source: { width, height } });
    expect(difference(picture.pixels.subarray(0, 3), Uint8Array.of(0x22, 0x88, 0xcc))).toBeLessThan(5);
  });
});

/** A PNG with a header, an end and valid checksums, but without pixels. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(100))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

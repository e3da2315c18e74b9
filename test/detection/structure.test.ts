import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decode } from '../../functions/detection/decode.ts';
import { structureOf } from '../../functions/detection/structure.ts';
import { EOI, exif, exifLoop, inserted, scanBomb, segment } from './fixtures/jpeg-parts.ts';
import { golden } from './fixtures/packages.ts';

const LIMITS = { side: 1600, maxPixels: 50_000_000, maxBytes: 30_000_000 };
const open = (bytes: Uint8Array) => decode(bytes, LIMITS);
const small = () => sharp({ create: { width: 48, height: 32, channels: 3, background: '#7a8' } });

const rejection = (bytes: Uint8Array) =>
  open(bytes).then(
    ({ source }) => `${source.width} × ${source.height}`,
    ({ name, message }: Error) => `${name}: ${message}`,
  );
const tooMany = (what: string) => `TooComplexPictureError: Expected at most ${what} for picture, received more`;

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function webpChunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data, Buffer.alloc(data.length % 2)]);
}

/** An extended WebP of 48 × 32 with these chunks. @param flags 2: animation, 8: EXIF */
const webp = (flags: number, ...chunks: readonly Uint8Array[]) =>
  webpChunk(
    'RIFF',
    Buffer.concat([
      Buffer.from('WEBP'),
      webpChunk('VP8X', Buffer.from([flags, 0, 0, 0, 47, 0, 0, 31, 0, 0])),
      ...chunks,
    ]),
  );

describe('what makes a small file slow is bounded before it is decoded', () => {
  test.each([
    [100, '64 × 64'],
    [101, tooMany('100 scans')],
    [5000, tooMany('100 scans')],
  ])('a JPEG of %i scans', async (scans, result) => {
    expect(await rejection(scanBomb({ side: 64, scans }))).toBe(result);
  });

  test('scans of 49 megapixels', async () => {
    expect(await rejection(scanBomb({ side: 7000, scans: 60 }))).toBe(tooMany('51 scans'));
  });

  test.each([
    ['APP1', 0xe1],
    ['APP2', 0xe2],
    ['APP13', 0xed],
    ['comment', 0xfe],
    ['restart interval', 0xdd],
  ])('a million %s segments', async (_what, marker) => {
    const jpeg = await small().jpeg().toBuffer();
    const bomb = (count: number) => inserted(jpeg, Buffer.alloc(count * 6, segment(marker, Buffer.alloc(2))));
    expect(await rejection(bomb(1_000_000))).toBe(tooMany('1000 segments'));
    expect(await rejection(bomb(900))).toBe('48 × 32');
  });

  test.each([
    ['markers without a segment', 'ff01'],
    ['markers of a start', 'ffd8'],
    ['single bytes before markers', '00ff01'],
  ])('%s before the scan', async (_what, hex) => {
    const jpeg = await small().jpeg().toBuffer();
    const many = inserted(
      jpeg,
      Buffer.alloc(20_000_000, Buffer.from(hex, 'hex')),
      jpeg.indexOf(Buffer.from('ffda', 'hex')),
    );
    expect(await rejection(many)).toBe(tooMany('1000 segments'));
  });

  test('a scan of a picture with far too many pixels is not counted', async () => {
    const jpeg = await small().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
    jpeg.fill(0xf0, frame + 5, frame + 9);
    expect(await rejection(jpeg)).toMatch(/^TooManyPixelsError: .*3804422400/);
  });

  test.each(['PLTE', 'tRNS', 'gAMA', 'eXIf', 'tEXt', 'zTXt', 'iTXt', 'abCd'])(
    'chunks of a PNG of type %s',
    async (type) => {
      const png = await small().png().toBuffer();
      const chunk = pngChunk(type, Buffer.from('a\0b'));
      const many = (count: number) => inserted(png, Buffer.alloc(chunk.length * count, chunk), png.indexOf('IDAT') - 4);
      expect(await rejection(many(900))).toBe('48 × 32');
      expect(await rejection(many(1_000_000))).toBe(tooMany('1000 chunks without pixels'));
    },
  );

  test('but pixels may be in many', async () => {
    const png = await small().png().toBuffer();
    const empty = pngChunk('IDAT', Buffer.alloc(0));
    const many = inserted(png, Buffer.alloc(empty.length * 5000, empty), png.indexOf('IDAT') - 4);
    expect(await rejection(many)).toBe('48 × 32');
  });

  test.each(['EXIF', 'ICCP', 'ABCD'])('chunks of a WebP of type %s', async (type) => {
    const frame = (await small().webp().toBuffer()).subarray(12);
    const chunk = webpChunk(type, Buffer.alloc(0));
    const many = (count: number) => webp(0, frame, Buffer.alloc(chunk.length * count, chunk));
    expect(await rejection(many(900))).toBe('48 × 32');
    expect(await rejection(many(1_000_000))).toBe(tooMany('1000 chunks without pixels'));
  });

  test('frames of an animation', async () => {
    const frame = (await small().webp({ lossless: true }).toBuffer()).subarray(12);
    const anmf = webpChunk(
      'ANMF',
      Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 47, 0, 0, 31, 0, 0, 100, 0, 0, 0]), frame]),
    );
    const animation = (frames: number) => webp(2, webpChunk('ANIM', Buffer.alloc(6)), ...Array(frames).fill(anmf));
    expect(await rejection(animation(100))).toBe('48 × 32');
    expect(await rejection(animation(10_001))).toBe(tooMany('10000 frames'));
  });

  test.each(['zTXt', 'iTXt'])('texts of a PNG in %s chunks are not inflated', async (type) => {
    const png = await small().png().toBuffer();
    const head = Buffer.from(type === 'zTXt' ? 'Comment\0\0' : 'Comment\0\x01\0\0\0');
    const text = pngChunk(type, Buffer.concat([head, deflateSync(Buffer.alloc(1_000_000))]));
    const bomb = inserted(png, Buffer.concat(Array(900).fill(text)), 33);
    expect(structureOf(bomb, 'PNG').bytes).toEqual(png);
    expect(await rejection(bomb)).toBe('48 × 32');
  });
});

describe('of EXIF data, the orientation alone reaches the decoder', () => {
  const loop = exifLoop();
  const files: readonly (readonly ['JPEG' | 'PNG' | 'WebP', (tiff: Buffer) => Promise<Buffer>])[] = [
    [
      'JPEG',
      async (tiff) =>
        inserted(await small().jpeg().toBuffer(), segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]))),
    ],
    ['PNG', async (tiff) => inserted(await small().png().toBuffer(), pngChunk('eXIf', tiff), 33)],
    ['WebP', async (tiff) => webp(8, (await small().webp().toBuffer()).subarray(12), webpChunk('EXIF', tiff))],
  ];

  test.each(files)('a %s with 65 KB of directories that refer to each other', async (format, file) => {
    const bytes = await file(loop.subarray(0, 65_000));
    expect(structureOf(bytes, format).bytes.length).toBeLessThan(bytes.length - 64_000);
    expect(await rejection(bytes)).toBe('48 × 32');
  });

  const orientations = [1, 3, 6, 8].flatMap((orientation) =>
    (['II', 'MM'] as const).flatMap((order) => [3, 4].map((type) => [orientation, order, type] as const)),
  );
  describe.each(files)('%s', (format, file) => {
    test.each(orientations)('orientation %i in order %s and type %i', async (orientation, order, type) => {
      const bytes = await file(exif(order, orientation, type));
      expect((await sharp(structureOf(bytes, format).bytes).metadata()).orientation).toBe(orientation);
      expect(await rejection(bytes)).toBe(orientation > 4 ? '32 × 48' : '48 × 32');
    });

    test.each([
      ['an orientation of 9', exif('II', 9)],
      ['an orientation of text', exif('MM', 6, 2)],
      ['noise', Buffer.from('no EXIF data at all, though it says so')],
      ['its first bytes', exif('II', 6).subarray(0, 9)],
      ['a directory behind its end', Buffer.from('49492a00ffffff7f', 'hex')],
    ])('%s is upright', async (_what, tiff) => expect(await rejection(await file(tiff))).toBe('48 × 32'));
  });

  test('as sharp reads it from the files of sharp', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await small().withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
      expect([format, await rejection(bytes)]).toEqual([format, '32 × 48']);
    }
  });
});

test('a picture without such parts is not copied', async () => {
  for (const [format, bytes] of [
    ['JPEG', await small().jpeg().toBuffer()],
    ['PNG', await small().png().toBuffer()],
    ['WebP', await small().webp().toBuffer()],
  ] as const) {
    expect(structureOf(bytes, format).bytes.buffer).toBe(bytes.buffer);
  }
});

test('a picture that is not decoded in time is rejected', async () => {
  const slow = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#7a8' } })
    .jpeg()
    .toBuffer();
  await expect(decode(slow, { ...LIMITS, seconds: 0.001 })).rejects.toThrow(
    'Expected a picture that is decoded in 0 s for picture, received one that takes longer',
  );
});

describe('the structure of a JPEG is mended where that changes no pixel', () => {
  const rgb = () => golden('apples').then((bytes) => sharp(bytes).resize(240));
  const kinds = [
    ['baseline', async () => (await rgb()).jpeg().toBuffer()],
    ['progressive', async () => (await rgb()).jpeg({ progressive: true }).toBuffer()],
    ['mozjpeg', async () => (await rgb()).jpeg({ mozjpeg: true }).toBuffer()],
  ] as const;

  test.each(kinds)('%s', async (_kind, make) => {
    const jpeg = await make();
    const { pixels } = await open(jpeg);
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    const variants: [string, Buffer][] = [
      ['no end marker', jpeg.subarray(0, -2)],
      ['half an end marker', jpeg.subarray(0, -1)],
      ['bytes before the scan', inserted(jpeg, Buffer.from([0, 1, 2, 3]), scan)],
      ['bytes before the scan, and no end marker', inserted(jpeg, Buffer.from([0, 1, 2, 3]), scan).subarray(0, -2)],
      ['fill bytes before the scan', inserted(jpeg, Buffer.alloc(9, 0xff), scan)],
      ['padding before the end marker', inserted(jpeg, Buffer.alloc(8), jpeg.length - 2)],
      ['bytes behind the end marker', Buffer.concat([jpeg, Buffer.alloc(1000, 7)])],
      ['another picture behind the end marker', Buffer.concat([jpeg, jpeg])],
      [
        'an unknown version of JFIF',
        inserted(jpeg, segment(0xe0, Buffer.from('JFIF\0\x09\0\0\0\x01\0\x01\0\0', 'latin1'))),
      ],
    ];
    for (const [what, bytes] of variants) {
      const decoded = await open(bytes);
      expect([what, decoded.damage, Buffer.compare(decoded.pixels, pixels)]).toEqual([what, undefined, 0]);
    }
  });
});

describe('a JPEG that lacks image data', () => {
  const cars = () => golden('cars');
  const progressive = async () =>
    sharp(await cars())
      .jpeg({ progressive: true })
      .toBuffer();
  const restarts = async () => {
    const jpeg = Buffer.from(await cars());
    return jpeg;
  };
  const zeroed = (bytes: Buffer, count: number) =>
    Buffer.from(bytes).fill(0, bytes.length >> 1, (bytes.length >> 1) + count);
  const cut = (bytes: Buffer, share: number) =>
    Buffer.concat([bytes.subarray(0, Math.floor(bytes.length * share)), EOI]);
  const sosOf = (jpeg: Buffer) => jpeg.indexOf(Buffer.from('ffda', 'hex'));
  const oddScan = (jpeg: Buffer) => {
    const odd = Buffer.from(jpeg);
    odd[sosOf(jpeg) + 6 + 2 * (jpeg[sosOf(jpeg) + 4] as number)] = 0;
    return odd;
  };

  const damaged: [string, () => Promise<Buffer>][] = [
    ['cut at 50 % and closed', async () => cut(await cars(), 0.5)],
    ['cut at 99 % and closed', async () => cut(await cars(), 0.99)],
    ['cut at 50 %', async () => (await cars()).subarray(0, 100_000)],
    ['with 40 KB zeroed', async () => zeroed(await cars(), 40_000)],
    ['with 3 KB zeroed', async () => zeroed(await cars(), 3000)],
    ['progressive, cut at 50 % and closed', async () => cut(await progressive(), 0.5)],
    ['progressive, with 100 bytes zeroed', async () => zeroed(await progressive(), 100)],
    ['progressive, without its further scans', async () => firstScan(await progressive())],
    ['with odd scan parameters, cut at 50 % and closed', async () => cut(oddScan(await restarts()), 0.5)],
    [
      'with bytes before its scan, cut at 50 % and closed',
      async () => cut(inserted(await cars(), Buffer.alloc(4, 1), sosOf(await cars())), 0.5),
    ],
    ['of 49 megapixels by its header', async () => taller(await cars())],
    ['progressive, without its last scan', async () => withoutScans(await progressive(), 1)],
    ['progressive, without its last three scans', async () => withoutScans(await progressive(), 3)],
    ['transferred in text mode', async () => inTextMode(await cars())],
    ['progressive, transferred in text mode', async () => inTextMode(await progressive())],
  ];

  test.each(damaged)('%s is rejected, or served with its damage', async (_what, make) => {
    const bytes = await make();
    expect(await rejection(bytes)).toMatch(
      'UndecodablePictureError: Expected a complete, undamaged JPEG file for picture, received a file',
    );
    const served = await decode(bytes, { ...LIMITS, damaged: 'serve' });
    expect(served.damage).toMatch(
      /^(VipsJpeg: Corrupt JPEG data|the scans of its details are missing|its line ends were changed)/,
    );
  });

  test('whole pictures are served without a mark', async () => {
    const { damage } = await decode(await cars(), { ...LIMITS, damaged: 'serve' });
    expect(damage).toBeUndefined();
  });

  test('a chessboard, in whose data each LF follows the same CR, is whole', async () => {
    const [width, height] = [640, 480];
    const pixels = Buffer.from(
      Array.from({ length: width * height }, (_, at) => {
        const value = (((at % width) >> 4) + (Math.floor(at / width) >> 4)) % 2 === 0 ? 60 : 91;
        return [value, (3 * value) & 255, value];
      }).flat(),
    );
    const chessboard = sharp(pixels, { raw: { width, height, channels: 3 } });
    const { damage } = await decode(await chessboard.jpeg({ quality: 85 }).toBuffer(), { ...LIMITS, damaged: 'serve' });
    expect(damage).toBeUndefined();
  });

  test('a PNG without its last rows is rejected, or served with its damage', async () => {
    const png = await sharp(await cars())
      .resize(320)
      .png()
      .toBuffer();
    const half = png.subarray(0, png.length >> 1);
    expect(await rejection(half)).toMatch(/^UndecodablePictureError/);
    expect((await decode(half, { ...LIMITS, damaged: 'serve' })).damage).toMatch(/./);
  });

  test('a file without any pixels is rejected in either case', async () => {
    const header = (await cars()).subarray(0, 100);
    await expect(decode(header, { ...LIMITS, damaged: 'serve' })).rejects.toThrow('cannot be decoded');
  });
});

/** A progressive JPEG without its last scans: it is cut between two scans, which no decoder warns of. */
function withoutScans(jpeg: Buffer, count: number): Buffer {
  let end = jpeg.length;
  for (const _ of Array(count).keys()) end = jpeg.lastIndexOf(Buffer.from('ffda', 'hex'), end - 1);
  return Buffer.concat([jpeg.subarray(0, end), EOI]);
}

function inTextMode(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1');
}

/** A progressive JPEG up to its second scan. */
function firstScan(jpeg: Buffer): Buffer {
  const marker = Buffer.from('ffda', 'hex');
  return Buffer.concat([jpeg.subarray(0, jpeg.indexOf(marker, jpeg.indexOf(marker) + 2)), EOI]);
}

/** The same data under a header of 7,000 × 7,000. */
function taller(jpeg: Buffer): Buffer {
  const tall = Buffer.from(jpeg);
  const frame = tall.indexOf(Buffer.from('ffc0', 'hex'));
  tall.writeUInt16BE(7000, frame + 5);
  tall.writeUInt16BE(7000, frame + 7);
  return tall;
}

test.each(['png', 'webp'] as const)('zeros behind the end of a %s, as of a block, are not read', async (format) => {
  const picture = await small().toFormat(format).toBuffer();
  const padded = await open(Buffer.concat([picture, Buffer.alloc(50_000)]));
  expect(padded.source).toEqual({ width: 48, height: 32 });
});

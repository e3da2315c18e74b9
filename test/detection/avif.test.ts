import sharp from 'sharp';
import { avifStructure } from '../../functions/detection/avif-structure.ts';
import { decode, type Picture } from '../../functions/detection/decode.ts';
import { alphaType, av1Of, avif, box, grid, type Item, imir, irot, ispe, u32 } from './fixtures/avif-parts.ts';
import { golden } from './fixtures/packages.ts';
import { TO_ORIENTATION, WAY_UP, wayUp, wayUpPixels } from './fixtures/pictures.ts';

const LIMITS = { side: 1600, maxPixels: 50_000_000, maxBytes: 10_000_000 };
const open = (bytes: Uint8Array, limits: Partial<typeof LIMITS> = {}) => decode(bytes, { ...LIMITS, ...limits });
const rejection = (bytes: Uint8Array, limits: Partial<typeof LIMITS> = {}) =>
  open(bytes, limits).then(
    ({ source }) => `${source.width} × ${source.height}`,
    ({ name, message }: Error) => `${name}: ${message}`,
  );

/** Mean difference of two pictures' values, 0–255. */
const difference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] as number)), 0) / a.length;

const pixel = ({ pixels, width }: Picture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** A picture of one colour as an item. */
async function tile(background: string, side = 64, properties: readonly Buffer[] = []): Promise<Item> {
  const picture = sharp({ create: { width: side, height: side, channels: 3, background } });
  const { data, av1C } = av1Of(await picture.avif({ lossless: true, effort: 0 }).toBuffer());
  return { type: 'av01', data, properties: [av1C, ispe(side, side), ...properties] };
}

/** EXIF data with an orientation only. */
const exif = (orientation: number) =>
  Buffer.concat([
    u32(0),
    Buffer.from('4d4d002a0000000800010112000300000001', 'hex'),
    Buffer.from([0, orientation, 0, 0]),
    u32(0),
  ]);

describe('upright by its own properties', () => {
  /** Properties by EXIF orientation, as libavif writes them (src/exif.c), in the order in which they are applied. */
  const PROPERTIES: Readonly<Record<number, readonly Buffer[]>> = {
    1: [],
    2: [imir(1)],
    3: [irot(2)],
    4: [imir(0)],
    5: [irot(1), imir(0)],
    6: [irot(3)],
    7: [irot(3), imir(0)],
    8: [irot(1)],
  };
  const item = async (orientation: number): Promise<Item> => {
    const turned = sharp(await TO_ORIENTATION[orientation]?.(wayUp()));
    const { data: pixels, info } = await turned.raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: 3 } as const;
    const { data, av1C } = av1Of(await sharp(pixels, { raw }).avif({ lossless: true, effort: 0 }).toBuffer());
    const size = ispe(info.width, info.height);
    return { type: 'av01', data, properties: [av1C, size, ...(PROPERTIES[orientation] ?? [])] };
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i', async (orientation) => {
    const picture = await open(avif([await item(orientation)]));
    expect(picture).toMatchObject({ ...WAY_UP, source: WAY_UP });
    expect(difference(picture.pixels, wayUpPixels())).toBeLessThan(2);
  });

  test.each([2, 3, 4, 5, 6, 7, 8])('orientation %i in its EXIF data too is applied once', async (orientation) => {
    const metadata: Item = { type: 'Exif', data: exif(orientation), cdsc: [0] };
    const picture = await open(avif([await item(orientation), metadata]));
    expect(picture).toMatchObject({ ...WAY_UP, source: WAY_UP });
    expect(difference(picture.pixels, wayUpPixels())).toBeLessThan(2);
  });

  test('an orientation in its EXIF data alone has no effect, as in browsers', async () => {
    const metadata: Item = { type: 'Exif', data: exif(6), cdsc: [0] };
    const picture = await open(avif([await item(1), metadata]));
    expect(difference(picture.pixels, wayUpPixels())).toBeLessThan(2);
  });

  test.each([3, 6, 8])('orientation %i by an encoder', async (orientation) => {
    const turned = sharp(await TO_ORIENTATION[orientation]?.(wayUp())).withMetadata({ orientation });
    const picture = await open(await turned.avif({ lossless: true }).toBuffer());
    expect(picture).toMatchObject({ ...WAY_UP, source: WAY_UP });
    expect(difference(picture.pixels, wayUpPixels())).toBeLessThan(2);
  });
});

describe('every kind becomes 8-bit sRGB with three channels', () => {
  test.each<[string, number, object]>([
    ['8 bit', 6, { quality: 90 }],
    ['10 bit', 6, { quality: 90, bitdepth: 10, chromaSubsampling: '4:4:4' }],
    ['12 bit', 6, { quality: 90, bitdepth: 12 }],
    ['lossless', 2, { lossless: true }],
  ])('%s, within a mean difference of %d', async (_what, tolerance, options) => {
    const apples = await sharp(await golden('apples'))
      .resize(240)
      .png()
      .toBuffer();
    const picture = await open(
      await sharp(apples)
        .avif({ effort: 0, ...options })
        .toBuffer(),
    );
    expect(picture).toMatchObject({ width: 240, height: 160 });
    expect(difference(picture.pixels, (await open(apples)).pixels)).toBeLessThan(tolerance);
  });

  test('transparency becomes white, a grid is put together', async () => {
    const clear = sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    });
    for (const value of pixel(await open(await clear.avif({ lossless: true }).toBuffer()), 5, 5).slice(1))
      expect(value).toBeCloseTo(127, -1);
    const parts = [await tile('#f00'), await tile('#0f0'), await tile('#00f'), await tile('#fff')];
    const whole: Item = { type: 'grid', data: grid(2, 2, 100, 90), properties: [ispe(100, 90)], dimg: [1, 2, 3, 4] };
    const picture = await open(avif([whole, ...parts]));
    expect(picture.source).toEqual({ width: 100, height: 90 });
    expect([pixel(picture, 9, 9), pixel(picture, 90, 9), pixel(picture, 9, 80), pixel(picture, 90, 80)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ]);
  });
});

describe('an image sequence', () => {
  const brands = ['avis', '\0\0\0\0', 'avis', 'msf1', 'mif1', 'miaf'];
  const ftyp = box('ftyp', Buffer.from(brands.join(''), 'latin1'));
  const moov = box('moov', box('mvhd', Buffer.alloc(100)), box('trak', box('tkhd', Buffer.alloc(84))));

  test('gives its still picture', async () => {
    const still = avif([await tile('#f00')]);
    // At its end, because the positions of data in the still picture count from the start of the file.
    const sameLength = Buffer.concat([Buffer.from(still), moov]);
    sameLength.write('avis', 8, 'latin1');
    expect(pixel(await open(sameLength), 5, 5)).toEqual([255, 0, 0]);
  });

  test('of a general brand, gives its still picture, too', async () => {
    const picture = avif([await tile('#00f')]);
    picture.write('miaf', 8, 'latin1');
    expect(pixel(await open(picture), 5, 5)).toEqual([0, 0, 255]);
  });

  test('without a still picture is named', async () => {
    expect(await rejection(Buffer.concat([ftyp, moov]))).toMatch(
      /^UnsupportedPictureError: .*received an AVIF image sequence without a still picture/,
    );
  });
});

describe('work and memory are bounded before it is decoded', () => {
  test('pixels: a third of those of other formats', async () => {
    const picture = await sharp({ create: { width: 301, height: 100, channels: 3, background: '#888' } })
      .avif({ effort: 0 })
      .toBuffer();
    expect(await rejection(picture, { maxPixels: 90_299 })).toBe(
      'TooManyPixelsError: Expected at most 30099 pixels in an AVIF for picture, received 301 × 100 = 30100 pixels',
    );
    expect(await rejection(picture, { maxPixels: 90_300 })).toBe('301 × 100');
  });

  test('frames that are larger than the file declares', async () => {
    const { data, properties: [av1C] = [] } = await tile('#f00', 512);
    const bomb = avif([{ type: 'av01', data, properties: [av1C as Buffer, ispe(64, 64)] }]);
    expect(await rejection(bomb)).toMatch(/its frames are larger than the size that the file declares$/);
  });

  test('frames of one picture', async () => {
    const one = await tile('#f00', 64);
    const many = (count: number) => avif([{ ...one, data: Buffer.concat(Array<Buffer>(count).fill(one.data)) }]);
    expect(avifStructure(many(3)).codedPixels).toBe(3 * 64 * 64);
    const limits = { maxPixels: 3 * 100 * 64 * 64 };
    expect(await rejection(many(200), limits)).toBe('64 × 64');
    expect(await rejection(many(201), limits)).toBe(
      `TooComplexPictureError: Expected at most ${200 * 64 * 64} pixels in all frames and tiles for picture, ` +
        `received ${201 * 64 * 64}`,
    );
  });

  test('tiles, and one tile that is many', async () => {
    const many = async (rows: number, columns: number) => {
      const size = [columns * 64, rows * 64] as const;
      const dimg = Array<number>(rows * columns).fill(1);
      const whole: Item = { type: 'grid', data: grid(rows, columns, ...size), properties: [ispe(...size)], dimg };
      return avif([whole, await tile('#f00')]);
    };
    expect(await rejection(await many(2, 3))).toBe('192 × 128');
    expect(avifStructure(await many(2, 3)).codedPixels).toBe(6 * 64 * 64);
    expect(await rejection(await many(40, 40))).toMatch(/^TooComplexPictureError: Expected at most 1000 tiles/);
  });

  test('the transparency counts', async () => {
    const alpha: Item = { ...(await tile('#fff', 64, [alphaType()])), auxl: [0] };
    expect(avifStructure(avif([await tile('#f00'), alpha])).codedPixels).toBe(2 * 64 * 64);
  });

  test('grids of themselves end', async () => {
    const whole: Item = { type: 'grid', data: grid(1, 2, 128, 64), properties: [ispe(128, 64)], dimg: [0, 0] };
    expect(await rejection(avif([whole]))).toMatch(/^TooComplexPictureError/);
  });
});

describe('other content is named', () => {
  const LIST = /^UndecodablePictureError: .* its list of items is damaged or ends early$/;

  test.each([
    ['hvc1', 'a HEIC picture'],
    ['hev1', 'a HEIC picture'],
    ['j2k1', 'a HEIF picture with the codec "j2k1"'],
  ])('the codec %s', async (type, name) => {
    expect(await rejection(avif([{ ...(await tile('#f00')), type }]))).toBe(
      `UnsupportedPictureError: Expected a JPEG, PNG, WebP or AVIF file for picture, received ${name}`,
    );
  });

  test.each([0, 8, 20, 60, 150, 200])('a file that ends after %i bytes', async (length) => {
    const bytes = avif([await tile('#f00')]).subarray(0, 24 + length);
    expect(await rejection(bytes)).toMatch(/^(UndecodablePictureError|UnsupportedPictureError)/);
  });

  test.each(['reject', 'serve'] as const)('a picture with damaged data, with damaged: %s', async (damaged) => {
    const whole = await sharp(await golden('cars'))
      .resize(320)
      .avif({ effort: 0 })
      .toBuffer();
    for (const at of [0.3, 0.5, 0.7, 0.9]) {
      const from = Math.floor(whole.length * at);
      const spoiled = Buffer.from(whole).fill(0, from, from + 500);
      await expect(decode(spoiled, { ...LIMITS, damaged })).rejects.toThrow(
        /a complete, undamaged AVIF file for picture, .*its data is damaged or ends early$/,
      );
    }
  });

  test('a cut file, and one whose boxes are doubled', async () => {
    const whole = avif([await tile('#f00')]);
    expect(await rejection(whole.subarray(0, whole.length - 5))).toMatch(/its image data end early$/);
    const at = whole.indexOf('meta') - 4;
    const meta = whole.subarray(at, at + whole.readUInt32BE(at));
    expect(await rejection(Buffer.concat([whole, meta]))).toMatch(LIST);
    expect(await rejection(Buffer.concat([whole.subarray(0, at), box('free')]))).toMatch(LIST);
  });
});

import fc from 'fast-check';
import sharp from 'sharp';
import { decode } from '../../functions/detection/decode.ts';
import { structureOf } from '../../functions/detection/structure.ts';
import { exif, inserted, segment } from './fixtures/jpeg-parts.ts';

const picture = () => sharp({ create: { width: 48, height: 32, channels: 3, background: '#7a8' } });
const app1 = (orientation: number) => segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif('MM', orientation)]));
const sizeOf = (bytes: Buffer) => structureOf(bytes, 'JPEG').size;

/** The header of the frame of a file: marker, length, precision, height, width, components. */
const frameAt = (file: Buffer) => file.indexOf(Buffer.from([0xff, 0xc0]));

test.each([1, 2, 3, 4, 5, 6, 7, 8])('the size of a JPEG with orientation %s is that of sharp', async (orientation) => {
  for (const progressive of [false, true]) {
    const file = inserted(await picture().jpeg({ progressive }).toBuffer(), app1(orientation));
    const { width, height } = (await sharp(file).metadata()).autoOrient;
    expect(sizeOf(file)).toEqual({ width, height });
  }
});

test('a grey, a CMYK and a cut-off JPEG have a size, too', async () => {
  const grey = await picture().toColourspace('b-w').jpeg().toBuffer();
  const cmyk = await picture().toColourspace('cmyk').jpeg().toBuffer();
  for (const file of [grey, cmyk, grey.subarray(0, -4)]) expect(sizeOf(file)).toEqual({ width: 48, height: 32 });
});

describe('is left to sharp where decoders may see another header', () => {
  const changed = async (change: (file: Buffer, at: number) => Buffer) => {
    const file = await picture().jpeg().toBuffer();
    return change(file, frameAt(file));
  };
  const byte = (offset: number, value: number) => (file: Buffer, at: number) => {
    file[at + offset] = value;
    return file;
  };

  test.each<[string, (file: Buffer, at: number) => Buffer]>([
    ['two orientations', (file) => inserted(file, Buffer.concat([app1(6), app1(1)]))],
    ['two frames', (file, at) => inserted(file, file.subarray(at, at + 19), at)],
    ['samples of 12 bits', byte(4, 12)],
    ['no height', byte(6, 0)],
    ['two components', byte(9, 2)],
    ['arithmetic coding', byte(1, 0xc9)],
    ['no frame', (file, at) => Buffer.concat([file.subarray(0, at), file.subarray(at + 19)])],
    ['no scan', (file) => file.subarray(0, file.indexOf(Buffer.from([0xff, 0xda])))],
  ])('%s', async (_what, change) => {
    expect(sizeOf(await changed(change))).toBeUndefined();
  });
});

test('too many pixels in a damaged header: sharp reports the header', async () => {
  const file = await picture().jpeg().toBuffer();
  file.writeUInt16BE(60_000, frameAt(file) + 7);
  file[file.indexOf(Buffer.from([0xff, 0xc4])) + 5] = 255;
  const limits = { side: 1600, maxPixels: 1_000_000, maxBytes: 1_000_000 };
  await expect(decode(file, limits)).rejects.toThrow(
    'received a file that cannot be decoded: Input buffer has corrupt header: VipsJpeg: Bogus Huffman table definition',
  );
});

test('of files with changed headers, the size is that of sharp', async () => {
  const file = inserted(await picture().jpeg().toBuffer(), app1(6));
  const end = file.indexOf(Buffer.from([0xff, 0xda]));
  const changes = fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(changes, async (places) => {
      const broken = Buffer.from(file);
      for (const [at, value] of places) broken[at] = value;
      const { bytes, size } = structureOf(broken, 'JPEG');
      fc.pre(size !== undefined);
      const known = await sharp(bytes)
        .metadata()
        .catch(() => undefined);
      if (known) expect(size).toEqual({ width: known.autoOrient.width, height: known.autoOrient.height });
    }),
    { numRuns: 150 },
  );
});

import sharp, { type Sharp } from 'sharp';
import { decode } from '../../functions/detection/decode.ts';
import { detect } from '../../functions/detection/detect.ts';
import { jpegQualityOf } from '../../functions/detection/jpeg-quality.ts';
import { measuresOf, type PictureMeasures } from '../../functions/detection/measures.ts';
import { golden, loadCounterNano } from './fixtures/packages.ts';

const LIMITS = { side: 1600, maxPixels: 50_000_000, maxBytes: 20_000_000 };
const measured = async (bytes: Uint8Array) => measuresOf(await decode(bytes, LIMITS), bytes);
const plain = (background: string) => sharp({ create: { width: 64, height: 48, channels: 3, background } }).png();

describe('a picture of one colour', () => {
  test('has its luminance and saturation, no contrast, no detail, no direction', async () => {
    const green = await measured(await plain('rgb(0, 200, 0)').toBuffer());
    expect(green).toEqual({ brightness: 117.4, contrast: 0, saturation: 1, sharpness: 0 });
    const grey = await measured(await plain('rgb(80, 80, 80)').toBuffer());
    expect(grey).toEqual({ brightness: 80, contrast: 0, saturation: 0, sharpness: 0 });
  });

  test('that is black, or has one pixel, has finite measures', async () => {
    const none = { brightness: 0, contrast: 0, saturation: 0, sharpness: 0 };
    expect(await measured(await plain('black').toBuffer())).toEqual(none);
    expect(await measured(await plain('black').resize(1, 1).png().toBuffer())).toEqual(none);
  });
});

test.each([
  [20, 20],
  [110, 20],
  [-30, -30],
  [0, 0],
])('edges across %i° have a tilt of %i°', (across, tilt) => {
  expect(stripedAt(across).tilt).toBeCloseTo(tilt, 0);
});

/** Waves of light along a direction, in a square of 200 pixels. */
function stripedAt(degrees: number): PictureMeasures {
  const side = 200;
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const pixels = new Uint8Array(3 * side * side);
  for (let at = 0; at < side * side; at++) {
    const along = (at % side) * cosine + Math.floor(at / side) * sine;
    pixels.fill(128 + 100 * Math.sin(along / 3), 3 * at, 3 * at + 3);
  }
  return measuresOf({ pixels, width: side, height: side }, new Uint8Array());
}

describe('each measure of a photo answers to one change', () => {
  const changed = async (change: (photo: Sharp) => Sharp) => {
    const photo = await golden('cars');
    return measured(await change(sharp(photo)).png().toBuffer());
  };
  const changes = async (change: (photo: Sharp) => Sharp) => {
    const [before, after] = [await changed((photo) => photo), await changed(change)];
    const ratio = (name: 'brightness' | 'contrast' | 'saturation' | 'sharpness') => after[name] / before[name];
    return {
      brightness: ratio('brightness'),
      contrast: ratio('contrast'),
      saturation: ratio('saturation'),
      sharpness: ratio('sharpness'),
    };
  };

  test('half the light: brightness', async () => {
    const { brightness, ...others } = await changes((photo) => photo.linear(0.5, 0));
    expect(brightness).toBeCloseTo(0.5, 1);
    for (const ratio of Object.values(others)) expect(Math.abs(Math.log2(ratio))).toBeLessThan(0.2);
  });

  test('no colour: saturation', async () => {
    const { saturation, ...others } = await changes((photo) => photo.grayscale());
    expect(saturation).toBe(0);
    for (const ratio of Object.values(others)) expect(Math.abs(Math.log2(ratio))).toBeLessThan(0.2);
  });

  test('out of focus: sharpness', async () => {
    const { sharpness, ...others } = await changes((photo) => photo.blur(2));
    expect(sharpness).toBeLessThan(0.5);
    for (const ratio of Object.values(others)) expect(Math.abs(Math.log2(ratio))).toBeLessThan(0.25);
  });

  test('fog: contrast most of all', async () => {
    const { contrast, brightness } = await changes((photo) => photo.linear(0.4, 120));
    expect(contrast).toBeLessThan(0.4);
    expect(brightness).toBeGreaterThan(1);
  });
});

describe('the quality of a JPEG', () => {
  test.each([5, 20, 49, 50, 75, 90, 100])('%i is read from its tables', async (quality) => {
    expect(jpegQualityOf(await plain('teal').jpeg({ quality }).toBuffer())).toBe(quality);
  });

  test('is read where a segment of fill bytes and a thumbnail come first', async () => {
    const jpeg = await plain('teal').jpeg({ quality: 30 }).toBuffer();
    const app = Buffer.concat([Buffer.from([0xff, 0xff, 0xe1, 0, 6]), Buffer.from('abcd')]);
    expect(jpegQualityOf(Buffer.concat([jpeg.subarray(0, 2), app, jpeg.subarray(2)]))).toBe(30);
  });

  test('is read from a table of 16-bit values', () => {
    const values = Buffer.alloc(128);
    for (let index = 0; index < 64; index++) values.writeUInt16BE(index === 0 ? 160 : 10 * 50, 2 * index);
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 131, 0x10]), values]);
    expect(jpegQualityOf(jpeg)).toBeGreaterThanOrEqual(1);
    expect(jpegQualityOf(jpeg)).toBeLessThan(20);
  });

  test('is unknown without a table of luminance before the data, and of another format', async () => {
    const jpeg = await plain('teal').jpeg().toBuffer();
    expect(jpegQualityOf(await plain('teal').toBuffer())).toBeUndefined();
    expect(jpegQualityOf(Buffer.from([0xff, 0xd8]))).toBeUndefined();
    expect(jpegQualityOf(jpeg.subarray(0, 30))).toBeUndefined();
    expect(jpegQualityOf(Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0, 0xff, 0xdb, 0, 4, 0, 0]))).toBeUndefined();
    expect(jpegQualityOf(Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 5, 1, 2, 3]))).toBeUndefined();
    expect(jpegQualityOf(new Uint8Array())).toBeUndefined();
  });
});

test('a detection measures the picture only if it is to', async () => {
  const [model, picture] = [await loadCounterNano(), await golden('cars')];
  const { measures } = await detect(model, picture, { annotate: false, measure: true });
  expect(measures).toEqual(await measured(picture));
  expect(Object.keys(measures as object)).toEqual(expect.arrayContaining(['brightness', 'quality']));
  expect(await detect(model, picture, { annotate: false })).not.toHaveProperty('measures');
});

import sharp, { type Sharp } from 'sharp';
import { type Detection, detect, type StepTimer } from '../../functions/detection/detect.ts';
import { readGolden } from '../../functions/detection/golden.ts';
import { loadModel, type Model } from '../../functions/detection/model.ts';
import { disagreements } from './fixtures/matching.ts';
import { COUNTER_NANO, golden, loadCounterNano, removePackages, tinyPackage } from './fixtures/packages.ts';
import { oriented } from './fixtures/pictures.ts';
import { constantModel } from './fixtures/tiny-onnx.ts';

afterAll(removePackages);

const labels = (detections: readonly Detection[]) => detections.map(({ label }) => label);
/** A turned JPEG has other blocks, so other pixels. */
const SAME = { confidence: 0.05, iou: 0.9, extraFrom: 0 };

/** counter-nano that also answers for thresholds under its bounds, where it has wrong detections on golden pictures. */
async function unboundedModel(): Promise<Model> {
  const { manifest, ...model } = await loadCounterNano();
  const bounds = { confidence: { min: 0, max: 1 }, iou: { min: 0, max: 1 } };
  return { ...model, manifest: { ...manifest, thresholds: { ...manifest.thresholds, bounds } } };
}

describe('counter-nano on its golden pictures', () => {
  test.each([
    ['apples', 'apple', 5],
    ['cars', 'car', 3],
    ['plants', 'potted plant', 3],
    ['empty-road', 'car', 0],
  ] as const)('%s: every %s, %i of them', async (picture, label, count) => {
    const { detections } = await detect(await loadCounterNano(), await golden(picture), { labels: [label] });
    expect(labels(detections)).toEqual(Array(count).fill(label));
  });

  test('finds the expected detections of its package, within the manifest’s tolerance', async () => {
    const model = await loadCounterNano();
    const expectations = await readGolden(COUNTER_NANO);
    expect(expectations.map(({ picture }) => picture)).toEqual([
      'apples.jpg',
      'cars.jpg',
      'empty-road.jpg',
      'plants.jpg',
    ]);
    for (const { picture, detections: expected } of expectations) {
      const bytes = await golden(picture.replace('.jpg', '') as 'apples');
      const { image, detections } = await detect(model, bytes, { annotate: false });
      expect(image).toEqual({ width: 960, height: 640 });
      expect(disagreements(expected, detections, { ...model.manifest.golden, extraFrom: 0 })).toEqual([]);
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'the same cars in orientation %i, within IoU 0.9 and 0.05 of confidence',
    async (orientation) => {
      const model = await loadCounterNano();
      const bytes = await oriented(sharp(await golden('cars')), orientation, 'jpeg');
      const upright = await detect(model, await golden('cars'), { annotate: false });
      const { image, detections, annotated } = await detect(model, bytes);
      expect(image).toEqual(upright.image);
      expect(disagreements(upright.detections, detections, SAME)).toEqual([]);
      expect(await sharp(annotated?.jpeg).metadata()).toMatchObject({ width: 960, height: 640 });
    },
  );

  const kinds: [string, (picture: Sharp) => Promise<Buffer>][] = [
    ['CMYK JPEG', (picture) => picture.toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['16-bit PNG', (picture) => picture.toColourspace('rgb16').png().toBuffer()],
    ['palette PNG', (picture) => picture.png({ palette: true }).toBuffer()],
    ['PNG with alpha', (picture) => picture.ensureAlpha(1).png().toBuffer()],
    ['WebP', (picture) => picture.webp({ quality: 90 }).toBuffer()],
  ];

  test.each(kinds)('five apples in a %s', async (_what, encode) => {
    const { detections } = await detect(await loadCounterNano(), await encode(sharp(await golden('apples'))));
    expect(labels(detections)).toEqual(Array(5).fill('apple'));
  });

  test('five apples, three cars and three plants at 400, 1600 and 4000 pixels too', async () => {
    const model = await loadCounterNano();
    for (const width of [400, 1600, 4000]) {
      for (const [picture, label, count] of [
        ['apples', 'apple', 5],
        ['cars', 'car', 3],
        ['plants', 'potted plant', 3],
      ] as const) {
        const bytes = await sharp(await golden(picture))
          .resize(width)
          .jpeg({ quality: 90 })
          .toBuffer();
        const { detections } = await detect(model, bytes, { annotate: false });
        expect([picture, width, labels(detections)]).toEqual([picture, width, Array(count).fill(label)]);
      }
    }
  });
});

describe('options', () => {
  test('labels filter the detections and change none of them', async () => {
    const model = await unboundedModel();
    const all = await detect(model, await golden('cars'), { confidence: 0.03 });
    expect(new Set(labels(all.detections))).toEqual(new Set(['car', 'potted plant']));
    for (const asked of [['car'], ['potted plant'], ['apple'], ['car', 'apple'], []]) {
      const some = await detect(model, await golden('cars'), { confidence: 0.03, labels: asked });
      expect(some.detections).toEqual(all.detections.filter(({ label }) => asked.includes(label)));
    }
  });

  test('a confidence overrides the labels’ own thresholds, up and down', async () => {
    const model = await unboundedModel();
    const at = async (confidence: number) => (await detect(model, await golden('cars'), { confidence })).detections;
    expect(labels(await at(0.81))).toEqual(['car', 'car']);
    expect((await at(0.03)).filter(({ label }) => label === 'car').length).toBeGreaterThan(3);
  });

  test('a higher IoU keeps more overlapping boxes', async () => {
    const model = await unboundedModel();
    const at = async (iou: number) =>
      (await detect(model, await golden('cars'), { iou, confidence: 0.03 })).detections.length;
    expect(await at(0.9)).toBeGreaterThan(await at(0.35));
  });

  test('the size of the annotated picture does not change the detections', async () => {
    const model = await loadCounterNano();
    const large = await sharp(await golden('cars'))
      .resize(3000, 2000)
      .jpeg()
      .toBuffer();
    const plain = await detect(model, large, { annotate: false });
    expect(plain.detections).toHaveLength(3);
    expect(plain.annotated).toBeUndefined();
    for (const [maxSide, width, height] of [
      [16, 16, 11],
      [500, 500, 333],
      [1600, 1600, 1067],
      [2500, 2500, 1667],
      [4096, 3000, 2000],
    ] as const) {
      const { annotated, ...found } = await detect(model, large, { maxSide });
      expect(found).toEqual(plain);
      expect(annotated).toMatchObject({ width, height });
      expect(await sharp(annotated?.jpeg).metadata()).toMatchObject({ width, height, format: 'jpeg' });
    }
  });

  test('the decoder gets the limits', async () => {
    const model = await loadCounterNano();
    const rejection = async (options: object) =>
      detect(model, await golden('cars'), options).catch((error: Error) => error.name);
    expect(await rejection({ maxPixels: 960 * 640 - 1 })).toBe('TooManyPixelsError');
    expect(await rejection({ maxBytes: 1000 })).toBe('PictureTooLargeError');
    expect(await rejection({ confidence: 2 })).toBe('InvalidDetectOptionError');
  });
});

describe('a model with a known output', () => {
  /** One object of class 1 in cell (1, 2) of stride 8, and one in the pad at the bottom. */
  function known(): Float32Array {
    const values = new Float32Array(21 * 8);
    values.set([0.5, 0.25, Math.log(2), Math.log(1), 0.9, 0, 1, 0], (2 * 4 + 1) * 8);
    values.set([0.5, 0.9, Math.log(0.5), Math.log(0.1), 0.8, 0, 0, 1], (3 * 4 + 3) * 8);
    return values;
  }

  test('its box is in pixels of the source and clipped to it; a box in the pad is no detection', async () => {
    const model = await loadModel(await tinyPackage(constantModel(known())));
    const wide = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    const { detections } = await detect(model, wide);
    // 640 × 480 lies in 32 × 24, a twentieth. In the tensor: centre (12, 18), 16 × 8.
    expect(detections).toEqual([
      {
        label: 'apple',
        classIndex: 1,
        confidence: expect.closeTo(0.9, 6),
        box: {
          x: expect.closeTo(80, 4),
          y: expect.closeTo(280, 4),
          width: expect.closeTo(320, 3),
          height: expect.closeTo(160, 3),
        },
      },
    ]);
    const low = await sharp({ create: { width: 640, height: 320, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    const [clipped] = (await detect(model, low)).detections;
    expect(clipped?.box).toMatchObject({ y: expect.closeTo(280, 4), height: expect.closeTo(40, 3) });
  });

  test('its NaN is rejected and never becomes a count', async () => {
    const values = known();
    values[3] = Number.NaN;
    const model = await loadModel(await tinyPackage(constantModel(values)));
    await expect(detect(model, await golden('apples'))).rejects.toMatchObject({ name: 'ModelOutputError' });
  });
});

describe('the pipeline', () => {
  test('runs its steps in order, once each; without an annotated picture not the last two', async () => {
    const model = await loadCounterNano();
    const steps: string[] = [];
    const note: StepTimer = async (step, work) => {
      steps.push(step);
      return work();
    };
    await detect(model, await golden('apples'), {}, note);
    expect(steps.splice(0)).toEqual(['decode', 'tensor', 'infer', 'boxes', 'draw', 'encode']);
    await detect(model, await golden('apples'), { annotate: false }, note);
    expect(steps).toEqual(['decode', 'tensor', 'infer', 'boxes']);
  });

  test('keeps concurrent requests separate', async () => {
    const model = await loadCounterNano();
    const pictures = await Promise.all((['apples', 'cars', 'plants', 'empty-road'] as const).map(golden));
    const apart: Detection[][] = [];
    for (const picture of pictures) apart.push((await detect(model, picture)).detections);
    const twice = [...pictures, ...pictures];
    const together = await Promise.all(twice.map(async (picture) => (await detect(model, picture)).detections));
    expect(together).toEqual([...apart, ...apart]);
  });

  test('does not change the picture’s bytes', async () => {
    const bytes = await golden('apples');
    await detect(await loadCounterNano(), bytes);
    expect(bytes.equals(await golden('apples'))).toBe(true);
  });

  test('rejects a bad picture and serves the next one', async () => {
    const model = await loadCounterNano();
    const broken = (await golden('apples')).subarray(0, 50_000);
    await expect(detect(model, broken)).rejects.toMatchObject({ name: 'UndecodablePictureError' });
    await expect(detect(model, Buffer.from('GIF89a'))).rejects.toMatchObject({ name: 'UnsupportedPictureError' });
    expect((await detect(model, await golden('apples'))).detections).toHaveLength(5);
  });

  test.each([
    [1, 1],
    [20_000, 10],
    [3, 5000],
  ])('a picture of %i × %i gets an answer', async (width, height) => {
    const model: Model = await loadCounterNano();
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#a33' } })
      .png()
      .toBuffer();
    const { image, annotated } = await detect(model, bytes, { confidence: 0.05 });
    expect(image).toEqual({ width, height });
    expect(annotated?.width).toBe(
      Math.min(width, Math.max(1, Math.round((width * 1600) / Math.max(1600, width, height)))),
    );
  });
});

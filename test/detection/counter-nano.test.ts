/** What the card of the built-in model says of its counts. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { detect } from '../../functions/detection/detect.ts';
import { readGolden } from '../../functions/detection/golden.ts';
import { COUNTER_NANO, golden, hasShared, loadCounterNano, SHARED } from './fixtures/packages.ts';

describe.each([416, 640, 1280, 1920])('golden pictures of a width of %i', (width) => {
  test.each([50, 90])(
    'as JPEG of quality %i have the expected detections, within 0.02 of confidence',
    async (quality) => {
      const model = await loadCounterNano();
      for (const { picture, detections: expected } of await readGolden(COUNTER_NANO)) {
        const whole = await golden(picture.replace('.jpg', '') as 'cars');
        const { detections } = await detect(model, await sharp(whole).resize(width).jpeg({ quality }).toBuffer());
        expect([picture, detections.map(({ label }) => label)]).toEqual([picture, expected.map(({ label }) => label)]);
        const differences = detections.map(({ confidence }, at) =>
          Math.abs(confidence - (expected[at]?.confidence ?? 0)),
        );
        expect(Math.max(0, ...differences)).toBeLessThanOrEqual(0.02);
      }
    },
  );
});

const withData = hasShared ? test : test.skip;
withData.each([
  ['car.jpg', 'car', 1],
  ['car1.jpg', 'car', 1],
  ['car2.jpg', 'car', 2],
  ['car3.jpg', 'car', 1],
  ['apple.jpg', 'apple', 1],
  ['apples.jpg', 'apple', 3],
])('counts the everyday photo %s (needs ../shared/data): %s, %i', async (file, label, count) => {
  const { detections } = await detect(await loadCounterNano(), await readFile(join(SHARED, 'photos', file)));
  expect(detections.map((each) => each.label)).toEqual(Array(count).fill(label));
});

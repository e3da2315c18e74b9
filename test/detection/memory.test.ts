import sharp from 'sharp';
import { golden } from './fixtures/packages.ts';
import { peak } from './fixtures/peak.ts';

test('a 12-megapixel photo, five times, stays under 300 MB', async () => {
  const photo = await sharp(await golden('cars'))
    .resize(4000, 3000, { fit: 'fill' })
    .jpeg({ quality: 85 })
    .toBuffer();
  const { ends, peakMiB } = await peak(photo, photo, photo, photo, photo);
  expect(ends).toEqual(Array(5).fill('4000×3000'));
  expect(peakMiB).toBeLessThan(300 / 1.048576);
});

test('a small file of many pixels is streamed, or rejected by its header: under 300 MB', async () => {
  const flat = (side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
  const [most, more] = [await flat(7000), await flat(9000)];
  expect(more.length).toBeLessThan(1_000_000);
  const { ends, peakMiB } = await peak(most, more);
  expect(ends).toEqual(['7000×7000', 'TooManyPixelsError']);
  expect(peakMiB).toBeLessThan(300 / 1.048576);
});

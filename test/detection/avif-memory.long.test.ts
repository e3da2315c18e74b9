import sharp from 'sharp';
import { peak } from './fixtures/peak.ts';

/** What `lib/check-config.ts` requires of a function for 50 megapixels. */
const MEMORY_MB = 600;

test('an AVIF of most pixels, with 12 bit and transparency, needs no more memory than other pictures', async () => {
  const create = { width: 4082, height: 4082, channels: 4, background: { r: 90, g: 200, b: 30, alpha: 0.5 } } as const;
  const most = await sharp({ create })
    .toColourspace('rgb16')
    .avif({ effort: 0, bitdepth: 12, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const { ends, peakMiB } = await peak(most);
  expect(ends).toEqual(['4082×4082']);
  expect(peakMiB * 1.048576).toBeLessThan(MEMORY_MB);
}, 120_000);

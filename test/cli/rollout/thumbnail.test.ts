import sharp from 'sharp';
import { thumbnailOf } from '../../../cli/rollout/thumbnail.ts';
import { ObjectNotFoundError, StoreUnavailableError } from '../../../functions/platform/objects.ts';

/** A bucket with one object. */
const holding = (bytes: Uint8Array) => ({
  get: async () => ({ bytes, contentType: undefined, metadata: {}, tag: '' }),
});
const failing = (error: Error) => ({
  get: async () => {
    throw error;
  },
});

const photo = () => sharp({ create: { width: 1120, height: 800, channels: 3, background: '#a04020' } });

test('a picture comes out upright and small, with the size of the original', async () => {
  const turned = await photo().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const thumbnail = await thumbnailOf(holding(turned), 'a.jpg');
  expect(thumbnail).toMatchObject({ width: 800, height: 1120 });
  const [, base64 = ''] = thumbnail?.source.split(',') ?? [];
  const { width, height } = await sharp(Buffer.from(base64, 'base64')).metadata();
  expect([width, height]).toEqual([400, 560]);
});

/** 100 million pixels and more, without a byte for each. */
const HUGE = '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="5001"/>';

test.each<[string, () => Promise<Uint8Array>]>([
  ['no picture', async () => new TextEncoder().encode('a text')],
  ['nothing', async () => new Uint8Array()],
  ['a picture with too many pixels', async () => new TextEncoder().encode(HUGE)],
  ['a picture that ends in its header', async () => (await photo().png().toBuffer()).subarray(0, 20)],
])('%s has no thumbnail', async (_, bytes) => {
  expect(await thumbnailOf(holding(await bytes()), 'a.jpg')).toBeUndefined();
});

test('a picture that was deleted has no thumbnail', async () => {
  expect(await thumbnailOf(failing(new ObjectNotFoundError('a.jpg')), 'a.jpg')).toBeUndefined();
});

test('a store that is unavailable fails', async () => {
  const error = new StoreUnavailableError('read', 'a.jpg');
  await expect(thumbnailOf(failing(error), 'a.jpg')).rejects.toBe(error);
});

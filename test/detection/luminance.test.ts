import sharp from 'sharp';
import { decode } from '../../functions/detection/decode.ts';
import { luminanceOf } from '../../functions/detection/luminance.ts';
import { SeenPictures } from '../../functions/judge/scenes.ts';
import { golden } from '../journeys/pictures.ts';

const LIMITS = { side: 1600, maxPixels: 50_000_000, maxBytes: 20_000_000 };
const viewOf = async (bytes: Uint8Array) => luminanceOf(await decode(bytes, LIMITS));
const plain = (background: string) => sharp({ create: { width: 64, height: 48, channels: 3, background } }).png();
const seen = (id: string, luminance: string, minute: number) => ({ id, sha256: id, minute, luminance });

test('black, white and the primary colours have the luminance of Rec. 601', async () => {
  const levels = async (background: string) => new Set(await viewOf(await plain(background).toBuffer()));
  expect(await levels('black')).toEqual(new Set('0'));
  expect(await levels('white')).toEqual(new Set('o'));
  // ⌊255 · weight / 4⌋ levels above '0'.
  expect(await levels('rgb(255, 0, 0)')).toEqual(new Set(String.fromCharCode(48 + 19)));
  expect(await levels('rgb(0, 255, 0)')).toEqual(new Set(String.fromCharCode(48 + 37)));
  expect(await levels('rgb(0, 0, 255)')).toEqual(new Set(String.fromCharCode(48 + 7)));
});

test('cells go row by row, an eighth of each side whatever the size', async () => {
  const corner = await plain('black')
    .composite([{ input: await plain('white').resize(8, 6).toBuffer(), left: 56, top: 0 }])
    .png()
    .toBuffer();
  expect(await viewOf(corner)).toBe(`${'0'.repeat(7)}o${'0'.repeat(56)}`);
  const tall = await sharp(corner).resize(40, 500, { fit: 'fill', kernel: 'nearest' }).png().toBuffer();
  expect(await viewOf(tall)).toMatch(/^0{7}[m-o]0{56}$/);
  expect(await viewOf(await sharp(corner).resize(1, 1).png().toBuffer())).toHaveLength(64);
});

describe('photos', () => {
  const NAMES = ['cars.jpg', 'apples.jpg', 'plants.jpg', 'empty-road.jpg'];
  const cars = golden('cars.jpg');
  const edits: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ['encoded anew at quality 90', () => sharp(cars).jpeg({ quality: 90 }).toBuffer()],
    ['encoded anew at quality 50', () => sharp(cars).jpeg({ quality: 50 }).toBuffer()],
    ['as WebP', () => sharp(cars).webp().toBuffer()],
    ['at half the size', () => sharp(cars).resize(480).jpeg().toBuffer()],
    ['4 % brighter', () => sharp(cars).linear(1.04, 0).jpeg().toBuffer()],
    ['a little blurred', () => sharp(cars).blur(2).jpeg().toBuffer()],
  ];

  test.each(edits)('%s, it is the same scene, also a day later', async (_, edit) => {
    const [before, after] = [await viewOf(cars), await viewOf(await edit())];
    expect(new SeenPictures({ scenes: [seen('cars', before, 100)] }).noveltyOf(seen('edited', after, 2000))).toBe(
      'neighbour',
    );
  });

  test('others are other scenes, but one with another content in the same view only in another minute', async () => {
    const views = await Promise.all(NAMES.map((name) => viewOf(golden(name))));
    const at = (minutes: readonly number[]) =>
      views.map((view, index) => seen(String(index), view, minutes[index] ?? 0));
    const noveltiesAt = (minutes: readonly number[]) => {
      const all = at(minutes);
      return all.map((each, index) => new SeenPictures({ scenes: all.slice(0, index) }).noveltyOf(each));
    };
    expect(noveltiesAt([1, 2, 3, 4])).toEqual(['new', 'new', 'new', 'new']);
    // The rendered road is the same with cars and without.
    expect(noveltiesAt([1, 1, 1, 1])).toEqual(['new', 'new', 'new', 'neighbour']);
  });
});

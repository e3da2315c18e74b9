import { NotAPictureError, readPicture, size } from '../../functions/pages/common/picture.ts';
import { paletteOf } from '../../functions/pages/try/palette.ts';

const file = (name: string, bytes: readonly number[], type = '') => new File([new Uint8Array(bytes)], name, { type });
const codes = (text: string) => [...text].map((character) => character.charCodeAt(0));

test.each([
  ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
  ['image/png', [0x89, ...codes('PNG'), 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/webp', [...codes('RIFF'), 1, 2, 3, 4, ...codes('WEBP')]],
  ['image/avif', [0, 0, 0, 28, ...codes('ftypavif')]],
])('%s is detected from its content, whatever its name and type', async (type, bytes) => {
  const chosen = file('notes.txt', bytes, 'text/plain');
  expect(await readPicture(chosen)).toEqual({ file: chosen, type });
});

test.each([
  ['an empty file', [], '“a.jpg” is empty.'],
  [
    'text',
    codes('hello'),
    '“a.jpg” is not a JPEG, PNG, WebP or AVIF picture, and this browser cannot convert it to one.',
  ],
  [
    'a truncated signature',
    [0xff, 0xd8],
    '“a.jpg” is not a JPEG, PNG, WebP or AVIF picture, and this browser cannot convert it to one.',
  ],
  ['another RIFF file', [...codes('RIFF'), 1, 2, 3, 4, ...codes('WAVE')], 'is not a JPEG, PNG, WebP or AVIF picture'],
])('%s is rejected', async (_name, bytes, message) => {
  const read = readPicture(file('a.jpg', bytes, 'image/jpeg'), () => Promise.reject(new Error('not decoded')));
  await expect(read).rejects.toThrow(NotAPictureError);
  await expect(read).rejects.toThrow(message);
});

test('a picture that the browser can decode becomes a JPEG', async () => {
  const [chosen, jpeg] = [file('IMG_1.HEIC', [0, 0, 0, 28, ...codes('ftypheic')]), file('IMG_1.jpg', [0xff])];
  const converted = await readPicture(chosen, async () => jpeg);
  expect(converted).toEqual({ file: jpeg, type: 'image/jpeg', convertedFrom: 'IMG_1.HEIC' });
});

test('for a HEIC that it cannot decode, the problem says how to get a JPEG', async () => {
  const chosen = file('IMG_1.HEIC', [0, 0, 0, 28, ...codes('ftypheic')]);
  const read = readPicture(chosen, () => Promise.reject(new Error('not decoded')));
  await expect(read).rejects.toThrow(/^“IMG_1.HEIC” is a HEIC picture, .* On an iPhone: Settings, Camera, Formats/);
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KB'],
  [1024 ** 2 - 1, '1024 KB'],
  [3.25 * 1024 ** 2, '3.3 MB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test('labels have different colours; an unknown label has the first', () => {
  const palette = paletteOf(['car', 'apple']);
  expect(palette('car').fill).toMatch(/^rgb\(\d+ \d+ \d+\)$/);
  expect(palette('apple').fill).not.toBe(palette('car').fill);
  expect(palette('bus')).toEqual(palette('car'));
});

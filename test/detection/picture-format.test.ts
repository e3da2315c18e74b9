import { formatOf } from '../../functions/detection/picture-format.ts';

const received = (bytes: Uint8Array): string => {
  try {
    return formatOf(bytes);
  } catch (error) {
    return (error as Error).message.replace('Expected a JPEG, PNG, WebP or AVIF file for picture, received ', '');
  }
};

/** The first box of an ISO media file. */
function brands(major: string, ...compatible: readonly string[]): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(16 + 4 * compatible.length);
  return Buffer.concat([size, Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1'), Buffer.alloc(64)]);
}

/** A TIFF with these tags in its first directory. */
function tiff(order: 'II' | 'MM', ...tags: readonly number[]): Buffer {
  const file = Buffer.alloc(10 + tags.length * 12 + 4);
  const u16 = (value: number, at: number) =>
    order === 'II' ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
  file.write(order, 'latin1');
  u16(42, 2);
  if (order === 'II') file.writeUInt32LE(8, 4);
  else file.writeUInt32BE(8, 4);
  u16(tags.length, 8);
  for (const [index, tag] of tags.entries()) u16(tag, 10 + index * 12);
  return file;
}

test.each<[string, Uint8Array]>([
  ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'].map((brand): [string, Buffer] => [
    'a HEIC picture',
    brands(brand),
  ]),
  ['a HEIC picture', brands('mif1', 'miaf', 'heic')],
  ['a HEIC picture', brands('msf1', 'hevc')],
  ['a HEIF picture', brands('mif1', 'miaf')],
  ['AVIF', brands('avif')],
  ['AVIF', brands('avis', 'msf1')],
  ['AVIF', brands('mif1', 'avif')],
  ['a QuickTime video (MOV)', brands('qt  ')],
  ...['moov', 'mdat', 'wide'].map((box): [string, Buffer] => [
    'a QuickTime video (MOV)',
    Buffer.from(`\0\0\0\x08${box}\0`),
  ]),
  ...['isom', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'MSNV', '3gp4', '3g2a'].map((brand): [string, Buffer] => [
    'an MP4 video',
    brands(brand, 'isom'),
  ]),
  ['a Canon CR3 raw picture', brands('crx ', 'isom')],
  ['a camera raw picture', Buffer.from('49495500180000008800', 'hex')],
  ['a camera raw picture', Buffer.from('IIRO\x08\0\0\0', 'latin1')],
  ['a camera raw picture', Buffer.from('FUJIFILMCCD-RAW 0201')],
  ['a picture as base64 text', Buffer.from('/9j/4AAQSkZJRgABAQ')],
  ['a picture as base64 text', Buffer.from('iVBORw0KGgoAAAANSUhEUg')],
  ['a picture as base64 text', Buffer.from('data:image/webp;base64,UklGR')],
  ['bytes that were read as UTF-8 text and written again', Buffer.from(Buffer.from('ffd8ffe0', 'hex').toString())],
  ...['89504e470a1a0a0000000d', '89504e470d0d0a1a0d0a00000000'].map((hex): [string, Buffer] => [
    'a PNG whose line ends were changed, as by a transfer in text mode',
    Buffer.from(hex, 'hex'),
  ]),
  ['a JPEG XL picture', Buffer.from('ff0a0102', 'hex')],
  ['a JPEG XL picture', Buffer.from('0000000c4a584c200d0a870a', 'hex')],
  ['a JPEG 2000 picture', Buffer.from('0000000c6a5020200d0a870a', 'hex')],
  ['a JPEG 2000 picture', Buffer.from('ff4fff51002f', 'hex')],
  ['a TIFF', tiff('II', 256, 257)],
  ['a TIFF', tiff('MM', 256, 257)],
  ['a TIFF', Buffer.from('49492a00ffffffff', 'hex')],
  ['a TIFF', Buffer.from('49492b0008000000', 'hex')],
  ['a DNG raw picture', tiff('II', 256, 50_706)],
  ['a DNG raw picture', tiff('MM', 254, 256, 50_706)],
  ['a BMP', Buffer.from('424d3600000000000000', 'hex')],
  ['text', Buffer.from('BM is short for boundary mark')],
  ['an AVI video', Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1')],
  ['a Matroska or WebM video', Buffer.from('1a45dfa3', 'hex')],
  ['a ZIP archive', Buffer.from('PK\x03\x04')],
  ['gzip data', Buffer.from('1f8b0800', 'hex')],
  ['markup (HTML, SVG or XML)', Buffer.from('\n  <svg>')],
  ['text', Buffer.from('x')],
  ['content that starts with the bytes 0000001866747970717a717a', brands('qzqz', 'aaaa', 'bbbb')],
  ['text', Buffer.from('MM')],
])('%s', (name, bytes) => expect(received(bytes)).toBe(name));

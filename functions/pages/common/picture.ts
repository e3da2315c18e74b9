import { GET_A_JPEG } from '../../detection/advice.ts';

/** The chosen picture: a file with the type of its content. */
export interface Picture {
  readonly file: File;
  readonly type: string;
  /** Name of the chosen file, where the browser has converted it to a JPEG. */
  readonly convertedFrom?: string;
  /** The name of a sample, by which curl can fetch it. */
  readonly sample?: string;
}

/** The chosen file is not a picture in a supported format. */
export class NotAPictureError extends Error {
  override readonly name = 'NotAPictureError';
}

const SIGNATURES: readonly { type: string; matches: (bytes: Uint8Array) => boolean }[] = [
  { type: 'image/jpeg', matches: (bytes) => starts(bytes, [0xff, 0xd8, 0xff]) },
  { type: 'image/png', matches: (bytes) => starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { type: 'image/webp', matches: (bytes) => ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP') },
  { type: 'image/avif', matches: (bytes) => ascii(bytes, 4, 'ftypavi') },
];

/**
 * Detects the type of a file from its first bytes, as the API does, so that an unsupported file is not sent. A picture
 * that the browser can decode, as Safari a HEIC, becomes a JPEG.
 * @param convert makes a JPEG of a file, or fails. Default: always fails
 * @throws NotAPictureError
 */
export async function readPicture(file: File, convert = cannotConvert): Promise<Picture> {
  if (file.size === 0) throw new NotAPictureError(`“${file.name}” is empty.`);
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const known = SIGNATURES.find(({ matches }) => matches(head));
  if (known) return { file, type: known.type };
  try {
    return { file: await convert(file), type: 'image/jpeg', convertedFrom: file.name };
  } catch (cause) {
    throw new NotAPictureError(reasonFor(file, head), { cause });
  }
}

function cannotConvert({ name }: File): Promise<File> {
  return Promise.reject(new NotAPictureError(`“${name}” cannot be converted here.`));
}

function reasonFor({ name }: File, head: Uint8Array): string {
  return HEIC_BRANDS.some((brand) => ascii(head, 4, `ftyp${brand}`))
    ? `“${name}” is a HEIC picture, which this browser cannot convert to JPEG. ${GET_A_JPEG}`
    : `“${name}” is not a JPEG, PNG, WebP or AVIF picture, and this browser cannot convert it to one.`;
}

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'mif1', 'hevc'];

/** A sample picture of the page. @throws NotAPictureError when it cannot be fetched */
export async function fetchSample(name: string): Promise<Picture> {
  const response = await fetch(`/docs/samples/${name}.jpg`);
  if (!response.ok) throw new NotAPictureError(`The sample “${name}” could not be loaded (status ${response.status}).`);
  const file = new File([await response.blob()], `${name}.jpg`, { type: 'image/jpeg' });
  return { ...(await readPicture(file)), sample: name };
}

/** Bytes in a readable unit: `3.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function starts(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, offset: number, text: string): boolean {
  return starts(
    bytes.subarray(offset),
    [...text].map((character) => character.charCodeAt(0)),
  );
}

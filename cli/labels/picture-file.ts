/** The files of exported pictures: upright, and of a format that every tool reads. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { pictureOf } from '../../functions/records/recorded-picture.ts';
import type { RecordedPicture } from './read-pictures.ts';

/** Extensions of the formats that tools read. */
const EXTENSIONS: Readonly<Record<string, string>> = { jpeg: 'jpg', png: 'png', webp: 'webp' };
/** So high that no object changes. */
const QUALITY = 95;

/**
 * Writes a picture into a folder, under the id of its result. Tools do not agree on the orientation in the metadata,
 * so a turned picture is written upright, and one of another format than JPEG, PNG or WebP as JPEG.
 * @returns name of the file; undefined where the picture was deleted, or is not of the size of its result
 * @throws StoreUnavailableError
 */
export async function writePicture(
  objects: Pick<Objects, 'get'>,
  { result }: RecordedPicture,
  folder: string,
): Promise<string | undefined> {
  const bytes = await read(objects, result);
  const upright = bytes && (await uprightOf(bytes));
  if (!upright || upright.width !== result.image.width || upright.height !== result.image.height) return undefined;
  const file = `${result.id}.${upright.extension}`;
  await writeFile(join(folder, file), upright.bytes);
  return file;
}

async function read(objects: Pick<Objects, 'get'>, result: RecordedPicture['result']): Promise<Uint8Array | undefined> {
  const { key, version } = pictureOf(result);
  try {
    return (await objects.get(key, version)).bytes;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

interface UprightPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly extension: string;
}

/** Because sharp has no error classes, whatever it throws is a picture that it cannot decode. */
async function uprightOf(bytes: Uint8Array): Promise<UprightPicture | undefined> {
  try {
    const picture = sharp(bytes, { failOn: 'none', limitInputPixels: 500_000_000 });
    const { format, orientation = 1, autoOrient } = await picture.metadata();
    const extension = EXTENSIONS[format];
    if (extension && orientation === 1) return { bytes, extension, ...autoOrient };
    const turned = picture.autoOrient().flatten({ background: '#ffffff' }).jpeg({ quality: QUALITY });
    return { bytes: await turned.toBuffer(), extension: 'jpg', ...autoOrient };
  } catch {
    return undefined;
  }
}
